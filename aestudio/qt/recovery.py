"""Nothing is lost with a window: its journal while it lives, and the offer when another one died."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from aestudio.library.journal import Journal
from aestudio.qt.bars.restore import RestoreBar
from aestudio.qt.desk import Desk
from aestudio.qt.running.journaling import Finder, Journaling


class Recovery(QObject):
    """Joins journal, finder and bar for one window.

    The window places :attr:`bar`, calls :meth:`begin` once it is on the screen, :meth:`note` when its page,
    ticks, queue or runs are others, and :meth:`close` when it is closed.

    Args:
        desk: the window as one value.
        undo_stack: the builder's.
        trains: whether a run is under way.
        parent: the window.
    """

    resume_wanted = Signal(Path)
    trouble = Signal(str)

    def __init__(
        self, desk: Desk, undo_stack: QUndoStack, trains: Callable[[], bool], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.bar = RestoreBar(parent)
        self.journaling = Journaling(desk.look, undo_stack, trains, self)
        self._finder = Finder(self)
        self._finder.found.connect(self.bar.offer)
        self.bar.restore_wanted.connect(self._on_restore_wanted)
        self.bar.resume_wanted.connect(self.resume_wanted)
        self.journaling.written.connect(self.bar.settle)
        self.journaling.trouble.connect(self.trouble)

    @Slot()
    def begin(self) -> None:
        """Look for windows that died, and write the journal of this one."""
        self._finder.begin()
        self.journaling.begin()

    @Slot()
    def note(self) -> None:
        """Something changed that a person would miss."""
        self.journaling.note()

    def close(self) -> None:
        """The window ends as it should."""
        self._finder.close()
        self.bar.close_offers()
        self.journaling.close()

    @Slot(object)
    def _on_restore_wanted(self, journal: Journal) -> None:
        self._desk.bring_back(journal)
        self.journaling.note()
