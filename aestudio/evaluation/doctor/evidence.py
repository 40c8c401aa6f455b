"""What the doctor looks at, and how it says what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from aestudio.spec.outline import Row, lay_out
from aestudio.spec.parts import Shape
from aestudio.spec.run import RunSpec
from aestudio.training.events import Curves, EpochEnded, FloorsKnown, Measured, no_curves

Mend = Callable[[RunSpec], RunSpec]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A run so far. All errors are squared and per pixel on [0, 1].

    Parameters
    ----------
    run
        its spec.
    shape
        of one image, ``(channels, height, width)`` or ``(features,)``.
    curves
        losses by step.
    epochs
        what each epoch ended with.
    steps
        steps in the whole run, 0 where that is not known.
    floors
        what it is held against, or None before that is known.
    measured
        its figures on the test images, or None before its end.
    stage
        whether it goes on, or how it ended.
    sentence
        why it failed.
    """

    run: RunSpec
    shape: Shape
    curves: Curves = field(default_factory=no_curves, repr=False)
    epochs: Sequence[EpochEnded] = field(default=(), repr=False)
    steps: int = 0
    floors: FloorsKnown | None = None
    measured: Measured | None = None
    stage: Literal["running", "paused", "stopped", "done", "failed"] = "running"
    sentence: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The model layer by layer."""
        return lay_out(self.run.model, self.shape).rows

    @property
    def error(self) -> float | None:
        """The validation error after the last epoch, of images as the run sees them."""
        return self.epochs[-1].validation_mse if self.epochs else None

    @property
    def progress(self) -> float | None:
        """How far the error has come from that of the mean image (0) to PCA's at the same code size (1)."""
        if self.error is None or self.floors is None:
            return None
        way = self.floors.mean_mse - self.floors.pca_mse
        return (self.floors.mean_mse - self.error) / way if way > 0 else None

    @property
    def jump(self) -> float:
        """The largest training error of eight steps on end over the first step's; 1 or less: it fell."""
        mse = self.curves.mse
        if len(mse) < 2 * WINDOW:
            return 1.0
        smooth = np.convolve(mse, np.full(WINDOW, 1 / WINDOW), "valid")
        return float(smooth.max() / max(float(mse[0]), 1e-12))

    def figure(self, name: str) -> float | None:
        """A figure of the test images, None where there is none."""
        value = self.measured.metrics.get(name) if self.measured else None
        return float(value) if isinstance(value, int | float) else None

    def detail(self, name: str) -> tuple[float, ...]:
        """The values behind a figure, () where there are none."""
        return tuple(self.measured.details.get(name, ())) if self.measured else ()


WINDOW = 8
"""Steps that are averaged: one batch alone may be far off."""


@dataclass(frozen=True)
class Finding:
    """One thing that ails a run.

    Parameters
    ----------
    kind
        which complaint it is, for example ``copying``.
    title
        what it is called, in two or three words.
    what
        what is going on and why that is bad, in a sentence or two.
    evidence
        figures, each with what it was held against.
    mend_label
        what the mend does, as an undo step is called.
    mend
        the spec with the mend in it. Doing it twice changes nothing more.
    """

    kind: str
    title: str
    what: str
    evidence: tuple[str, ...]
    mend_label: str
    mend: Mend
