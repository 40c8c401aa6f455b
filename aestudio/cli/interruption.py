"""Ctrl+C as a wish to stop, so that what was learnt is kept."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aestudio.training.events import Wanted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Turns the first Ctrl+C, or a polite request to end, into a wish to stop; a second breaks off."""

    asked = False

    def __enter__(self) -> Interruption:
        self._before: dict[int, Any] = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: object) -> None:
        self.asked = True
        self._restore()

    def ask(self) -> None:
        """Raise KeyboardInterrupt if a stop was asked for: for work that minds when it is broken off."""
        if self.asked:
            raise KeyboardInterrupt

    def wanted(self) -> Wanted:
        """What the command line wants of the next step."""
        from aestudio.training.events import Wanted

        return Wanted(stop=self.asked)
