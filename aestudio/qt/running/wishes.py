"""What the window wants of a run: written on the GUI thread, read on the training thread before each step."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from aestudio.training.events import Snapshot, Wanted


class Wishes:
    """The one object that both threads hold; a condition guards all of it.

    A picture is wanted only when the last has been drawn; in a race the lanes take turns. A paused run is
    asked to bring its pictures up to date, each lane its own, and then sleeps in :meth:`ask` until
    something new is wanted.
    """

    def __init__(self, wanted: Wanted | None = None, *, paused: bool = False, lanes: int = 1) -> None:
        self._changed = threading.Condition()
        self._wanted = wanted or Wanted(pictures=True, scatter=True)
        self._answers: dict[tuple[bool, bool, bool], Wanted] = {}  # made of it, since each step asks
        self._paused = paused
        self._drawn = True
        self._lanes = [_Lane() for _ in range(lanes)]
        self._turn = 0

    def ask(self, lane: int = 0) -> Wanted:
        """What is wanted of a lane now; on the training thread. Blocks while all is paused and shown."""
        me = self._lanes[lane]
        with self._changed:
            while True:
                if self._wanted.stop:
                    return self._wanted
                if not self._paused or me.steps:
                    me.steps = max(0, me.steps - 1)
                    me.current += 1
                    return self._now(lane, hold=False)
                if self._drawn and self._is_due(me):
                    return self._now(lane, hold=True)
                if self._drawn and any(self._is_due(one) or one.steps for one in self._lanes):
                    return replace(self._wanted, hold=True, pictures=False, scatter=False, pins=())
                self._changed.wait()

    def _is_due(self, lane: _Lane) -> bool:
        watched = self._wanted.pictures or self._wanted.scatter
        return watched and not lane.over and lane.shown != lane.current

    def sent(self, snapshot: Snapshot, lane: int = 0) -> None:
        """Note that a snapshot is on its way; on the training thread, before it is handed over."""
        with self._changed:
            self._drawn = False
            if snapshot.complete and (snapshot.pictures or snapshot.scatter or len(self._lanes) == 1):
                self._lanes[lane].shown = self._lanes[lane].asked
            if snapshot.pictures:
                self._pass_turn()

    def over(self, lane: int) -> None:
        """Note that a lane asks no more."""
        with self._changed:
            self._lanes[lane].over = True
            self._pass_turn()
            self._changed.notify_all()

    def _pass_turn(self) -> None:
        places = [(self._turn + i) % len(self._lanes) for i in range(1, len(self._lanes) + 1)]
        self._turn = next((place for place in places if not self._lanes[place].over), self._turn)

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
            self._answers.clear()
            for lane in self._lanes:
                lane.current += 1
            self._changed.notify_all()

    def _become(self, *, paused: bool, steps: int = 0) -> None:
        with self._changed:
            self._paused = paused
            for lane in self._lanes:
                lane.steps = lane.steps + steps if paused else 0
            self._changed.notify_all()

    def _now(self, lane: int, *, hold: bool) -> Wanted:
        me = self._lanes[lane]
        me.asked = me.current
        pictures = self._wanted.pictures and self._drawn and (hold or lane == self._turn)
        kind = hold, pictures, self._wanted.scatter and self._drawn
        if kind not in self._answers:
            self._answers[kind] = replace(self._wanted, hold=kind[0], pictures=kind[1], scatter=kind[2])
        return self._answers[kind]


@dataclass
class _Lane:
    """What is on show is of ``shown``, what would be now of ``current``, which a step or new pins raise."""

    current: int = 1
    asked: int = 0
    shown: int = 0
    steps: int = 0  # still allowed while paused
    over: bool = False
