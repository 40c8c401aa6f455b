"""Where one is in a latent space, where one has been, and what is decoded there. No widget in here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Signal, Slot

from aestudio.qt.latent.works import Explored, Look, exploring, looking
from aestudio.qt.running.background import Background

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.latent.space import Space

Floats = NDArray[np.float32]

_REMEMBERED = 200  # places one can go back to


class Explorer(QObject):
    """Opens a run's space, and decodes wherever one goes or points; all of it in the background."""

    opening = Signal()  # what was open is closed
    told = Signal(float, str)
    opened = Signal(object)  # Explored
    failed = Signal(str)  # it cannot be explored
    trouble = Signal(str)
    moved = Signal()  # one is at another code
    looked = Signal(object)  # Look: where one is, or where one points

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.explored: Explored | None = None
        self.folder: Path | None = None
        self._been: list[Floats] = []
        self._at = -1
        self._by = ""  # what moved one last, so that a slider's way is one step
        self._opening, self._looking = Background(self), Background(self)
        self._opening.told.connect(self.told)
        self._opening.done.connect(self._on_explored)
        self._opening.failed.connect(self._on_failed)
        self._looking.done.connect(self._on_looked)
        self._looking.failed.connect(self.trouble)
        self._next: Floats | None = None  # to be looked at when what is looked at now is shown

    @property
    def space(self) -> Space | None:
        """What is explored, None while nothing is."""
        return self.explored.space if self.explored else None

    @property
    def code(self) -> Floats | None:
        """Where one is, ``(k,)``."""
        return self._been[self._at] if self._been else None

    @property
    def is_busy(self) -> bool:
        """Whether anything is still awaited."""
        return self._opening.is_busy or self._looking.is_busy

    def open(self, folder: Path, data: Dataset, texts: tuple[str, ...] = ("", "", "")) -> None:
        """Explore the run in a folder; ``texts`` name A, B and C where they were chosen before."""
        self.forget()
        self.folder = folder
        self.opening.emit()
        self._opening.start(exploring(folder, data, texts))

    def move_run(self, old: Path, new: Path) -> None:
        """What is explored lies in another folder from now on."""
        if self.folder == old:
            self.folder = new

    def forget(self) -> None:
        """Explore nothing."""
        self._opening.cancel()
        self._looking.cancel()
        self._next = None
        self.explored, self.folder = None, None
        self._been, self._at, self._by = [], -1, ""

    def close(self) -> None:
        """Stop, and wait."""
        self._opening.close()
        self._looking.close()

    # ----------------------------------------------------------------------------------------- going

    def go(self, code: Floats, by: str = "") -> None:
        """Be at a code from now on; what the same hand did ``by`` small steps is one step to take back."""
        if self.space is None:
            return
        if by and by == self._by and self._at == len(self._been) - 1:
            self._been[self._at] = code
        else:
            self._been = [*self._been[: self._at + 1], code][-_REMEMBERED:]
            self._at = len(self._been) - 1
        self._by = by
        self._arrive()

    def walk_to(self, place: QPointF) -> None:
        """Be at a place of the plane, and beyond it where one was."""
        if (code := self._lifted(place)) is not None:
            self.go(code)

    def go_to_image(self, position: int) -> None:
        """Be where a test image is."""
        if self.space is not None:
            self.go(self.space.codes[position])

    @Slot()
    def back(self) -> None:
        """Be where one was before."""
        self._step(-1)

    @Slot()
    def forth(self) -> None:
        """Take :meth:`back` back."""
        self._step(1)

    @property
    def can_go_back(self) -> bool:
        """Whether one has been elsewhere."""
        return self._at > 0

    @property
    def can_go_forth(self) -> bool:
        """Whether one has come back."""
        return self._at < len(self._been) - 1

    def _step(self, by: int) -> None:
        if 0 <= self._at + by < len(self._been):
            self._at += by
            self._by = ""
            self._arrive()

    def _arrive(self) -> None:
        self.moved.emit()
        self.look()

    # --------------------------------------------------------------------------------------- looking

    def point(self, place: QPointF | None) -> None:
        """Look at what lies under the pointer, or back at where one is."""
        code = None if place is None else self._lifted(place)
        self.look(code)

    def look(self, code: Floats | None = None) -> None:
        """Decode a code, or the one that one is at.

        What is under way is shown first: a pointer that does not rest would never see anything.
        """
        seen = self.code if code is None else code
        if self.space is None or seen is None:
            return
        if self._looking.is_busy:
            self._next = seen
        else:
            self._looking.start(looking(self.space, seen))

    def _lifted(self, place: QPointF) -> Floats | None:
        if self.space is None or self.code is None:
            return None
        from aestudio.latent import plane

        return plane.at(self.space, np.array([[place.x(), place.y()]], np.float32), self.code)[0]

    @Slot(object)
    def _on_explored(self, explored: Explored) -> None:
        self.explored = explored
        self._been, self._at = [explored.landmarks[0].code], 0
        self.opened.emit(explored)
        self._arrive()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.forget()
        self.failed.emit(sentence)

    @Slot(object)
    def _on_looked(self, look: Look) -> None:
        self.looked.emit(look)
        code, self._next = self._next, None
        if code is not None:
            self.look(code)
