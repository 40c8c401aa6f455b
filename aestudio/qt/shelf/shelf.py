"""Keeps the list of a workspace's runs up to date: read in the background, again while it is seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.library.catalogue import Catalogue
from aestudio.library.workspace import Workspace
from aestudio.qt.running.background import Background
from aestudio.qt.shelf.listing import Lister, Listing, Question

_LOOK_MS = 2000
"""Between two looks at the disk: other programs train and delete, too. A look reads only what changed."""


class Shelf(QObject):
    """Asks for listings and tells them. Whoever shows one holds it; nothing here grows on the GUI thread."""

    listed = Signal(object)  # Listing
    trouble = Signal(str)  # the workspace cannot be read; what was listed stays

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.question = Question()
        self.folder = Path()
        self.shows_bin = False
        self._lister: Lister | None = None
        self._watched = False
        self._background = Background(self)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._again = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._again.timeout.connect(self.refresh)

    def use(self, folder: Path, *, binned: bool = False) -> None:
        """List another workspace from now on, or its bin."""
        self.folder, self.shows_bin = folder, binned
        self._lister = Lister(Catalogue(Workspace(folder), binned=binned))
        self.refresh()

    def ask(self, **changes: object) -> None:
        """Change the question: ``text``, ``column``, ``descending``."""
        question = replace(self.question, **changes)  # type: ignore[arg-type]  # its fields
        if question != self.question:
            self.question = question
            self.refresh()

    def watch(self, *, seen: bool) -> None:
        """Look at the disk now and then while somebody sees the list."""
        self._watched = seen
        if seen:
            self.refresh()
        else:
            self._again.stop()

    @Slot()
    def refresh(self) -> None:
        """Look at the disk now."""
        if self._lister:
            lister, question = self._lister, self.question
            self._again.stop()
            self._background.start(lambda progress: lister.answer(question, progress))

    def close(self) -> None:
        """Stop looking, and wait for what is under way."""
        self._watched = False
        self._again.stop()
        self._background.close()

    @Slot(object)
    def _on_done(self, listing: Listing) -> None:
        self._look_again()
        self.listed.emit(listing)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._look_again()
        self.trouble.emit(sentence)

    def _look_again(self) -> None:
        if self._watched:
            self._again.start()
