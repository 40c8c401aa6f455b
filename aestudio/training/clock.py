"""Training time with the pauses left out, and the speed of late."""

from __future__ import annotations

import time
from collections import deque

_WINDOW = 3.0  # seconds over which "lately" is taken


class Clock:
    """Counts seconds and images from its making on, or from where an earlier sitting left them."""

    def __init__(self, seconds: float = 0.0, images: int = 0) -> None:
        self._looked_at = time.perf_counter()
        self._began = self._looked_at - seconds
        self._paused_at: float | None = None
        self._images = images
        self._marks: deque[tuple[float, int]] = deque([(seconds, images)])

    @property
    def images(self) -> int:
        """Images learnt so far."""
        return self._images

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return (self._paused_at or time.perf_counter()) - self._began

    def pause(self) -> None:
        """Stop counting until :meth:`resume`."""
        self._paused_at = self._paused_at or time.perf_counter()

    def resume(self) -> None:
        """Go on counting; without a pause nothing happens."""
        if self._paused_at:
            self._began += time.perf_counter() - self._paused_at
            self._paused_at = None

    def count(self, images: int) -> None:
        """Note images that were learnt."""
        self._images += images

    def since_look(self) -> float:
        """Seconds since :meth:`looked` was last called."""
        return time.perf_counter() - self._looked_at

    def looked(self) -> None:
        """Note that somebody looked, for :meth:`since_look` and :attr:`rate`."""
        self._looked_at = time.perf_counter()
        self._marks.append((self.seconds, self._images))
        while self._marks[-1][0] - self._marks[1][0] > _WINDOW:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """Images a second over the last few seconds."""
        (then, before), now = self._marks[0], self.seconds
        return (self._images - before) / max(now - then, 1e-9)

    @property
    def mean_rate(self) -> float:
        """Images a second since the beginning."""
        return self._images / max(self.seconds, 1e-9)
