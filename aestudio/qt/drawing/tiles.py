"""Columns of pictures, painted sharply: one widget, one image behind it, no widget per picture."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from aestudio.qt.drawing.pictures import ERROR_TOP, HEAT, Atlas, part_drawer, to_image
from aestudio.qt.drawing.tiling import Room, tile
from aestudio.qt.glyphs import paint_glyph
from aestudio.qt.theme import SPACE, small_font, theme

_REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Sheet:
    """What is to be painted besides the pixels, which lie in the atlas.

    Args:
        labels: one a row.
        size: height and width of a picture, in its own pixels.
        count: how many columns there are.
        heat: the row that is a heat map and needs its scale, or -1.
        captions: one a column, or none at all.
        tip: what is said of a column under the pointer.
        waiting: columns whose last rows are not known yet.
        hint: a sentence in place of the rows after ``labels``, or empty.
        still: the first rows, whose pixels are those of the sheet before.
    """

    labels: tuple[str, ...]
    size: tuple[int, int]
    count: int
    heat: int = -1
    captions: tuple[str, ...] = ()
    tip: Callable[[int], str] | None = None
    waiting: frozenset[int] = frozenset()
    hint: str = ""
    still: int = 0


class Tiles(QWidget):
    """Paints a sheet, and says which column was clicked."""

    clicked = Signal(int)
    fitted = Signal(int)  # how many columns fit now

    def __init__(self, parent: QWidget | None = None, *, removable: bool = True) -> None:
        super().__init__(parent)
        self._removable = removable  # a click takes a column away, and the pointer over one says so
        self.atlas = Atlas()
        self.sheet = Sheet((), (1, 1), 0)
        self.tiling = tile(0, 1, (1, 1), Room(0, 0, 0, 0, 1))
        self.current = -1
        self.empty = ""
        self._hovered = self._pressed = -1
        self._heat: QImage = to_image(HEAT[None])
        self.setMouseTracking(True)
        self.setAutoFillBackground(True)  # else Qt paints everything that it lies in first
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_sheet(self, sheet: Sheet) -> None:
        """Paint this from now on; the atlas holds its pixels already."""
        before, self.sheet = self.sheet, sheet
        if _outline(sheet) != _outline(before):
            self._arrange()
            self.update()
            return
        moved = self._region(self._rows_rect, sheet.still, len(sheet.labels))  # the first rows stay
        if sheet.captions != before.captions or sheet.hint:
            moved |= self._region(self._below_rect)
        self.update(moved)

    def show_captions(self, captions: tuple[str, ...]) -> None:
        """Put these below the columns, and leave the pictures as they are."""
        before, self.sheet = self.sheet, replace(self.sheet, captions=captions)
        if bool(captions) != bool(before.captions):
            self._arrange()
            self.update()
        elif captions != before.captions:
            self.update(self._region(self._below_rect))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def sizeHint(self) -> QSize:
        return QSize(560, 360)

    def _arrange(self) -> None:
        metrics = QFontMetrics(small_font())
        rows = len(self.sheet.labels) + bool(self.sheet.hint)
        label = max((metrics.horizontalAdvance(text) for text in self.sheet.labels), default=0) + 2 * SPACE
        caption = metrics.height() + 2 if self.sheet.captions else 0
        room = Room(self.width() - SPACE, self.height() - 2 * SPACE, label, caption, self.devicePixelRatioF())
        before = self.tiling.shown
        self.tiling = tile(self.sheet.count, max(1, rows), self.sheet.size, room)
        self.current = min(self.current, self.tiling.shown - 1)
        if self.tiling.shown != before:
            self.fitted.emit(self.tiling.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    # -------------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.sheet.count:
            painter.setPen(QColor(theme().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(2 * SPACE, 0, -2 * SPACE, 0), flags, self.empty)
            return
        if self.tiling.room.ratio != self.devicePixelRatioF():
            self._arrange()  # the window went to another screen
        painter.translate(0, SPACE)
        painter.setFont(small_font())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.tiling.whole)
        if event.rect().left() < self.tiling.room.label:
            for band in range(self.tiling.bands):
                self._paint_labels(painter, band)
        if self.sheet.hint:
            for band in range(self.tiling.bands):
                self._paint_hint(painter, band)
        draw, exposed, bands = part_drawer(painter), event.region(), range(self.tiling.bands)
        rows = [
            row
            for row in range(len(self.sheet.labels))
            if any(exposed.intersects(self._rows_rect(band, row, row + 1)) for band in bands)
        ]
        below = any(exposed.intersects(self._below_rect(band)) for band in bands)
        for column in range(self.tiling.shown):
            self._paint_column(painter, column, rows, draw)
            if below and self.sheet.captions:
                self._paint_caption(painter, column)
        if self.hasFocus() and 0 <= self.current < self.tiling.shown:
            painter.setPen(QPen(QColor(theme().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._column_rect(self.current).adjusted(-1, -1, 1, 1))

    def _paint_labels(self, painter: QPainter, band: int) -> None:
        t, tiling, sheet = theme(), self.tiling, self.sheet
        height = tiling.cell[1]
        line = painter.fontMetrics().height()
        for row, text in enumerate(sheet.labels):
            _, y = tiling.corner(row, band * tiling.columns)
            middle = QRectF(SPACE, y, tiling.room.label - 2 * SPACE, height)
            painter.setPen(QColor(t.muted))
            if row == sheet.heat and height >= 2.6 * line:
                upper = middle.adjusted(0, 0, 0, -1.4 * line)
                painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, text)
                self._paint_scale(painter, upper.center().y() + line * 0.75, line)
            else:
                painter.drawText(middle, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_hint(self, painter: QPainter, band: int) -> None:
        tiling, sheet = self.tiling, self.sheet
        x, y = tiling.corner(len(sheet.labels), band * tiling.columns)
        width = max(tiling.columns * (tiling.cell[0] + 4), self.width() * 0.5)
        painter.setPen(QColor(theme().muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(x, y, width, tiling.cell[1]), flags, sheet.hint)

    def _paint_scale(self, painter: QPainter, y: float, line: float) -> None:
        width = self.tiling.room.label - 2 * SPACE
        painter.drawImage(QRectF(SPACE, y, width, 5), self._heat)
        below = QRectF(SPACE, y + 5, width, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{ERROR_TOP:g}+")

    def _region(self, rect: Callable[..., QRect], *arguments: int) -> QRegion:
        """A part of every band."""
        parts = (rect(band, *arguments) for band in range(self.tiling.bands))
        return functools.reduce(QRegion.united, parts, QRegion())

    def _rows_rect(self, band: int, first: int, end: int) -> QRect:
        """Where a band's rows from ``first`` to before ``end`` are painted, without their labels."""
        return self._band_rect(self._edge(band, first), self._edge(band, end))

    def _below_rect(self, band: int) -> QRect:
        """Where what is below a band's rows is painted: its captions, or the hint."""
        after = self.tiling.corner(0, (band + 1) * self.tiling.columns)[1]
        return self._band_rect(self._edge(band, len(self.sheet.labels)), after)

    def _edge(self, band: int, row: int) -> float:
        """Where the picture above a row ends; for the first row, where it begins."""
        column = band * self.tiling.columns
        if not row:
            return self.tiling.corner(0, column)[1]
        return self.tiling.corner(row - 1, column)[1] + self.tiling.cell[1]

    def _band_rect(self, upper: float, lower: float) -> QRect:
        left, top = math.ceil(self.tiling.room.label), math.floor(upper)
        return QRect(left, SPACE + top, self.width() - left, math.ceil(lower) - top)

    def _paint_column(
        self, painter: QPainter, column: int, rows: Sequence[int], draw: Callable[..., object]
    ) -> None:
        tiling, sheet = self.tiling, self.sheet
        height, width = sheet.size
        for row in rows:
            target = QRectF(*tiling.corner(row, column), *tiling.cell)
            if column in sheet.waiting and row:
                painter.setPen(QPen(QColor(theme().line), 1, Qt.PenStyle.DotLine))
                painter.drawRect(target.adjusted(0.5, 0.5, -0.5, -0.5))
                continue
            draw(target, self.atlas.image, QRectF(column * width, row * height, width, height))
        if column == self._hovered:
            rect = self._column_rect(column)
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5))
            if not self._removable:
                return
            badge = QRectF(rect.right() - 15, rect.top() - 1, 16, 16)
            painter.fillRect(badge, QColor(theme().accent))
            paint_glyph(painter, "close", badge.adjusted(2, 2, -2, -2), QColor(theme().accent_text))

    def _paint_caption(self, painter: QPainter, column: int) -> None:
        painter.setPen(QColor(theme().muted))
        rect = self._column_rect(column)
        below = QRectF(rect.left() - 2, rect.bottom() + 1, rect.width() + 4, self.tiling.room.caption)
        words = _fitting(self.sheet.captions[column], painter.fontMetrics(), below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)

    def _column_rect(self, column: int) -> QRectF:
        left, top = self.tiling.corner(0, column)
        _, last = self.tiling.corner(len(self.sheet.labels) - 1, column)
        width, height = self.tiling.cell
        return QRectF(left, top, width, last + height - top)

    # ----------------------------------------------------------------------------------------- input

    def column_at(self, place: QPointF) -> int:
        """The column under a place of the widget, or -1."""
        return self.tiling.column_at(place.x(), place.y() - SPACE)

    def column_center(self, column: int) -> QPointF:
        """The middle of a column, in the widget's pixels."""
        return self._column_rect(column).center() + QPointF(0, SPACE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.column_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, column: int) -> None:
        if column != self._hovered:
            self._hovered = column
            self.setCursor(Qt.CursorShape.PointingHandCursor if column >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self.column_at(event.position()) if left else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        column, self._pressed = self._pressed, -1
        if column >= 0 and column == self.column_at(event.position()):
            self.clicked.emit(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.tiling.shown - 1
        moves = {
            Qt.Key.Key_Right: self.current + 1,
            Qt.Key.Key_Left: self.current - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in moves and last >= 0:
            self.current = max(0, min(last, moves[key]))
            self.update()
        elif key in (_REMOVE if self._removable else _OPEN) and 0 <= self.current <= last:
            self.clicked.emit(self.current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            column = self.column_at(QPointF(event.pos()))
            if column >= 0 and self.sheet.tip:
                QToolTip.showText(event.globalPos(), self.sheet.tip(column), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _outline(sheet: Sheet) -> tuple[object, ...]:
    """What the layout follows from."""
    return sheet.labels, sheet.size, sheet.count, sheet.hint, bool(sheet.captions)


def _fitting(words: str, metrics: QFontMetrics, width: float) -> str:
    """A figure without its unit where there is no room for both, and nothing rather than half of it."""
    ways = (words, words.partition(" ")[0])
    return next((way for way in ways if metrics.horizontalAdvance(way) <= width), "")
