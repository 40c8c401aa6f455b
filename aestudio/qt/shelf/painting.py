"""Paints a row of the runs' table: the name beside its picture, figures in line, a word for the stage."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from aestudio.qt.glyphs import paint_glyph
from aestudio.qt.shelf.row import COLUMNS, PLACES, Row
from aestudio.qt.shelf.table_model import NAME, TICK, Index, RunsModel
from aestudio.qt.shelf.thumbnails import Thumbnails
from aestudio.qt.theme import SPACE, heading_font, small_font, theme

ROW = 5 * SPACE
PICTURE = QSize(12 * SPACE, 4 * SPACE)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_BOTTOM = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
_SIDES = tuple(_RIGHT if column.right else _LEFT for column in COLUMNS)
_STAGE = PLACES["stage"]
_QUIET = {PLACES[name] for name in ("preset", "when", "tags")}


class _Face:
    """A font, and what tells how long its words are; making that anew for each word costs more than it."""

    def __init__(self, font: QFont) -> None:
        self.font, self.metrics = font, QFontMetrics(font)


class RowPainter(QStyledItemDelegate):
    """Asks the model for whole rows: a table that asks a value at a time scrolls half as fast.

    Args:
        model: whose rows are painted.
        thumbnails: their pictures.
        parent: the table.
    """

    def __init__(self, model: RunsModel, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._thumbnails = model, thumbnails
        self._heading, self._small = _Face(heading_font()), _Face(small_font())
        self._plain = _Face(QApplication.font())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(COLUMNS[index.column()].width, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column = self._model.row(index.row()), index.column()
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave the option's fields out
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(theme().line))
        if column == TICK:
            self._paint_tick(painter, rect, row, selected=selected)
        elif column == NAME:
            self._paint_name(painter, rect, palette, row, selected=selected)
        else:
            self._paint_text(painter, rect, palette, row, column, selected=selected)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name of the run")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]
        inner = _beside_picture(rect)
        height = editor.sizeHint().height()
        editor.setGeometry(inner.x() - SPACE // 2, rect.center().y() - height // 2, inner.width(), height)

    def _paint_tick(self, painter: QPainter, rect: QRect, row: Row, *, selected: bool) -> None:
        if row.card is None:
            return
        look = theme()
        ink, ground = (look.accent_text, look.accent) if selected else (look.accent, look.accent_text)
        ticked = self._model.is_ticked(row)
        box = QRectF(0, 0, 15, 15)
        box.moveCenter(QRectF(rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(ink if ticked or selected else look.muted))
        painter.setBrush(QColor(ink) if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        painter.restore()
        if ticked:
            paint_glyph(painter, "check", box.adjusted(1, 1, -1, -1), QColor(ground))

    def _paint_name(
        self, painter: QPainter, rect: QRect, palette: QPalette, row: Row, *, selected: bool
    ) -> None:
        self._paint_picture(painter, rect, row)
        inner = _beside_picture(rect)
        colour = palette.color(_role(selected=selected, quiet=False))
        if not row.line:
            _write(painter, inner, row.name, colour, _LEFT, self._heading)
            return
        top = inner.adjusted(0, 3, 0, 0)
        _write(painter, top, row.name, colour, _TOP, self._heading)
        quiet = palette.color(_role(selected=selected, quiet=True))
        below = quiet if selected or not row.is_bad else QColor(theme().bad)
        bottom = inner.adjusted(0, 0, 0, -4)
        _write(painter, bottom, row.line, below, _BOTTOM, self._small)

    def _paint_picture(self, painter: QPainter, rect: QRect, row: Row) -> None:
        place = QRect(rect.topLeft(), PICTURE).translated(SPACE, SPACE // 2)
        pixmap = self._thumbnails.of(row, painter.device().devicePixelRatioF()) if row.card else None
        if pixmap is None or pixmap.isNull():
            painter.fillRect(place.adjusted(0, SPACE, 0, -SPACE), QColor(theme().panel))
            return
        size = pixmap.deviceIndependentSize().toSize()
        target = QRect(place.topLeft(), size)
        target.moveCenter(place.center())
        painter.drawPixmap(target.topLeft(), pixmap)

    def _paint_text(
        self, painter: QPainter, rect: QRect, palette: QPalette, row: Row, column: int, *, selected: bool
    ) -> None:
        text = row.texts[column]
        if not text:
            return
        colour = palette.color(_role(selected=selected, quiet=column in _QUIET))
        if column == _STAGE and not selected:
            colour = QColor(getattr(theme(), row.tone))
        inner = rect.adjusted(SPACE, 0, -SPACE, 0)
        _write(painter, inner, text, colour, _SIDES[column], self._plain, cuts=column in _QUIET)


def _beside_picture(rect: QRect) -> QRect:
    return rect.adjusted(PICTURE.width() + 2 * SPACE + SPACE // 2, 0, -SPACE, 0)


def _role(*, selected: bool, quiet: bool) -> QPalette.ColorRole:
    if selected:
        return QPalette.ColorRole.HighlightedText
    return QPalette.ColorRole.PlaceholderText if quiet else QPalette.ColorRole.Text


def _write(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: QColor,
    align: Qt.AlignmentFlag,
    face: _Face,
    *,
    cuts: bool = True,
) -> None:
    painter.setFont(face.font)
    painter.setPen(colour)
    if cuts:  # figures are never too long, and asking costs as much as drawing them
        text = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align, text)
