"""A run at rest: everything it needs to go on. Frozen numpy, no torch, as events are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class State:
    """Everything a run needs to go on as if it had never stopped.

    Parameters
    ----------
    arrays
        weights under ``model.``, their moving average under ``average.`` where one is kept, the best so far
        under ``best.``, the optimiser's under ``optimiser.``, and the state of each stream of randomness.
    step
        steps done.
    epochs
        whole epochs done, validation included.
    batches
        batches done of the next epoch.
    images
        images seen.
    seconds
        training time so far.
    best_epoch
        the epoch of the best weights, 0 before the first has ended.
    smallest
        its validation loss, infinite before.
    lr
        peak learning rate set by hand, or None.
    weights
        penalty weights set by hand, by kind.
    """

    arrays: Mapping[str, NDArray[Any]] = field(repr=False)
    step: int
    epochs: int
    batches: int
    images: int
    seconds: float
    best_epoch: int
    smallest: float
    lr: float | None = None
    weights: Mapping[str, float] = field(default_factory=dict)

    def under(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The arrays whose names begin with ``prefix.``, without it."""
        head = f"{prefix}."
        return {
            name.removeprefix(head): array for name, array in self.arrays.items() if name.startswith(head)
        }

    @property
    def last(self) -> dict[str, NDArray[Any]]:
        """The weights as they are looked at: the moving average where one is kept."""
        return self.under("average") or self.under("model")
