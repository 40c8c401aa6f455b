"""The space as a map: every test image a point, and wherever the pointer is, there one can go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.pictures import picture_size
from aestudio.qt.drawing.view import header_switch
from aestudio.qt.latent.backdrop import Backdrop
from aestudio.qt.latent.marks import Marks
from aestudio.qt.views.latent_scatter import LatentScatter
from aestudio.training.events import Scatter, Snapshot, frozen, no_curves

if TYPE_CHECKING:
    from aestudio.latent.space import Space

Range = tuple[float, float]
Part = tuple[Range, Range]
"""Of the plane: across and up."""

_TILE = 40  # pixels of a picture on the map
_MOST = 1_500  # pictures on it
_WAIT_MS = 80  # after the axes have moved
LETTERS = "ABC"


class LatentMap(LatentScatter):
    """Points as on the Train page; besides, one goes anywhere between them, and the plane can be decoded."""

    pointed_at = Signal(object)  # QPointF, or None when the pointer has left
    walked = Signal(object)  # QPointF: there, where no point is
    letter_wanted = Signal(str)  # A, B or C, to be where one is
    pictures_wanted = Signal()  # of the part of the plane in sight

    help = (
        "Each point is a test image's code. Move the pointer: what the decoder makes of that place is shown "
        "beside. Click: go there, or to the image of a point.\n"
        "A, B, C: put that letter where you are. M: pictures in place of points. Wheel: zoom. Drag: move. "
        "Double click or Ctrl+0: show all. Left and right: from point to point; Enter goes there."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.backdrop, self.marks = Backdrop(), Marks()
        self.backdrop.setZValue(-1)
        self.plot.add(self.backdrop)
        self.plot.add(self.marks)
        self._space: Space | None = None
        self.pictures = header_switch("Map", "Pictures that the decoder makes of the plane, for points (M)")
        self.add_control(self.pictures)
        self._soon = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._soon.timeout.connect(self._on_soon)
        self.pictures.toggled.connect(self._on_pictures)
        self.plot.pointed.connect(self.pointed_at)
        self.plot.clicked.connect(self._on_plane_clicked)
        self.plot.area.sigRangeChanged.connect(self._want_pictures)
        self.plot.area.sigResized.connect(self._want_pictures)

    def show_space(self, space: Space) -> None:
        """Draw the test images of a space."""
        self._space, self._code = space, space.size
        scatter = Scatter(frozen(space.points), space.labels, space.axes, space.explained)
        still = Snapshot(space.name, 0, 0.0, 0.0, 0.0, 0.0, 0.0, no_curves(), scatter=scatter)
        self.draw(still)
        self.plot.hint = ""
        self._want_pictures()

    def wait(self, words: str) -> None:
        """Say what one waits for, in place of points."""
        self.clear()
        self._space = None
        self.backdrop.clear()
        self.marks.show_here(None)
        self.marks.show_letters({})
        self.marks.show_way(np.zeros((0, 2), np.float32), joined=True)
        self.plot.hint = words

    def show_letters(self, letters: Mapping[str, NDArray[np.float32]]) -> None:
        """Mark the places ``(2,)`` of A, B and C."""
        self.marks.show_letters({name: QPointF(float(x), float(y)) for name, (x, y) in letters.items()})

    def table(self) -> Table:
        """Where the images are in the plane, and their codes."""
        header, rows = super().table()
        space = self._space
        if space is None:
            return header, rows
        names = [f"z{i + 1}" for i in range(space.size)]
        codes = space.codes[np.flatnonzero(self._known)].tolist()
        return (*header, *names), [(*row, *code) for row, code in zip(rows, codes, strict=True)]

    # -------------------------------------------------------------------------------------- pictures

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows of pictures that the plot has room for."""
        if self._space is None:
            return 1, 1
        height, width = picture_size(self._space.data.shape)
        scale = _TILE / max(height, width)
        columns = max(1, round(self.plot.area.width() / (width * scale)))
        rows = max(1, round(self.plot.area.height() / (height * scale)))
        over = max(1.0, (columns * rows / _MOST) ** 0.5)
        return max(1, int(columns / over)), max(1, int(rows / over))

    def show_pictures(self, pictures: NDArray[np.float32], size: tuple[int, int], part: Part) -> None:
        """Draw what was made of a part of the plane, if it is still wanted."""
        if self.pictures.isChecked() and len(pictures) == size[0] * size[1]:
            self.backdrop.show_pictures(pictures, size, *part)

    @Slot(bool)
    def _on_pictures(self, on: bool) -> None:
        self.cloud.setVisible(not on)
        self.card.hide()
        if on:
            self._want_pictures()
        else:
            self.backdrop.clear()

    @Slot()
    def _want_pictures(self) -> None:
        if self.pictures.isChecked() and self._space is not None:
            self._soon.start()

    @Slot()
    def _on_soon(self) -> None:
        if self.isVisible():
            self.pictures_wanted.emit()

    # ----------------------------------------------------------------------------------------- input

    @Slot(object, object)
    def _on_plane_clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self._space is not None and (self.pictures.isChecked() or self.nearest(place) < 0):
            self.walked.emit(place)

    def nearest(self, place: QPointF) -> int:
        """The test image under the pointer; none while pictures lie in place of the points."""
        return -1 if self.pictures.isChecked() else super().nearest(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if plain and letter and letter in LETTERS:
            self.letter_wanted.emit(letter)
        elif plain and letter == "M":
            self.pictures.toggle()
        elif self.pictures.isChecked() or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()  # no points are seen; and Alt and an arrow goes back or forth
        else:
            before = self._hovered
            super().keyPressEvent(event)
            if self._hovered not in (before, -1) and self._space is not None:
                self.pointed_at.emit(QPointF(*map(float, self._space.points[self._hovered])))
