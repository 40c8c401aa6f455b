"""Rows of images side by side; a click goes where a column is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.pictures import as_rgb
from aestudio.qt.drawing.tiles import Sheet, Tiles
from aestudio.qt.drawing.view import View
from aestudio.qt.latent.works import Made
from aestudio.qt.running.background import Background, Work
from aestudio.training.events import Snapshot


class Strip(View):
    """Has its images made in the background, and shows them; what its controls say is its sub-class's."""

    chosen = Signal(object)  # the code (k,) that a column stands for
    drawn = Signal()  # others are shown
    trouble = Signal(str)
    changed = Signal()  # a control was turned: what is shown is not what is wanted any more

    def __init__(self, parent: QWidget | None = None) -> None:
        self.tiles = Tiles(removable=False)
        super().__init__(self.tiles, parent)
        self.heading.hide()  # its tab says it
        self.made: Made | None = None
        self._columns: list[int] = []  # those of all that are shown
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_resized)
        self._background = Background(self)
        self._background.done.connect(self._on_made)
        self._background.failed.connect(self.trouble)
        self._background.told.connect(self._on_told)
        self.tiles.clicked.connect(self._on_clicked)

    @property
    def is_busy(self) -> bool:
        """Whether its images are still made."""
        return self._background.is_busy

    def make(self, work: Work) -> None:
        """Show what this work makes; newer work takes its place."""
        self._background.start(work)

    def close_work(self) -> None:
        """Stop, and wait."""
        self._background.close()

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: it is told what was made."""

    def clear(self) -> None:
        self._background.cancel()
        self.made = None
        self.status.say("")
        self.tiles.show_sheet(Sheet((), (1, 1), 0))

    def table(self) -> Table:
        made = self.made
        if made is None:
            return ("column",), []
        header = ("column", *(f"z{i + 1}" for i in range(made.codes.shape[1])))
        return header, [(i + 1, *code) for i, code in enumerate(made.codes.tolist())]

    @Slot(object)
    def _on_made(self, made: Made) -> None:
        self.made = made
        self._show()
        self.drawn.emit()

    def _show(self) -> None:
        """Show every column, or as many as there is room for: evenly from all, both ends among them."""
        made = self.made
        if made is None:
            return
        rows = [as_rgb(row) for row in made.rows]
        total, height, width, _ = rows[0].shape
        sheet = Sheet(made.labels, (height, width), total, captions=made.captions)
        self.tiles.show_sheet(sheet)  # says how many fit
        count = max(1, self.tiles.tiling.shown)
        self._columns = [round(i * (total - 1) / max(count - 1, 1)) for i in range(count)]
        self.tiles.atlas.resize(len(rows), count, height, width)
        for place, row in enumerate(rows):
            self.tiles.atlas.put(place, row[self._columns])
        captions = tuple(made.captions[i] for i in self._columns) if made.captions else ()
        self.tiles.show_sheet(replace(sheet, count=count, captions=captions, tip=self._tip))
        self.status.say(made.said if count == total else f"{made.said} · {count} of {total} shown")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()  # when the tiles have their new size

    @Slot()
    def _on_resized(self) -> None:
        self._show()

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self.status.say(f"{doing}…")

    @Slot(int)
    def _on_clicked(self, column: int) -> None:
        if self.made is not None and column < len(self._columns):
            self.chosen.emit(np.asarray(self.made.codes[self._columns[column]]))

    def _tip(self, column: int) -> str:
        return f"Go to column {self._columns[column] + 1}"
