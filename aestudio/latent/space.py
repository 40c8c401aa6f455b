"""The latent space of a kept run: the codes of its data, the plane they are seen in, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from aestudio.data.dataset import Dataset
from aestudio.evaluation.revival import revived
from aestudio.library.kept import KeptRun
from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.faults import UserError
from aestudio.training.events import frozen
from aestudio.training.projection import Projection
from aestudio.training.watch import looking

Floats = NDArray[np.float32]
Progress = Callable[[float, str], None]

_BATCH = 500
_FITTED_ON = 10_000  # training images: a Gaussian's 1,000 variances are known to 1.4 % from so many


@dataclass(frozen=True, eq=False)
class Space:
    """What a model makes of its data, as codes.

    Parameters
    ----------
    name
        the run's.
    model
        in evaluation mode, on the data's device.
    data
        what it was trained on.
    codes
        of the test images, ``(n, k)``; a posterior's mean where the code is variational.
    fitted
        of training images, ``(m, k)``: what is drawn from or fitted is fitted to these.
    projection
        the plane that the test images are seen in.
    axes
        what its two axes are.
    explained
        share of the variance of ``codes`` along the two, None where the code is shown itself.
    """

    name: str
    model: Autoencoder = field(repr=False)
    data: Dataset = field(repr=False)
    codes: Floats = field(repr=False)
    fitted: Floats = field(repr=False)
    projection: Projection = field(repr=False)
    axes: tuple[str, str]
    explained: float | None

    @property
    def size(self) -> int:
        """Numbers in a code."""
        return self.codes.shape[1]

    @property
    def variational(self) -> bool:
        """Whether codes were trained to follow a standard normal distribution, so that one may draw them."""
        return self.model.spec.bottleneck.variational

    @property
    def middle(self) -> Floats:
        """The mean of the codes of training images, ``(k,)``."""
        return self.fitted.mean(axis=0)

    @property
    def points(self) -> Floats:
        """Test images in the plane, ``(n, 2)``."""
        return self.projection.points

    @property
    def labels(self) -> NDArray[np.int64] | None:
        """Classes of the test images, ``(n,)``, None where there are none."""
        labels = self.data.labels
        return None if labels is None else labels[self.data.test].cpu().numpy().astype(np.int64)

    @property
    def fitted_labels(self) -> NDArray[np.int64] | None:
        """Classes of the images that ``fitted`` are codes of."""
        labels = self.data.labels
        return None if labels is None else labels[_some(self.data)].cpu().numpy().astype(np.int64)

    def decode(self, codes: Floats) -> Floats:
        """The images ``(m, *data_shape)`` in [0, 1] that codes ``(m, k)`` stand for."""
        z = torch.from_numpy(np.array(codes, np.float32)).to(self.model.device)
        with looking(self.model):
            parts = [self.model.decode(part.view(-1, *self.model.code_shape)) for part in z.split(_BATCH)]
        return frozen(torch.cat(parts).clamp(0, 1).float().cpu().numpy())

    def encode(self, images: Floats) -> Floats:
        """The codes ``(m, k)`` of images ``(m, *data_shape)`` in [0, 1]."""
        x = torch.from_numpy(np.array(images, np.float32)).to(self.model.device)
        with looking(self.model):
            parts = [self.model.encode(part).mean.flatten(1) for part in x.split(_BATCH)]
        return frozen(torch.cat(parts).float().cpu().numpy())

    def test_images(self, positions: list[int]) -> Floats:
        """Test images ``(m, *data_shape)`` in [0, 1] by their position."""
        chosen = self.data.test[torch.tensor(positions, dtype=torch.long, device=self.data.device)]
        return frozen(self.data.pixels(chosen).float().cpu().numpy())

    def nearest(self, code: Floats) -> tuple[int, float]:
        """The test image whose code is nearest to a code ``(k,)``, by position, and how far that is."""
        distances = np.square(self.codes - code).sum(axis=1)
        position = int(distances.argmin())
        return position, float(np.sqrt(distances[position]))


def explore(kept: KeptRun, data: Dataset, progress: Progress = lambda share, doing: None) -> Space:
    """Encode all test images of a run and some of those it was trained on.

    Raises
    ------
    UserError
        the data are not those it was trained on, or its weights are damaged.
    """
    progress(0.0, f"opening {kept.card.name}")
    model = revived(kept, data)
    some = _some(data)
    total = len(data.test) + len(some)
    codes = _codes(model, data, data.test, lambda done: progress(done / total, "encoding"))
    fitted = _codes(model, data, some, lambda done: progress((done + len(codes)) / total, "encoding"))
    if not (np.isfinite(codes).all() and np.isfinite(fitted).all()):
        raise UserError(f"the weights of {kept.card.name} make codes that are no numbers; train it anew")
    projection = Projection()
    axes, explained = projection.follow(codes, refit=True)
    return Space(kept.card.name, model, data, codes, fitted, projection, axes, explained)


def _some(data: Dataset) -> torch.Tensor:
    """Training images evenly from all of them."""
    return data.train[:: max(1, -(-len(data.train) // _FITTED_ON))]


def _codes(model: Autoencoder, data: Dataset, indices: torch.Tensor, done: Callable[[int], None]) -> Floats:
    codes: list[torch.Tensor] = []
    with looking(model):
        for i, chunk in enumerate(indices.split(_BATCH)):
            done(i * _BATCH)
            codes.append(model.encode(data.pixels(chunk)).mean.flatten(1).float().cpu())
    return frozen(torch.cat(codes).numpy())
