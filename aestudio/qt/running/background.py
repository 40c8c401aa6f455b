"""Work off the GUI thread, one piece at a time; a newer piece supersedes an older one."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from aestudio.qt.running.slack import give_back
from aestudio.spec.faults import UserError

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
Work = Callable[[Progress], Any]
"""It tells its progress, which raises :class:`Superseded` once nobody waits for the result."""

_TELL_SECONDS = 0.05
_LONG_SECONDS = 0.5  # work that took so long has used memory to match


class Superseded(Exception):
    """The work was cancelled, or newer work took its place."""


class _Thread(QThread):
    told = Signal(int, float, str)
    done = Signal(int, object)
    failed = Signal(int, str)

    def __init__(self, number: int, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("background")
        self._number, self._work, self._last = number, work, 0.0

    def run(self) -> None:
        """Do the work, and give back the memory that it has freed."""
        began = time.monotonic()
        self._do()
        if time.monotonic() - began > _LONG_SECONDS:
            give_back()

    def _do(self) -> None:
        """Tell the result or the error, unless it was superseded."""
        try:
            result = self._work(self._progress)
        except Superseded:
            return
        except UserError as error:
            self.failed.emit(self._number, str(error))
        except Exception as error:
            log.exception("background work failed")
            kind = type(error).__name__
            sentence = (
                f"an unexpected error ({kind}) came in between; Help > Copy Diagnostics gives the details"
            )
            self.failed.emit(self._number, sentence)
        else:
            self.done.emit(self._number, result)

    def _progress(self, share: float, doing: str) -> None:
        if self.isInterruptionRequested():
            raise Superseded
        now = time.monotonic()
        if now - self._last >= _TELL_SECONDS:  # a source may tell of each of a million files
            self._last = now
            self.told.emit(self._number, share, doing)


class Background(QObject):
    """Starts work, and tells on the GUI thread how it goes. Superseded work is waited for, never killed."""

    told = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._number = 0
        self._thread: _Thread | None = None
        self._next: Work | None = None
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a result is still awaited."""
        return self._number != 0

    def start(self, work: Work) -> None:
        """Do ``work`` as soon as the thread is free; what it is doing now is of no interest any more.

        After :meth:`close` nothing is begun: a timer that fires then would leave a thread behind.
        """
        if self._closed:
            return
        self._number = next(self._numbers)
        self._next = work
        if self._thread is None:
            self._start_next()
        else:
            self._thread.requestInterruption()

    @Slot()
    def cancel(self) -> None:
        """Forget the work under way."""
        self._number, self._next = 0, None
        if self._thread:
            self._thread.requestInterruption()

    def close(self) -> None:
        """Cancel for good, and wait for the thread."""
        self._closed = True
        self.cancel()
        if self._thread:
            self._thread.wait()

    def _start_next(self) -> None:
        if self._next:
            work, self._next = self._next, None
            self._thread = _Thread(self._number, work, self)
            self._thread.told.connect(self._on_told)
            self._thread.done.connect(self._on_done)
            self._thread.failed.connect(self._on_failed)
            self._thread.finished.connect(self._on_thread_finished)
            self._thread.start(QThread.Priority.LowPriority)

    @Slot(int, float, str)
    def _on_told(self, number: int, share: float, doing: str) -> None:
        if number == self._number:
            self.told.emit(share, doing)

    @Slot(int, object)
    def _on_done(self, number: int, result: Any) -> None:
        if number == self._number:
            self._number = 0
            self.done.emit(result)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            self._number = 0
            self.failed.emit(sentence)

    @Slot()
    def _on_thread_finished(self) -> None:
        if self._thread:
            self._thread.wait()  # the signal comes a little before the thread is gone
            self._thread.deleteLater()
            self._thread = None
        self._start_next()
