"""What makes a race fair: the same data, split and seed, and one budget that all have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aestudio.spec.faults import SpecError
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import Layer, Shape
from aestudio.spec.run import ModelSpec, RunSpec

Measure = Literal["epochs", "seconds", "parameters"]

_CLOSE = 0.05  # parameters may differ by this share: widths are whole numbers
_WIDTHS = ("units", "filters")
_WIDEST = 4096


@dataclass(frozen=True)
class Budget:
    """What every run of a race may spend.

    Parameters
    ----------
    measure
        ``epochs``, ``seconds`` of training, or ``parameters``: then all are brought to about as many.
    amount
        how many; 0 takes the first run's epochs or parameters.
    """

    measure: Measure = "epochs"
    amount: float = 0.0


def read_budget(text: str) -> Budget:
    """A budget as typed: ``epochs=10``, ``seconds=60``, ``parameters``. Raises SpecError."""
    measure, _, amount = text.partition("=")
    if measure not in ("epochs", "seconds", "parameters"):
        raise SpecError(text, "is no budget", "write epochs=10, seconds=60 or parameters=100000")
    try:
        number = float(amount or 0)
    except ValueError:
        number = -1.0
    counted = measure != "seconds"
    fits = number.is_integer() if counted else math.isfinite(number)
    if not fits or number < 0 or (not number and (amount or not counted)):
        kind = "a whole number" if counted else "a number"
        raise SpecError(text, "is no budget", f"write {measure}= and {kind} above 0")
    return Budget(measure, number)  # type: ignore[arg-type]  # one of the three


def made_fair(runs: Sequence[RunSpec], budget: Budget, shape: Shape) -> tuple[RunSpec, ...]:
    """The runs with the data, split and seed of the first, and the same budget.

    Examples have ``shape``. Widths are scaled for equal parameters; everything else of each run stays.

    Raises
    ------
    SpecError
        a model cannot be brought to so many parameters.
    """
    first = runs[0]
    alike = [
        replace(run, data=first.data, training=replace(run.training, seed=first.training.seed))
        for run in runs
    ]
    if budget.measure == "parameters":
        goal = int(budget.amount) or lay_out(first.model, shape).parameters
        alike = [replace(run, model=with_parameters(run.model, goal, shape)) for run in alike]
    if budget.measure == "seconds":
        limit = {"seconds": budget.amount, "epochs": 100_000}
        return tuple(replace(run, training=replace(run.training, **limit)) for run in alike)
    epochs = first.training.epochs
    if budget.measure == "epochs" and budget.amount:
        epochs = int(budget.amount)
    return tuple(replace(run, training=replace(run.training, epochs=epochs)) for run in alike)


def with_parameters(model: ModelSpec, goal: int, shape: Shape) -> ModelSpec:
    """The model with all layers made wider or narrower by one factor, until it has about ``goal`` weights.

    The code keeps its size: it is what models are compared at.

    Raises
    ------
    SpecError
        it has no layer whose width could change, or too few weights even at the least width.
    """
    low, high = 1 / 256, 256.0
    for _ in range(40):
        factor = (low * high) ** 0.5
        if lay_out(_scaled(model, factor), shape).parameters < goal:
            low = factor
        else:
            high = factor
    sizes = {f: lay_out(_scaled(model, f), shape).parameters for f in (low, high)}
    factor, have = min(sizes.items(), key=lambda item: abs(item[1] - goal))
    if abs(have - goal) > _CLOSE * goal:
        fix = "race by epochs or seconds, or give it a layer to widen"
        raise SpecError("model", f"comes to {have:,} parameters at the nearest, not to {goal:,}", fix)
    return _scaled(model, factor)


def _scaled(model: ModelSpec, factor: float) -> ModelSpec:
    decoder = None if model.decoder is None else _wider(model.decoder[:-1], factor) + model.decoder[-1:]
    return replace(model, encoder=_wider(model.encoder, factor), decoder=decoder)


def _wider(layers: tuple[Layer, ...], factor: float) -> tuple[Layer, ...]:
    return tuple(_widened(layer, factor) for layer in layers)


def _widened(layer: Layer, factor: float) -> Layer:
    for name in _WIDTHS:
        if hasattr(layer, name):
            return replace(layer, **{name: min(max(1, round(getattr(layer, name) * factor)), _WIDEST)})
    return layer
