"""Whether what was drawn is new: how far it is from every image that the model was trained on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from aestudio.data.dataset import Dataset
from aestudio.data.remembered import remembered
from aestudio.latent.space import Space

Floats = NDArray[np.float32]

_BATCH = 5_000
_COMPARED = 200  # test images that tell how near a real new image comes


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each image the training image most like it.

    Parameters
    ----------
    images
        those training images, ``(m, *data_shape)`` in [0, 1].
    distances
        root of the mean squared difference of pixels, ``(m,)``.
    usual
        the median of the same for test images, which nobody has copied.
    """

    images: Floats = field(repr=False)
    distances: Floats
    usual: float


def nearest_training(space: Space, images: Floats) -> Nearest:
    """Look for images ``(m, *data_shape)`` among all training images."""
    places, distances = _nearest(space.data, torch.from_numpy(np.array(images)).to(space.data.device))
    found = space.data.pixels(space.data.train[places]).float().cpu().numpy()
    return Nearest(found, distances.cpu().numpy(), usual_distance(space.data))


@remembered
def usual_distance(data: Dataset) -> float:
    """The median distance of a test image from the training image most like it."""
    some = data.test[:: max(1, len(data.test) // _COMPARED)]
    return float(np.median(_nearest(data, data.pixels(some))[1].cpu().numpy()))


def _nearest(data: Dataset, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Positions within the training split, and root mean squared distances."""
    x = images.flatten(1)
    best = torch.full((len(x),), torch.inf, device=x.device)
    places = torch.zeros(len(x), dtype=torch.long, device=x.device)
    with torch.inference_mode():
        for i, chunk in enumerate(data.train.split(_BATCH)):
            distances, at = torch.cdist(x, data.pixels(chunk).flatten(1)).min(dim=1)
            nearer = distances < best
            best = torch.where(nearer, distances, best)
            places = torch.where(nearer, at + i * _BATCH, places)
        # Anew and exactly: cdist multiplies matrices, and a copy would be told as 0.0003 off.
        exact = [
            (part - data.pixels(data.train[at]).flatten(1)).square().mean(dim=1).sqrt()
            for part, at in zip(x.split(_BATCH), places.split(_BATCH), strict=True)
        ]
    return places, torch.cat(exact)
