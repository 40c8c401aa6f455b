"""Pictures of pinned images while nothing trains: what noise does, and what the last model makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.running.background import Progress, Work
from aestudio.spec.run import RunSpec
from aestudio.training.events import Pictures

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Trained:
    """A run that is over: its spec, and what gives its weights by name."""

    run: RunSpec
    weights: Callable[[], Mapping[str, NDArray[Any]]] = field(repr=False)


def picturing(run: RunSpec, data: Dataset, pins: tuple[int, ...], trained: Trained | None = None) -> Work:
    """Work that gives :class:`Pictures` of the pins, as a snapshot of this run would.

    Without a trained model the reconstruction is the corrupted image itself.
    """

    def work(progress: Progress) -> Pictures:
        import torch

        from aestudio.models.autoencoder import build
        from aestudio.training.objective import corrupt
        from aestudio.training.state import restore_weights
        from aestudio.training.watch import NOISE_SEED, looking

        known = [pin for pin in pins if 0 <= pin < len(data.test)]
        x = data.pixels(data.test[torch.tensor(known, dtype=torch.int64)])
        x_in = corrupt(x, run, torch.Generator().manual_seed(NOISE_SEED))
        x_hat = x_in
        if trained:
            model = build(trained.run.model, data.shape, trained.run.training.seed)
            restore_weights(model, trained.weights())
            with looking(model):
                x_hat = model.decode(model.encode(x_in).mean).clamp(0, 1)
        progress(1.0, "")  # raises if newer noise was asked for meanwhile
        seen = _frozen(x_in.numpy()) if run.corruptions else None
        return Pictures(_frozen(np.array(known, np.int64)), _frozen(x.numpy()), seen, _frozen(x_hat.numpy()))

    return work


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
