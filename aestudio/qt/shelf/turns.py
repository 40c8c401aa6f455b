"""Whose turn it is: a run that waits is taken out of the queue and begins, or goes back to its place."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from aestudio.library.lane import Lane
from aestudio.library.queue import Queued
from aestudio.qt.running.session import Session
from aestudio.qt.shelf.queue_panel import QueuePanel, Taken

_UNDER_WAY = "A run is under way: stop it first, or tick “Train the next when one is done”"


class Turns(QObject):
    """Trains what waits, one after the other, while nothing else is trained.

    Args:
        queue: what waits.
        session: what trains.
    """

    def __init__(self, queue: QueuePanel, session: Session) -> None:
        super().__init__(queue)
        self._queue, self._session = queue, session
        self._taken: Taken | None = None  # and not begun yet
        self._lanes: tuple[Lane, ...] = ()
        self._waits = self._is_troubled = False
        # Its timeout comes when all has been told: that data are there, and then that a run begins on them.
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._on_settled)
        queue.next_wanted.connect(self._on_next_wanted)
        queue.taken.connect(self._on_taken)
        session.began.connect(self._on_began)
        session.waiting.connect(self._on_waiting)
        session.trouble.connect(self._on_trouble)
        session.trainer.rested.connect(self._on_rested)  # after the races, whose repeats come first

    def close(self) -> None:
        """Put back what has not begun."""
        self._settled.stop()
        self._put_back(refused=False)

    @property
    def _is_busy(self) -> bool:
        return not self._session.trainer.is_at_rest or self._waits or self._taken is not None

    @Slot(object)
    def _on_next_wanted(self, entry: Queued) -> None:
        if self._is_busy:
            self._session.said.emit(_UNDER_WAY)
        else:
            self._queue.take(entry)

    @Slot(object)
    def _on_taken(self, taken: Taken) -> None:
        if self._is_busy:  # something began while the file was written
            self._queue.put_back(taken, refused=False)
            return
        entry, workspace = taken.entry, taken.queue.path.parent
        self._taken, self._is_troubled = taken, False
        self._lanes = (Lane(entry.run, workspace=workspace, name=entry.name, group=entry.group),)
        self._session.launch(self._lanes)
        self._settled.start()

    @Slot(object)
    def _on_began(self, lanes: tuple[Lane, ...]) -> None:
        if lanes == self._lanes:
            self._taken = None

    @Slot(bool)
    def _on_waiting(self, waits: bool) -> None:
        self._waits = waits
        self._settled.start()

    @Slot()
    def _on_trouble(self) -> None:
        self._is_troubled = True

    @Slot()
    def _on_settled(self) -> None:
        """What waits no more and has not begun cannot: its data are gone, or somebody gave it up."""
        if self._taken and not self._waits:
            self._put_back(refused=True)
            if self._is_troubled:
                self._on_rested()

    @Slot()
    def _on_rested(self) -> None:
        if not self._is_busy:
            self._queue.end()

    def _put_back(self, *, refused: bool) -> None:
        if self._taken:
            self._queue.put_back(self._taken, refused=refused)
            self._taken = None
