"""The runs that are compared: one name and one colour each, the same in every view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.theme import theme

EPOCHS, IMAGES, SECONDS = "epochs", "images seen", "seconds"
"""What curves may be drawn against."""


@dataclass(frozen=True)
class Racer:
    """A column of the comparison.

    Args:
        run_id: the run's id, empty for PCA and the clean images.
        name: what it is called.
        place: which colour it has, -1 for none.
    """

    run_id: str
    name: str
    place: int

    def colour(self) -> str:
        """Its colour in the present theme."""
        return theme().muted if self.place < 0 else theme().class_colour(self.place)


@dataclass(frozen=True, eq=False)
class Curve:
    """One run's training error.

    Parameters
    ----------
    racer
        whose it is.
    steps
        ``(n,)``, ascending.
    mse
        squared error per pixel, ``(n,)``.
    per_epoch
        steps of an epoch.
    batch
        images of a step.
    seconds_per_step
        on average.
    """

    racer: Racer
    steps: NDArray[np.float64]
    mse: NDArray[np.float64]
    per_epoch: float
    batch: int
    seconds_per_step: float

    def x(self, against: str) -> NDArray[np.float64]:
        """The steps in another unit."""
        factor = {EPOCHS: 1 / max(self.per_epoch, 1e-9), IMAGES: self.batch, SECONDS: self.seconds_per_step}
        return self.steps * factor[against]
