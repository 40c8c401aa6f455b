"""What the window wants of a run: written on the GUI thread, read on the training thread before each step."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from aestudio.training.events import Snapshot, Wanted


class Wishes:
    """The one object that both threads hold; a condition guards all of it.

    A picture is wanted only when the last has been drawn. A paused run is asked to bring its pictures up to
    date, and then sleeps in :meth:`ask` until something new is wanted.
    """

    def __init__(self, wanted: Wanted | None = None, *, paused: bool = False) -> None:
        self._changed = threading.Condition()
        self._wanted = wanted or Wanted(pictures=True, scatter=True)
        self._paused = paused
        self._steps = 0
        self._drawn = True
        # What is on show is of `_shown`, what would be shown now of `_current`: a step or new pins raise it.
        self._current, self._asked, self._shown = 1, 0, 0

    def ask(self) -> Wanted:
        """What is wanted now; on the training thread. Blocks while the run is paused and all is shown."""
        with self._changed:
            while True:
                if self._wanted.stop:
                    return self._wanted
                if not self._paused or self._steps:
                    self._steps = max(0, self._steps - 1)
                    self._current += 1
                    return self._now(hold=False)
                watched = self._wanted.pictures or self._wanted.scatter
                if watched and self._drawn and self._shown != self._current:
                    return self._now(hold=True)
                self._changed.wait()

    def sent(self, snapshot: Snapshot) -> None:
        """Note that a snapshot is on its way; on the training thread, before it is handed over."""
        with self._changed:
            self._drawn = False
            if snapshot.complete:
                self._shown = self._asked

    def drawn(self) -> None:
        """Note that it has been painted, so that the next may be made."""
        with self._changed:
            self._drawn = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Sleep before the next step."""
        self._become(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._become(paused=False)

    def step(self) -> None:
        """Allow one step more, then sleep again."""
        self._become(paused=True, steps=1)

    def stop(self) -> None:
        """End after the step that is under way."""
        self.want(stop=True)

    def want(self, **changes: Any) -> None:
        """Change fields of :class:`Wanted`; new pins or a view shown again call for a new picture."""
        if "weights" in changes:
            weights: Mapping[str, float] = changes["weights"]
            changes["weights"] = MappingProxyType(dict(weights))  # a copy: the sender may go on writing
        with self._changed:
            self._wanted = replace(self._wanted, **changes)
            self._current += 1
            self._changed.notify_all()

    def _become(self, *, paused: bool, steps: int = 0) -> None:
        with self._changed:
            self._paused, self._steps = paused, self._steps + steps if paused else 0
            self._changed.notify_all()

    def _now(self, *, hold: bool) -> Wanted:
        self._asked = self._current
        pictures, scatter = self._wanted.pictures and self._drawn, self._wanted.scatter and self._drawn
        return replace(self._wanted, hold=hold, pictures=pictures, scatter=scatter)
