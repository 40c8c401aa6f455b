"""A grid of pictures: a row an image, a column a side; all cells zoom and move together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from aestudio.qt.drawing.pictures import ERROR_TOP, HEAT, Bytes, part_drawer, to_image
from aestudio.qt.drawing.sides import Window
from aestudio.qt.theme import SPACE, small_font, theme

_LEAST, _MOST = 56.0, 160.0  # pixels of a cell
_GAP = 4.0
_ZOOM = 1.25
_PAN = 0.1


@dataclass(frozen=True, eq=False)
class Column:
    """A column's head and its pictures.

    Args:
        name: its head.
        colour: of the dot beside it, ``#rrggbb``.
        image: all its pictures below each other, or None while they are not known.
    """

    name: str
    colour: str
    image: QImage | None


def column(name: str, colour: str, pictures: Bytes | None) -> Column:
    """A column of pictures ``(k, H, W, 3)``."""
    if pictures is None:
        return Column(name, colour, None)
    count, height, width, _ = pictures.shape
    return Column(name, colour, to_image(pictures.reshape(count * height, width, 3)))


class Cells(QWidget):
    """Paints the grid. Wheel zooms every cell, a drag moves what they show, a click chooses a row."""

    chosen = Signal(int)  # row
    hovered = Signal(int, int)  # row and column, -1 each where there is none
    window_changed = Signal(object)  # Window

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column] = ()
        self.rows: Sequence[str] = ()
        self.size_of_picture = (1, 1)  # height and width
        self.window_shown = Window()
        self.current = -1
        self.empty = ""
        self.heat = False
        self._pressed: QPointF | None = None
        self._moved = False
        self.setMouseTracking(True)
        self.setFont(small_font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_cells(self, columns: Sequence[Column], rows: Sequence[str], size: tuple[int, int]) -> None:
        """Paint these from now on."""
        self.columns, self.rows, self.size_of_picture = columns, rows, size
        self.current = min(max(self.current, 0), len(rows) - 1)
        self.update()

    def show_window(self, window: Window) -> None:
        """Show this part of every picture."""
        if window != self.window_shown:
            self.window_shown = window
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    # --------------------------------------------------------------------------------------- geometry

    def _label(self) -> float:
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(row) for row in self.rows), default=0) + 2.0 * SPACE

    def _head(self) -> float:
        return self.fontMetrics().height() + SPACE

    def _foot(self) -> float:
        return 3.0 * SPACE if self.heat else 0.0

    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, as large as all rows fit, though never too small to be judged."""
        height, width = self.size_of_picture
        wide = (self.width() - self._label() - SPACE) / max(1, len(self.columns)) - _GAP
        high = (self.height() - self._head() - self._foot() - SPACE) / max(1, len(self.rows)) - _GAP
        scale = min(wide / width, max(high, _LEAST * height / max(height, width)) / height)
        scale = min(scale, _MOST / max(height, width))
        ratio = self.devicePixelRatioF()
        if scale * ratio >= 1:
            scale = int(scale * ratio) / ratio
        return max(1.0, width * scale), max(1.0, height * scale)

    def shown_rows(self) -> int:
        """How many rows fit."""
        room = self.height() - self._head() - self._foot() - SPACE
        return min(len(self.rows), max(1, int(room // (self.cell()[1] + _GAP))))

    def rect_of(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        width, height = self.cell()
        pitch = max(width + _GAP, min(_MOST, self._pitch()))
        x = self._label() + column * pitch
        return QRectF(round(x), round(self._head() + row * (height + _GAP)), width, height)

    def _pitch(self) -> float:
        """Columns stand wider apart where their names need it and there is room."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(c.name) for c in self.columns), default=0) + 3.0 * SPACE
        return min(widest, (self.width() - self._label() - SPACE) / max(1, len(self.columns)))

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """Row and column under a place, -1 each where there is none."""
        for row in range(self.shown_rows()):
            for number in range(len(self.columns)):
                if self.rect_of(row, number).contains(place):
                    return row, number
        return -1, -1

    # -------------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        if not self.columns or not self.rows:
            painter.setPen(QColor(theme().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(2 * SPACE, 0, -2 * SPACE, 0), flags, self.empty)
            return
        for number, one in enumerate(self.columns):
            self._paint_head(painter, one, self.rect_of(0, number))
            for row in range(self.shown_rows()):
                self._paint_cell(painter, one, row, self.rect_of(row, number))
        self._paint_rows(painter)
        if self.heat:
            self._paint_scale(painter)

    def _paint_head(self, painter: QPainter, one: Column, first: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(one.colour))
        middle = self._head() / 2
        painter.drawEllipse(QPointF(first.left() + 4, middle), 4, 4)
        painter.setPen(QColor(theme().text))
        room = QRectF(first.left() + 12, 0, max(first.width(), self._pitch()) - 16, self._head())
        text = self.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_cell(self, painter: QPainter, one: Column, row: int, target: QRectF) -> None:
        if one.image is None:
            painter.setPen(QPen(QColor(theme().line), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(target.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        height, width = self.size_of_picture
        left, top, wide, high = self.window_shown.part(width, height)
        part_drawer(painter)(target, one.image, QRectF(left, row * height + top, wide, high))

    def _paint_rows(self, painter: QPainter) -> None:
        t = theme()
        for row in range(self.shown_rows()):
            first, last = self.rect_of(row, 0), self.rect_of(row, len(self.columns) - 1)
            room = QRectF(SPACE, first.top(), self._label() - SPACE, first.height())
            painter.setPen(QColor(t.text if row == self.current else t.muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.rows[row])
            if row == self.current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(t.accent), 2 if self.hasFocus() else 1))
                painter.drawRect(first.united(last).adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_scale(self, painter: QPainter) -> None:
        """The one scale that every heat map has."""
        y = self.rect_of(self.shown_rows() - 1, 0).bottom() + SPACE
        left = self._label()
        painter.drawImage(QRectF(left, y, 16 * SPACE, 6), to_image(HEAT[None]))
        painter.setPen(QColor(theme().muted))
        room = QRectF(left + 17 * SPACE, y - SPACE / 2, self.width(), self.fontMetrics().height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"absolute error, 0 to {ERROR_TOP:g} and above")

    # ----------------------------------------------------------------------------------------- input

    def _share(self, place: QPointF) -> tuple[float, float]:
        row, number = self.cell_at(place)
        if row < 0:
            return 0.5, 0.5
        rect = self.rect_of(row, number)
        return (place.x() - rect.left()) / rect.width(), (place.y() - rect.top()) / rect.height()

    def _want(self, window: Window) -> None:
        if window != self.window_shown:
            self.show_window(window)
            self.window_changed.emit(window)

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = _ZOOM ** (event.angleDelta().y() / 120)
        self._want(self.window_shown.zoomed(factor, *self._share(event.position())))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self.hovered.emit(*self.cell_at(event.position()))
            return
        way = event.position() - self._pressed
        if self._moved or way.manhattanLength() > 3:
            self._moved, self._pressed = True, event.position()
            width, height = self.cell()
            self._want(self.window_shown.moved(-way.x() / width, -way.y() / height))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row, _ = self.cell_at(event.position())
        if self._pressed is not None and not self._moved and row >= 0:
            self._choose(row)
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._want(Window())

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1, -1)

    def _choose(self, row: int) -> None:
        if row != self.current and 0 <= row < self.shown_rows():
            self.current = row
            self.update()
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            pans = {
                Qt.Key.Key_Left: (-_PAN, 0.0),
                Qt.Key.Key_Right: (_PAN, 0.0),
                Qt.Key.Key_Up: (0.0, -_PAN),
                Qt.Key.Key_Down: (0.0, _PAN),
            }
            if key in pans:
                self._want(self.window_shown.moved(*pans[key]))
                return
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._choose(self.current + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = 1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM
            self._want(self.window_shown.zoomed(factor, 0.5, 0.5))
        elif key == Qt.Key.Key_0:
            self._want(Window())
        else:
            super().keyPressEvent(event)
