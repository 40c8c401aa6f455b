"""Looking at the validation images, and keeping the weights that do best there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from aestudio.data.dataset import Dataset
from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.run import RunSpec
from aestudio.training.events import frozen
from aestudio.training.objective import forward, loss_terms, mse_per_pixel
from aestudio.training.watch import NOISE_SEED, looking

_BATCH = 200  # wide convolutions on more would take hundreds of MB


def validate(model: Autoencoder, data: Dataset, run: RunSpec) -> tuple[dict[str, float], float]:
    """Each weighted loss term per image, and the squared error per pixel, over the validation images.

    The noise has a fixed seed, so that two epochs differ by their weights only. Without validation images
    the training images of the same number are used.
    """
    indices = data.validation if len(data.validation) else data.train[:5_000]
    generator = torch.Generator(model.device).manual_seed(NOISE_SEED)
    totals: dict[str, Tensor] = {}
    with looking(model):
        for chunk in indices.split(_BATCH):
            p = forward(model, data.pixels(chunk), run, generator)
            terms = loss_terms(p, run)
            for name, value in {**terms, "": mse_per_pixel(p, terms)}.items():
                totals[name] = totals.get(name, 0.0) + value * (len(chunk) / len(indices))
    figures = {name: float(value) for name, value in totals.items()}
    mse = figures.pop("")
    return figures, mse


class Choice:
    """Keeps a copy of a model's weights whenever its validation loss is the smallest so far."""

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._best: dict[str, Tensor] = {}
        self.smallest = float("inf")
        self.epoch = 0

    def consider(self, epoch: int, loss: float) -> bool:
        """Keep the present weights if ``loss`` is smaller than every one before."""
        if not loss < self.smallest:
            return False
        self.smallest, self.epoch, self._best = loss, epoch, copied(self._model)
        return True

    def go_on(self, best: dict[str, Tensor], smallest: float, epoch: int) -> None:
        """Take over what an earlier sitting found best."""
        self._best, self.smallest, self.epoch = best, smallest, epoch

    def best(self) -> dict[str, Tensor]:
        """The best weights, or the present ones when no epoch has ended."""
        return self._best or copied(self._model)


def copied(model: nn.Module) -> dict[str, Tensor]:
    """The weights as they are now, on the CPU and apart from the model."""
    return {name: w.detach().to("cpu", copy=True) for name, w in model.state_dict().items()}


def as_arrays(weights: dict[str, Tensor]) -> Mapping[str, NDArray[Any]]:
    """The same tensors as read-only numpy arrays; a scalar becomes an array of length 1."""
    return {name: frozen(np.ascontiguousarray(w.numpy())) for name, w in weights.items()}
