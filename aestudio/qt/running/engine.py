"""The engine that the window's runs use: the same generator that drives the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from aestudio.training.events import Event, Wanted

if TYPE_CHECKING:
    from aestudio.qt.running.trainer import Job


def run_experiment(job: Job, ask: Callable[[], Wanted], abandoned: Callable[[], bool]) -> Iterator[Event]:
    """One run's events. Imports torch, so it is called on the training thread.

    One core stays free for the window: with all of them at work its 5 ms timer came 10 to 12 ms late (p99),
    with one left 7 ms.
    """
    from aestudio.evaluation.experiment import experiment
    from aestudio.training.device import available_cores, choose_device, use_threads

    use_threads(max(1, available_cores() - 1))
    device = choose_device(job.device)
    yield from experiment(job.run, job.data, device=device, run_id=job.run_id, ask=ask, abandoned=abandoned)
