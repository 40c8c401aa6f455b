"""Path, arithmetic and samples, of which one is seen and made."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from aestudio.qt.latent.explorer import Explorer
from aestudio.qt.latent.letters import Letters
from aestudio.qt.latent.map import LatentMap
from aestudio.qt.latent.strips import PathStrip, SampleStrip, SumStrip


class StripTabs(QTabWidget):
    """Has what is seen made anew when a letter or a control of it moves, and its way drawn on the map.

    Args:
        explorer: whose space they are made of.
        letters: where A, B and C are.
        map_: shows the way.
    """

    trouble = Signal(str)

    def __init__(self, explorer: Explorer, letters: Letters, map_: LatentMap, parent: QWidget) -> None:
        super().__init__(parent)
        self._explorer, self._letters, self._map = explorer, letters, map_
        self.path, self.sum, self.samples = PathStrip(), SumStrip(), SampleStrip()
        self.strips = (self.path, self.sum, self.samples)
        self.setDocumentMode(True)
        self.setAccessibleName("Path, arithmetic, samples")
        for strip in self.strips:
            self.addTab(strip, strip.title)
            strip.changed.connect(self.make)
            strip.chosen.connect(explorer.go)
            strip.drawn.connect(self._on_drawn)
            strip.trouble.connect(self.trouble)
        self.currentChanged.connect(self.make)
        letters.changed.connect(self.make)

    @property
    def strip(self) -> PathStrip | SumStrip | SampleStrip:
        """The one that is seen."""
        return self.strips[self.currentIndex()]

    @Slot()
    def make(self) -> None:
        """Make what is seen."""
        if (space := self._explorer.space) is not None:
            self.strip.want(space, self._letters.marks)

    @Slot()
    def draw_others(self) -> None:
        """Show samples, and draw others."""
        self.setCurrentWidget(self.samples)
        self.samples.draw_others()

    def command(self) -> list[str] | None:
        """What makes the same without a window; None where a letter has no name."""
        return self.strip.command(self._letters.marks)

    def clear(self) -> None:
        """Show nothing."""
        for strip in self.strips:
            strip.clear()

    def close_work(self) -> None:
        """Stop, and wait."""
        for strip in self.strips:
            strip.close_work()

    @Slot()
    def _on_drawn(self) -> None:
        strip = self.strip
        if self.sender() is strip and strip.made is not None:
            self._map.marks.show_way(strip.made.line, joined=strip is self.path)
