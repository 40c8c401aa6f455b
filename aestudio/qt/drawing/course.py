"""The course of one run's error, against epochs, images seen or seconds."""

from __future__ import annotations

from typing import Literal

import numpy as np

from aestudio.qt.drawing.history import MSE, History
from aestudio.qt.drawing.series import Doubles
from aestudio.training.events import EpochEnded, Snapshot, Started

Measure = Literal["epochs", "images seen", "seconds"]
MEASURES: tuple[Measure, ...] = ("epochs", "images seen", "seconds")


class Course:
    """A history, and what its epochs are in images and seconds.

    Args:
        started: the run as it began.
        batch: images a step.
    """

    def __init__(self, started: Started, batch: int) -> None:
        self.history = History(started)
        self._images = self.history.steps_per_epoch * batch
        self._epochs: list[float] = [0.0]
        self._seconds: list[float] = [0.0]

    def append(self, snapshot: Snapshot) -> None:
        """Add the steps since the last snapshot."""
        self.history.append(snapshot.curves)
        self.know(snapshot.step / self.history.steps_per_epoch, snapshot.seconds)

    def validate(self, ended: EpochEnded) -> None:
        """Add the validation images' error."""
        self.history.validate(ended)
        self.know(ended.step / self.history.steps_per_epoch, ended.seconds)

    def know(self, epoch: float, seconds: float) -> None:
        """So many epochs took so long; what is not later than before is left out."""
        if epoch > self._epochs[-1] and seconds > self._seconds[-1]:
            self._epochs.append(epoch)
            self._seconds.append(seconds)

    def end(self, measure: Measure) -> float:
        """How far the run is."""
        return float(self.along(np.array([self.history.now]), measure)[0])

    def along(self, epochs: Doubles, measure: Measure) -> Doubles:
        """Epochs in another measure, ``(n,)``."""
        if measure == "epochs":
            return epochs
        if measure == "images seen":
            return epochs * self._images
        return _mapped(epochs, self._epochs, self._seconds)

    def _back(self, x: Doubles, measure: Measure) -> Doubles:
        if measure == "epochs":
            return x
        if measure == "images seen":
            return x / self._images
        return _mapped(x, self._seconds, self._epochs)

    def trace(self, measure: Measure, x: tuple[float, float], columns: int) -> tuple[Doubles, Doubles]:
        """The training error between two places of the axis: ``x`` and its mean."""
        first, last = self._back(np.array(x), measure)
        found = self.history.trace(MSE, (float(first), float(last)), columns)
        return self.along(found.x, measure), found.mean

    def validated(self, measure: Measure) -> tuple[Doubles, Doubles]:
        """The validation error of each epoch."""
        epochs = np.asarray(self.history.validated.epochs, dtype=np.float64)
        return self.along(epochs, measure), self.history.validation(MSE)


def _mapped(x: Doubles, known: list[float], values: list[float]) -> Doubles:
    """Linear between what is known, and on at the last pace."""
    if len(known) < 2:
        return x
    inside = np.interp(x, known, values)
    pace = (values[-1] - values[0]) / (known[-1] - known[0])
    return np.where(x > known[-1], values[-1] + (x - known[-1]) * pace, inside)
