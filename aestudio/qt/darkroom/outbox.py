"""What work in the background hands over while it goes on: things wait here until the window takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.qt.running.background import Background, Progress
from aestudio.qt.running.yielding import yield_to_the_window

_NICENESS = 10  # with 0 the window was twice as late on a busy machine

PartWork = Callable[[Progress, Callable[[Any], None]], Any]
"""It tells its progress, and hands over parts of its result by what it is given second."""


class Outbox(QObject):
    """One background whose work also gives parts of its result, in order and before the whole.

    ``given`` comes on the GUI thread when the work next tells its
    progress, so parts are no faster than they can be shown.
    """

    given = Signal(object)
    told = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: deque[tuple[int, Any]] = deque()
        self._number = 0
        self._background = Background(self)
        self._background.told.connect(self._on_told)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still awaited."""
        return self._background.is_busy

    def start(self, work: PartWork) -> None:
        """Do ``work`` next, in place of what is done now."""
        self._number += 1
        number, parts = self._number, self._parts

        def put(part: Any) -> None:
            parts.append((number, part))

        def done(progress: Progress) -> Any:
            yield_to_the_window(_NICENESS)
            return work(progress, put)

        self._background.start(done)

    def cancel(self) -> None:
        """Forget the work under way, and what it has handed over."""
        self._number += 1
        self._background.cancel()
        self._parts.clear()

    def close(self) -> None:
        """Cancel, and wait."""
        self.cancel()
        self._background.close()

    def _give(self) -> None:
        while self._parts:
            number, part = self._parts.popleft()
            if number == self._number:  # what was put by work that was superseded is stale
                self.given.emit(part)

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self._give()
        self.told.emit(share, doing)

    @Slot(object)
    def _on_done(self, result: Any) -> None:
        self._give()
        self.done.emit(result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._give()
        self.failed.emit(sentence)
