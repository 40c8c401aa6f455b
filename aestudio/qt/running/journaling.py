"""Writes the window's journal while it lives, and finds what dead windows left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack

from aestudio.library.journal import Journal, JournalFile, Left, left_behind
from aestudio.library.lock import is_held
from aestudio.library.workspace import Entry, read_entry
from aestudio.qt.running.background import Background

log = logging.getLogger(__name__)

EVERY_MS = 10_000
"""Between two entries while a run is under way."""


class Journaling(QObject):
    """Writes at each undo step, and every ten seconds while something trains.

    Writing is on a background thread; of entries that come while one is written, the last is written next.

    Args:
        look: tells what the window is about right now, on the GUI thread.
        undo_stack: each of its steps is an occasion.
        trains: whether a run is under way.
        parent: owner.
    """

    written = Signal()
    trouble = Signal(str)  # the journal cannot be written; told once until it can be again

    def __init__(
        self,
        look: Callable[[], Journal],
        undo_stack: QUndoStack,
        trains: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._look, self._trains = look, trains
        self._file: JournalFile | None = None
        self._is_troubled = False
        self._background = Background(self)
        self._background.done.connect(self._on_written)
        self._background.failed.connect(self._on_failed)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._on_tick)
        undo_stack.indexChanged.connect(self.note)

    @property
    def is_busy(self) -> bool:
        """Whether an entry is being written."""
        return self._background.is_busy

    def begin(self) -> None:
        """Write the first entry, and go on from now."""
        self._timer.start()
        self.note()

    @Slot()
    def note(self) -> None:
        """Write an entry: something changed that a person would miss."""
        if self._timer.isActive():
            journal = self._look()
            self._background.start(lambda progress: self._write(journal))

    def close(self) -> None:
        """The window ends as it should: take the journal away."""
        self._timer.stop()
        self._background.close()
        if self._file:
            self._file.close()
            self._file = None

    def _write(self, journal: Journal) -> None:
        if self._file is None:
            self._file = JournalFile()
        self._file.write(journal)

    @Slot()
    def _on_tick(self) -> None:
        if self._trains():
            self.note()

    @Slot()
    def _on_written(self) -> None:
        self._is_troubled = False
        self.written.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        log.warning("journal: %s", sentence)
        if not self._is_troubled:
            self._is_troubled = True
            self.trouble.emit(f"a crash now would lose what is not saved: {sentence}")


@dataclass(frozen=True, eq=False)
class Lost:
    """A window that is gone, and what of its runs can go on.

    Parameters
    ----------
    left
        its journal, claimed by this window.
    runs
        those that call themselves running and are held by nobody.
    """

    left: Left
    runs: tuple[Entry, ...]


class Finder(QObject):
    """Looks for journals of windows that are gone, once, in the background."""

    found = Signal(object)  # tuple of Lost, the latest first; never empty

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.done.connect(self._on_done)

    @Slot()
    def begin(self) -> None:
        """Look now."""
        self._background.start(lambda progress: lost_windows())

    def close(self) -> None:
        """Look no more."""
        self._background.close()

    @Slot(object)
    def _on_done(self, lost: tuple[Lost, ...]) -> None:
        if lost:
            self.found.emit(lost)


def lost_windows() -> tuple[Lost, ...]:
    """The windows that are gone, each claimed."""
    return tuple(Lost(left, _going_on(left.journal)) for left in left_behind())


def _going_on(journal: Journal) -> tuple[Entry, ...]:
    entries = [read_entry(Path(folder)) for folder in journal.runs]
    return tuple(e for e in entries if e.card and e.card.stage == "running" and not is_held(e.folder))
