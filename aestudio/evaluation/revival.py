"""A kept run brought back to life: its model, and what the model makes of the test images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aestudio.data.dataset import Dataset
from aestudio.evaluation.lane import refuse_other_data
from aestudio.evaluation.pca import pca_of
from aestudio.library.kept import KeptRun
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.training.events import frozen
from aestudio.training.objective import corrupt
from aestudio.training.projection import Projection
from aestudio.training.state import restore_weights
from aestudio.training.watch import NOISE_SEED, looking

_BATCH = 500

_Through = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Images to what the model gives for them, and to their codes ``(n, k)``."""


@dataclass(frozen=True, eq=False)
class Column:
    """What one model, or PCA, makes of the test images.

    Parameters
    ----------
    name
        the run's name, or for example ``PCA of 32``.
    run_id
        the run's id, empty for PCA.
    errors
        squared error per pixel of each test image, ``(n,)``.
    points
        its codes in the plane, ``(n, 2)``.
    axes
        what the two axes are.
    images
        the chosen test images after the model, ``(k, *data_shape)`` in [0, 1], in the order they were chosen.
    """

    name: str
    run_id: str
    errors: NDArray[np.float32] = field(repr=False)
    points: NDArray[np.float32] = field(repr=False)
    axes: tuple[str, str]
    images: NDArray[np.float32] = field(repr=False)


def revived(kept: KeptRun, data: Dataset, which: str = "best") -> Autoencoder:
    """The run's model with its weights, on the data's device.

    Raises
    ------
    UserError
        the data are not those it was trained on, or its weights are damaged.
    """
    refuse_other_data(kept.card, data)
    model = build(kept.run.model, data.shape)
    restore_weights(model, kept.weights(which))
    return model.to(data.device).eval()


def column_of(kept: KeptRun, data: Dataset, chosen: tuple[int, ...], *, noisy: bool = False) -> Column:
    """What a run makes of all test images, and of the ``chosen`` ones by position.

    ``noisy`` gives it the images that its own corruptions make of them, with the evaluation's noise.
    """
    model = revived(kept, data)
    noise = torch.Generator(data.device).manual_seed(NOISE_SEED)

    def through(x: Tensor) -> tuple[Tensor, Tensor]:
        z = model.encode(corrupt(x, kept.run, noise) if noisy else x).mean
        return model.decode(z), z.flatten(1)

    with looking(model):
        return _column(kept.card.name, kept.id, data, chosen, through)


def pca_column(size: int, data: Dataset, chosen: tuple[int, ...]) -> Column:
    """The same of PCA with ``size`` components."""
    pca = pca_of(data)

    def through(x: Tensor) -> tuple[Tensor, Tensor]:
        return pca.reconstruct(x, size), (x.flatten(1) - pca.mean) @ pca.subspace(size)

    with torch.inference_mode():
        return _column(f"PCA of {size}", "", data, chosen, through)


def images_of(model: Autoencoder, data: Dataset, chosen: Sequence[int]) -> NDArray[np.float32]:
    """The chosen test images after a model, ``(k, *data_shape)`` in [0, 1]."""
    with looking(model):
        return _images(data, tuple(chosen), lambda x: (model.decode(model.encode(x).mean), x))


def pca_images(size: int, data: Dataset, chosen: Sequence[int]) -> NDArray[np.float32]:
    """The same after PCA with ``size`` components."""
    with torch.inference_mode():
        return _images(data, tuple(chosen), lambda x: (pca_of(data).reconstruct(x, size), x))


def _column(name: str, run_id: str, data: Dataset, chosen: tuple[int, ...], through: _Through) -> Column:
    errors, codes = [], []
    for chunk in data.test.split(_BATCH):
        x = data.pixels(chunk)
        x_hat, z = through(x)
        errors.append((x_hat - x).square().flatten(1).mean(dim=1).float().cpu())
        codes.append(z.float().cpu())
    projection = Projection()
    axes, _ = projection.follow(torch.cat(codes).numpy(), refit=True)
    return Column(
        name,
        run_id,
        frozen(torch.cat(errors).numpy()),
        frozen(projection.points),
        axes,
        _images(data, chosen, through),
    )


def _images(data: Dataset, chosen: tuple[int, ...], through: _Through) -> NDArray[np.float32]:
    if not chosen:
        return frozen(np.zeros((0, *data.shape), np.float32))
    x = data.pixels(data.test[torch.tensor(chosen, device=data.device)])
    return frozen(through(x)[0].clamp(0, 1).float().cpu().numpy())
