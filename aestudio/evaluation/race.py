"""A race: several runs in lockstep on the same batches, in one thread, each as if it were alone."""

from __future__ import annotations

import contextlib
import heapq
import itertools
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import torch

from aestudio.data.dataset import Dataset
from aestudio.evaluation.lane import Lane, drive
from aestudio.spec.faults import UserError
from aestudio.training.events import Event, LaneFailed, Snapshot, Started, Stepped, Wanted

MOST = 6
"""Runs in one race at the most: more columns than that cannot be told apart."""


@dataclass
class _Runner:
    """A run of the race: its events, and how far it is."""

    run_id: str
    events: Generator[Event, None, None]
    batch: int
    seen: int = 0  # images
    turn: int = 0

    def __lt__(self, other: _Runner) -> bool:
        return (self.seen, self.turn) < (other.seen, other.turn)


def race(
    lanes: Sequence[Lane],
    data: Dataset,
    *,
    device: torch.device,
    asks: Sequence[Callable[[], Wanted]],
    abandoned: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, None]:
    """The events of all lanes, a step of each in turn: whoever has seen the fewest images goes next.

    Each run draws its batches from a generator of its own, seeded by its own spec. With equal seeds and batch
    sizes they are the same batches in the same order, and each result is the same as that of the run alone.
    A run that fails says so by LaneFailed, and the others go on; a lane alone raises its error.
    """
    turns = itertools.count(1)
    runners = [
        _Runner(
            lane.run_id,
            drive(lane, data, device=device, ask=ask, abandoned=abandoned),
            lane.run.training.batch,
        )
        for lane, ask in zip(lanes, asks, strict=True)
    ]
    with contextlib.ExitStack() as stack:
        for runner in runners:
            stack.enter_context(contextlib.closing(runner.events))
        while runners:
            runner = runners[0]
            try:
                event = next(runner.events, None)
            except UserError as error:
                if len(lanes) == 1:
                    raise
                event = LaneFailed(runner.run_id, str(error))
            if event is not None:
                yield event
            if event is None or isinstance(event, LaneFailed):
                heapq.heappop(runners)
            elif isinstance(event, Started | Stepped | Snapshot):
                runner.seen, runner.turn = event.step * runner.batch, next(turns)
                heapq.heapreplace(runners, runner)
