"""What a loss chart remembers of a run, and the few numbers of it that fit on a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from aestudio.qt.drawing.series import Doubles, Growing, Series
from aestudio.qt.drawing.tracing import SMOOTH, Trace, Tracer, around
from aestudio.training.events import Curves, EpochEnded, FloorsKnown, Started

MSE = "mse"
"""The name under which the squared error per pixel is kept, beside the loss terms."""


@dataclass
class Validated:
    """Losses on the validation images, an entry an epoch."""

    epochs: list[float] = field(default_factory=list[float])
    mse: list[float] = field(default_factory=list[float])
    terms: list[Mapping[str, float]] = field(default_factory=list[Mapping[str, float]])


class History:
    """Losses of one run, by step."""

    def __init__(self, started: Started | None = None) -> None:
        self.terms: tuple[str, ...] = started.terms if started else ()
        self.units: dict[str, str] = dict(zip(self.terms, started.units, strict=False)) if started else {}
        self.code = int(np.prod(started.code_shape)) if started else 0
        self.epochs = started.epochs if started else 1
        self.steps_per_epoch = max(1, started.steps_per_epoch) if started else 1
        self.steps = Growing(np.int64)
        self.series: dict[str, Series] = {name: Series() for name in (MSE, *self._keys())}
        self.validated = Validated()
        self.floors: FloorsKnown | None = None

    def _keys(self) -> tuple[str, ...]:
        return tuple(term_key(name) for name in self.terms)

    def append(self, curves: Curves) -> None:
        """Add the steps since the last snapshot."""
        if not len(curves.steps):
            return
        self.steps.append(curves.steps)
        self.series[MSE].append(curves.mse)
        absent = np.full(len(curves.steps), np.nan, dtype=np.float32)
        for name in self.terms:
            self.series[term_key(name)].append(curves.terms.get(name, absent))

    def validate(self, ended: EpochEnded) -> None:
        """Add the losses on the validation images."""
        self.validated.epochs.append(ended.step / self.steps_per_epoch)
        self.validated.mse.append(ended.validation_mse)
        self.validated.terms.append(ended.validation_terms)

    @property
    def now(self) -> float:
        """Epochs done."""
        return float(self.steps.values[-1]) / self.steps_per_epoch if len(self.steps) else 0.0

    def validation(self, key: str) -> Doubles:
        """The validation values of a curve, NaN where there is none."""
        if key == MSE:
            return np.asarray(self.validated.mse, dtype=np.float64)
        name = key.removeprefix(_TERM)
        return np.asarray([terms.get(name, np.nan) for terms in self.validated.terms], dtype=np.float64)

    def tracer(
        self,
        key: str,
        x: tuple[float, float],
        columns: int,
        scaled: Callable[[Doubles], Doubles] = np.asarray,
    ) -> Tracer:
        """What makes a curve between two epochs ready for so many columns."""
        return Tracer(self.series[key], self.steps, self.steps_per_epoch, x, columns, scaled)

    def trace(self, key: str, x: tuple[float, float], columns: int) -> Trace:
        """A curve between two epochs, ready for so many columns."""
        tracer = self.tracer(key, x, columns)
        tracer.grow()
        return tracer.trace

    def at(self, key: str, epoch: float) -> float:
        """The smoothed value at an epoch, NaN where there is none."""
        steps = self.steps.values
        if not len(steps):
            return float("nan")
        # The key is whole: a fraction would have every step cast.
        key_step = int(np.clip(epoch * self.steps_per_epoch, -1, 2**62))
        place = min(int(np.searchsorted(steps, key_step)), len(steps) - 1)
        start, end = around(place, max(int(len(steps) * SMOOTH), 1))
        return float(self.series[key].mean(start, min(end, len(steps))))

    def validation_at(self, key: str, epoch: float) -> float:
        """The validation value of the epoch nearest by, NaN where there is none."""
        epochs = np.asarray(self.validated.epochs)
        return (
            float(self.validation(key)[int(np.argmin(np.abs(epochs - epoch)))])
            if len(epochs)
            else float("nan")
        )


_TERM = "term "


def term_key(name: str) -> str:
    """The key of a loss term: a term may itself be called ``mse``, in another unit."""
    return _TERM + name
