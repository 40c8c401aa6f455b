"""The same test images in rows, a run in each column, PCA always among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QScrollArea, QSizePolicy, QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.pictures import Atlas, as_rgb, draw_part, error_heat, picture_size, psnr
from aestudio.qt.drawing.racers import Racer
from aestudio.qt.drawing.view import View, header_switch
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

_LEAST, _MOST, _STEP = 28, 320, 1.25
_FIRST = 80
_GAP = 4


class ComparisonGrid(View):
    """Reconstructions of the same images by every run; a switch shows their errors on one scale."""

    chosen = Signal(int)  # the place of an image among those shown

    title = "Side by side"
    help = (
        "The same test images in rows, a run in each column, and PCA of the same code size: what a linear "
        "code of as many numbers can do. Ctrl and the wheel, or + and −, zoom all of them at once."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.cells = Cells()
        scroll = QScrollArea()
        scroll.setWidget(self.cells)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        super().__init__(scroll, parent)
        self.order = QComboBox()
        self.order.setAccessibleName("Which images")
        self.order.setToolTip("Which of the test images are shown, and in which order")
        self.add_control(self.order)
        self.heat = header_switch("Error", "Show where each differs from the clean image, all on one scale")
        self.heat.toggled.connect(self._compose)
        self.add_control(self.heat)
        self.cells.clicked.connect(self.chosen)
        self._clean: NDArray[Any] = np.zeros((0, 1, 1, 1), np.float32)
        self._pictures: NDArray[Any] = np.zeros((0, 0, 1, 1, 1), np.float32)
        self._racers: tuple[Racer, ...] = ()
        self._when = ""

    def show_pictures(
        self, racers: Sequence[Racer], clean: NDArray[Any], pictures: NDArray[Any], when: str = ""
    ) -> None:
        """Images ``(k, *shape)`` and what each racer makes of them, ``(racers, k, *shape)``, in [0, 1]."""
        self._racers, self._clean, self._pictures, self._when = tuple(racers), clean, pictures, when
        self._compose()

    def show_chosen(self, place: int) -> None:
        """Mark an image."""
        self.cells.show_chosen(place)

    def draw(self, snapshot: Snapshot) -> None:
        """A race's pictures are put together by the page, which knows all lanes."""

    def clear(self) -> None:
        self.show_pictures((), np.zeros((0, 1, 1, 1)), np.zeros((0, 0, 1, 1, 1)))

    def table(self) -> Table:
        header = ("image", *(racer.name for racer in self._racers))
        given = [psnr(self._clean, one) for one in self._pictures]
        return header, [(i, *(float(column[i]) for column in given)) for i in range(len(self._clean))]

    def restyle(self) -> None:
        self.cells.update()

    @Slot()
    def _compose(self) -> None:
        show_heat = self.heat.isChecked()
        rows = [as_rgb(self._clean)] if len(self._clean) else []
        rows += [error_heat(self._clean, one) if show_heat else as_rgb(one) for one in self._pictures]
        names = [Racer("", "Clean", -1), *self._racers]
        notes = [""] + [f"{np.mean(psnr(self._clean, one)):.1f} dB" for one in self._pictures]
        self.cells.show_cells(names if rows else [], rows, notes, picture_size(self._clean.shape[1:]))
        scale = " · errors from 0 to 0.5 and more" if show_heat else ""
        self.status.say(f"{len(self._clean)} test images{self._when}{scale}" if rows else "")


class Cells(QWidget):
    """Paints the columns under their names; one image behind them, no widget a cell."""

    clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Images side by side")
        self.setAccessibleDescription("Up and down choose an image; plus and minus zoom")
        self._atlas = Atlas()
        self._racers: Sequence[Racer] = ()
        self._notes: Sequence[str] = ()
        self._count, self._side = 0, float(_FIRST)
        self._size = (1, 1)
        self._chosen = -1

    def show_cells(
        self,
        racers: Sequence[Racer],
        rows: Sequence[NDArray[np.uint8]],
        notes: Sequence[str],
        size: tuple[int, int],
    ) -> None:
        """Columns of pictures ``(k, H, W, 3)``, what each is called, and a line below its name."""
        self._racers, self._notes, self._size = racers, notes, size
        self._count = len(rows[0]) if rows else 0
        if rows:
            self._atlas.resize(len(rows), self._count, *size)
            for place, row in enumerate(rows):
                self._atlas.put(place, row)
        self._fit()

    def show_chosen(self, place: int) -> None:
        """Mark an image."""
        self._chosen = place
        self.update()

    def _fit(self) -> None:
        width = len(self._racers) * (self._cell().width() + _GAP) + SPACE
        height = self._count * (self._cell().height() + _GAP) + self._head() + SPACE
        self.setFixedSize(QSize(max(1, round(width)), max(1, round(height))))
        self.update()

    def _cell(self) -> QRectF:
        height, width = self._size
        return QRectF(0, 0, self._side * width / max(height, width), self._side * height / max(height, width))

    def _head(self) -> float:
        return 2.4 * QFontMetrics(small_font()).height() + SPACE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font())
        cell, (height, width), line = self._cell(), self._size, painter.fontMetrics().height()
        for column, racer in enumerate(self._racers):
            x = SPACE + column * (cell.width() + _GAP)
            self._paint_name(
                painter, racer, self._notes[column], QRectF(x, SPACE / 2, cell.width(), 2.2 * line)
            )
            for row in range(self._count):
                target = cell.translated(x, self._head() + row * (cell.height() + _GAP))
                if target.intersects(QRectF(event.rect())):
                    source = QRectF(row * width, column * height, width, height)
                    draw_part(painter, target, self._atlas.image, source)
        if 0 <= self._chosen < self._count:
            painter.setPen(QPen(QColor(theme().accent), 2))
            y = self._head() + self._chosen * (cell.height() + _GAP)
            painter.drawRect(QRectF(SPACE - 2, y - 2, self.width() - SPACE - _GAP + 2, cell.height() + 4))

    def _paint_name(self, painter: QPainter, racer: Racer, note: str, place: QRectF) -> None:
        line = painter.fontMetrics().height()
        left = place.left()
        if racer.run_id:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(racer.colour()))
            painter.drawEllipse(QPointF(left + 4, place.top() + line / 2), 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            left += 12
        painter.setPen(QColor(theme().text))
        room = QRectF(left, place.top(), place.right() - left, line)
        name = painter.fontMetrics().elidedText(racer.name, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QColor(theme().muted))
        painter.drawText(QRectF(place.left(), place.top() + line, place.width(), line), 0, note)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int((event.position().y() - self._head()) // (self._cell().height() + _GAP))
        if 0 <= row < self._count:
            self.clicked.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if key in moves and self._count:
            self.clicked.emit(min(max(self._chosen + moves[key], 0), self._count - 1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_STEP)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / _STEP)
        else:
            event.ignore()

    def _zoom(self, factor: float) -> None:
        self._side = min(max(self._side * factor, _LEAST), _MOST)
        self._fit()
