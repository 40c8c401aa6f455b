"""Items of two lines, a title and what it is about: for presets, and for kinds of parts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from aestudio.qt.theme import SPACE, heading_font, small_font

LINE = Qt.ItemDataRole.UserRole + 1
"""The role of the second line."""

_Index = QModelIndex | QPersistentModelIndex


class TwoLines(QStyledItemDelegate):
    """A title, and below it a line in small letters, cut where it is too long; the tooltip has all of it.

    Args:
        width: how wide an item wishes to be.
        parent: owner.
    """

    def __init__(self, width: int, parent: QObject) -> None:
        super().__init__(parent)
        self._width = width

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        lines = QFontMetrics(heading_font()).height() + QFontMetrics(small_font()).height()
        return QSize(self._width, lines + SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave the option's fields out
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        strong = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        weak = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        painter.save()
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        inner = rect.adjusted(SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        painter.setPen(palette.color(strong))
        painter.setFont(heading_font())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, index.data(Qt.ItemDataRole.DisplayRole))
        painter.setPen(palette.color(weak))
        painter.setFont(small_font())
        metrics = QFontMetrics(small_font())
        line = metrics.elidedText(index.data(LINE) or "", Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, line)
        painter.restore()
