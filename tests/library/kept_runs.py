"""Real small runs in folders, for tests of what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from aestudio.data.dataset import Dataset
from aestudio.evaluation.lane import Lane, drive, new_lane, resumed_lane
from aestudio.library.kept import KeptRun, open_run
from aestudio.spec.parts import BOTTLENECKS, LAYERS, PENALTIES
from aestudio.spec.run import ModelSpec, RunSpec
from aestudio.training.events import Event, Wanted
from aestudio.training.train import nothing_wanted
from tests.small import small_mnist, small_run

CPU = torch.device("cpu")

RUN = small_run(
    ("training.epochs", 3),
    model=ModelSpec(
        encoder=(LAYERS.make("conv", filters=3, stride=2), LAYERS.make("batch-norm")),
        bottleneck=BOTTLENECKS.make("variational", size=3),
    ),
    penalties=(PENALTIES.make("kl-prior"),),
)


def kept(
    folder: Path,
    run: RunSpec = RUN,
    ask: Callable[[], Wanted] = nothing_wanted,
    *,
    data: Dataset | None = None,
) -> KeptRun:
    """The run, trained to its end on digits or on ``data``, and kept in ``folder``."""
    data = data or small_mnist()
    list(drive(new_lane(run, folder, data), data, device=CPU, ask=ask))
    return open_run(folder)


def broken_off(folder: Path, steps: int, run: RunSpec = RUN) -> KeptRun:
    """The run, closed by whoever drove it after so many events, as when a window is closed."""
    events = drive(new_lane(run, folder, small_mnist()), small_mnist(), device=CPU)
    for _ in range(steps):
        next(events)
    events.close()
    return open_run(folder)


def gone_on(run: KeptRun, ask: Callable[[], Wanted] = nothing_wanted) -> list[Event]:
    """The events of a kept run that goes on to its end."""
    lane: Lane = resumed_lane(run, small_mnist())
    return list(drive(lane, small_mnist(), device=CPU, ask=ask))
