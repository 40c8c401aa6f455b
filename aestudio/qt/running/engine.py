"""The engine that the window's runs use: the same generator that drives the command line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

from aestudio.training.events import Event, Wanted

if TYPE_CHECKING:
    from aestudio.qt.running.trainer import Job


def run_lanes(
    job: Job, asks: Sequence[Callable[[], Wanted]], abandoned: Callable[[], bool]
) -> Generator[Event, None, None]:
    """The events of a run, or of all runs of a race. Imports torch, so it is called on the training thread.

    One core stays free for the window: with all of them at work its 5 ms timer came 10 to 12 ms late (p99),
    with one left 7 ms.
    """
    from aestudio.evaluation.race import race
    from aestudio.training.device import available_cores, choose_device, use_threads

    use_threads(max(1, available_cores() - 1))
    yield from race(job.lanes, job.data, device=choose_device(job.device), asks=asks, abandoned=abandoned)
