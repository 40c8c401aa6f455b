"""The head of the table: column names over their columns, and which one it is sorted by."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from aestudio.qt.glyphs import paint_glyph
from aestudio.qt.shelf.row import COLUMNS
from aestudio.qt.theme import SPACE, small_font, theme

_MARK = 10


class ColumnNames(QHeaderView):
    """Flat, and in line with what stands below; Fusion's own begins six pixels further left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(False)
        self.setFont(small_font())

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 4 * SPACE)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        look, column = theme(), COLUMNS[section]
        painter.save()
        painter.fillRect(rect, QColor(look.panel))
        painter.setPen(QColor(look.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if section:
            painter.drawLine(rect.topLeft().x(), rect.top() + SPACE, rect.left(), rect.bottom() - SPACE)
        sorted_by = section == self.sortIndicatorSection()
        painter.setPen(QColor(look.text if sorted_by else look.muted))
        painter.setFont(small_font())
        inner = rect.adjusted(SPACE, 0, -SPACE, 0)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        if sorted_by and column.label:
            self._paint_mark(painter, inner, right=column.right)
            inner.adjust(*((0, 0, -_MARK - 4, 0) if column.right else (_MARK + 4, 0, 0, 0)))
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, column.label)
        painter.restore()

    def _paint_mark(self, painter: QPainter, inner: QRect, *, right: bool) -> None:
        down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        x = inner.right() - _MARK if right else inner.left()
        place = QRectF(x, inner.center().y() - _MARK / 2 + 1, _MARK, _MARK)
        paint_glyph(painter, "down" if down else "up", place, QColor(theme().text))
