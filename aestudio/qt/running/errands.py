"""Small pieces of work off the GUI thread, one after the other; none takes another's place."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.qt.running.background import Background, Progress, Work
from aestudio.spec.faults import UserError

log = logging.getLogger(__name__)

Then = Callable[[Any], object]


class Errands(QObject):
    """Does what it is given in order, and hands each result to a method on the GUI thread."""

    told = Signal(float, str)
    failed = Signal(str)
    idle = Signal()  # all is done

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[Work, Then | None]] = deque()
        self._then: Then | None = None
        self._background = Background(self)
        self._background.told.connect(self.told)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether anything is still to be done."""
        return self._background.is_busy or bool(self._waiting)

    def do(self, work: Work, then: Then | None = None) -> None:
        """Do ``work`` when its turn comes; ``then``, a method of a QObject, is given its result."""
        self._waiting.append((work, then))
        if not self._background.is_busy:
            self._start_next()

    def cancel(self) -> None:
        """Forget what is done now, and all that is still to be done."""
        self._waiting, self._then = deque(), None  # a thread that is about to begin takes from the old one
        self._background.cancel()

    def close(self) -> None:
        """Do what is still to be done, and tell nobody: what a person changed last is not lost.

        Only what tells its progress, as packing does, is given up.
        """
        self._background.close()
        while self._waiting:
            work, _ = self._waiting.popleft()
            try:
                work(_untold)
            except UserError as error:
                log.warning("at the end: %s", error)

    def _start_next(self) -> None:
        if self._waiting:
            self._then = self._waiting[0][1]
            self._background.start(partial(_work, self._waiting))
        else:
            self.idle.emit()

    @Slot(object)
    def _on_done(self, result: Any) -> None:
        then, self._then = self._then, None
        if then:
            then(result)
        self._go_on()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._then = None
        self.failed.emit(sentence)
        self._go_on()

    def _go_on(self) -> None:
        if not self._background.is_busy:  # what listens may have started the next
            self._start_next()


def _work(waiting: deque[tuple[Work, Then | None]], progress: Progress) -> Any:
    """On the worker's thread: only what has begun waits no more, lest closing forgets it."""
    work, _ = waiting.popleft()
    return work(progress)


def _untold(share: float, doing: str) -> None:
    """Nobody waits any more."""
