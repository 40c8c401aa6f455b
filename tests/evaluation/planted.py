"""Runs with a disease each, small and really trained, and healthy ones: what the doctor is tried on."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aestudio.data.dataset import Dataset
from aestudio.data.door import open_data
from aestudio.evaluation.doctor.diagnose import evidence_of
from aestudio.evaluation.doctor.evidence import Evidence
from aestudio.evaluation.lane import drive, new_lane
from aestudio.library.kept import open_run
from aestudio.spec.faults import UserError
from aestudio.spec.parts import BOTTLENECKS, CORRUPTIONS, LAYERS, LOSSES, PENALTIES
from aestudio.spec.run import DataSpec, ModelSpec, RunSpec
from tests.library.kept_runs import CPU
from tests.small import dataset, small_mnist, small_run

MSE = LOSSES.make("mse")


def net(*units: int, activation: str = "relu", size: int = 8, **model: Any) -> ModelSpec:
    """Dense layers of so many units, and a plain code."""
    layers = tuple(LAYERS.make("dense", units=n, activation=activation) for n in units)
    return ModelSpec(encoder=layers, bottleneck=BOTTLENECKS.make("plain", size=size), **model)


@functools.cache
def thumbnails() -> Dataset:
    """Every fourth pixel of 5,000 real digits: 7 × 7, so that a large code costs nothing."""
    mnist = open_data(DataSpec(train_limit=4_500))
    few = mnist.images[[*mnist.train, *mnist.test[:500]]][:, :, ::4, ::4].contiguous()
    return dataset(few, validation=500, test=500)


def few() -> Dataset:
    """64 digits to learn from."""
    return replace(small_mnist(), train=small_mnist().train[:64])


LOOSE = small_run(
    ("training.epochs", 10), ("training.lr", 0.003), model=net(size=64, output="linear"), loss=MSE
)
PLANTED: dict[str, tuple[RunSpec, Callable[[], Dataset]]] = {
    "copying": (LOOSE, thumbnails),
    "wrong-range": (
        small_run(
            ("training.epochs", 6), ("training.lr", 0.05), model=net(size=512, output="linear"), loss=MSE
        ),
        small_mnist,
    ),
    "rate-too-high": (small_run(("training.lr", 1.0), ("training.epochs", 3)), small_mnist),
    "rate-too-low": (small_run(("training.lr", 1e-6), ("training.epochs", 4)), small_mnist),
    "collapsed": (
        small_run(
            ("training.epochs", 3),
            model=replace(net(32), bottleneck=BOTTLENECKS.make("variational", size=8)),
            penalties=(PENALTIES.make("kl-prior", weight=20.0),),
        ),
        small_mnist,
    ),
    "dead-units": (small_run(("training.lr", 0.1), ("training.epochs", 3), loss=MSE), small_mnist),
    "saturating": (small_run(("training.lr", 1.0), ("training.epochs", 2), loss=MSE), small_mnist),
    "overfitting": (
        small_run(
            *(("training.epochs", 60), ("training.lr", 0.003), ("training.batch", 16)),
            *(("data.train_limit", 64),),
            model=net(128, size=32),
            loss=MSE,
        ),
        few,
    ),
    "still-falling": (small_run(("training.epochs", 3), ("training.lr", 0.003)), small_mnist),
}
"""A run that has it, by complaint, and the data for it."""

HEALTHY: dict[str, tuple[RunSpec, Callable[[], Dataset]]] = {
    "enough epochs": (small_run(("training.epochs", 12), ("training.lr", 0.003)), small_mnist),
    "a one-cycle rate": (
        small_run(
            *(("training.epochs", 20), ("training.lr", 0.003), ("training.schedule", "one-cycle")), loss=MSE
        ),
        small_mnist,
    ),
    "noise against copying": (replace(LOOSE, corruptions=(CORRUPTIONS.make("gaussian"),)), thumbnails),
}


def evidence(run: RunSpec, data: Dataset, folder: Path) -> Evidence:
    """What is known of the run once it has been trained and kept, also when it broke off."""
    with contextlib.suppress(UserError):
        list(drive(new_lane(run, folder, data), data, device=CPU))
    return evidence_of(open_run(folder))
