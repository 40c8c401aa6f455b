"""Ctrl+C as a wish to stop, so that what was learnt is kept."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aestudio.training.events import Wanted


class Interruption:
    """Turns the first Ctrl+C into a wish to stop, so that what was learnt is kept; a second breaks off."""

    asked = False

    def __enter__(self) -> Interruption:
        self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: object) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, self._before)

    def wanted(self) -> Wanted:
        """What the command line wants of the next step."""
        from aestudio.training.events import Wanted

        return Wanted(stop=self.asked)
