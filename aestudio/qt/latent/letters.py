"""Where A, B and C are: put there by key, by name, or by a picture that is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.qt.latent.explorer import Explorer
from aestudio.qt.latent.map import LETTERS, LatentMap
from aestudio.qt.latent.slots import PlaceSlots
from aestudio.qt.latent.works import Explored, finding, standing
from aestudio.qt.running.background import Work
from aestudio.qt.running.errands import Errands

if TYPE_CHECKING:
    from aestudio.latent.landmarks import Landmark
    from aestudio.latent.space import Space


class Letters(QObject):
    """Finds places in the background, and shows them in their slots and on the map.

    Args:
        explorer: whose space they are in.
        slots: shows them, and asks for others.
        map_: likewise.
    """

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, explorer: Explorer, slots: PlaceSlots, map_: LatentMap, parent: QObject) -> None:
        super().__init__(parent)
        self._explorer, self._slots, self._map = explorer, slots, map_
        self._errands = Errands(self)
        self._errands.failed.connect(self.trouble)
        slots.here_wanted.connect(self.put_here)
        slots.text_wanted.connect(self.put)
        map_.letter_wanted.connect(self.put_here)
        explorer.opening.connect(self._on_opening)

    @property
    def is_busy(self) -> bool:
        """Whether one is still looked for."""
        return self._errands.is_busy

    @property
    def marks(self) -> dict[str, Landmark]:
        """Where each is."""
        found = ((letter, self._slots.mark(letter)) for letter in LETTERS)
        return {letter: mark for letter, mark in found if mark is not None}

    def take(self, explored: Explored) -> None:
        """Be where a space that was just opened has them."""
        for letter, mark in zip(LETTERS, explored.landmarks, strict=True):
            self._slots.show_mark(letter, mark, explored.space)
        self._show()

    @Slot(str)
    def put_here(self, letter: str) -> None:
        """Put a letter where one is."""
        explorer = self._explorer
        if explorer.space is not None and explorer.code is not None:
            self._find(letter, standing(explorer.space, explorer.code))

    @Slot(str, str)
    def put(self, letter: str, text: str) -> None:
        """Put a letter where ``text`` says; without a letter, go there."""
        if self._explorer.space is not None:
            if letter:
                self._slots.slots_[letter].asked = text
            self._find(letter, finding(self._explorer.space, text))

    def close(self) -> None:
        """Stop, and wait."""
        self._errands.cancel()
        self._errands.close()

    def _find(self, letter: str, work: Work) -> None:
        space = self._explorer.space
        self._errands.do(lambda progress: (letter, work(progress), space), self._on_found)

    @Slot()
    def _on_opening(self) -> None:
        self._errands.cancel()
        self._slots.wait()  # what was asked for is found in the space to come

    @Slot(object)
    def _on_found(self, found: tuple[str, Landmark, Space]) -> None:
        letter, mark, space = found
        if space is not self._explorer.space:
            return  # another run is explored by now
        if letter:
            self._slots.show_mark(letter, mark, space)
            self._show()
        else:
            self._explorer.go(mark.code)

    def _show(self) -> None:
        if (space := self._explorer.space) is not None:
            places = {k: space.projection.project(mark.code[None])[0] for k, mark in self.marks.items()}
            self._map.show_letters(places)
        self.changed.emit()
