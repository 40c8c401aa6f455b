"""From trained weights to a model file: whole numbers, and tables counted on photographs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from aestudio.pictures.codec.exact import FINE, SCALES
from aestudio.pictures.codec.model import CodecModel, halved, model_bytes, position, read_model
from aestudio.pictures.codec.net import PhotoCodec
from aestudio.pictures.codec.rounding import whole_prior
from aestudio.pictures.codec.tables import fitted_tables, gaussian_tables, packed, reach
from aestudio.pictures.codec.tile import write_tile

_SIDE = 256  # of the crops that are counted


def made_model(
    net: PhotoCodec,
    photographs: Sequence[np.ndarray],
    *,
    progress: Callable[[float, str], None],
    crops: int = 64,
    notes: dict[str, str] | None = None,
) -> bytes:
    """The model file of a trained ``net``; its tables are counted on crops of ``photographs``.

    Parameters
    ----------
    photographs
        uint8 (H, W, 3), those that were trained on; what is held out must not be counted.
    """
    net.eval()
    halved(net)
    gaussian = gaussian_tables()
    views = [_view(photographs[i % len(photographs)], i) for i in range(crops)]
    exact = whole_prior(net, _hyper_scales(net, views[: max(crops // 4, 1)], gaussian))
    first = read_model(model_bytes(net, exact, packed(gaussian), {}), "first")
    counts = _counted(first, views, progress)
    return model_bytes(net, exact, packed(fitted_tables(counts)), notes or {})


def _view(photograph: np.ndarray, turn: int) -> Tensor:
    """A crop of a photograph (3, S, S) in [0, 1], another for each ``turn``."""
    height, width = (min(length, _SIDE) // 64 * 64 for length in photograph.shape[:2])
    places = np.random.default_rng(turn)
    top = int(places.integers(photograph.shape[0] - height + 1))
    left = int(places.integers(photograph.shape[1] - width + 1))
    crop = photograph[top : top + height, left : left + width].transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(crop)).float() / 255


@torch.inference_mode()
def _hyper_scales(net: PhotoCodec, views: list[Tensor], tables: list[np.ndarray]) -> Tensor:
    """For each anchor and channel of the hyperlatents the scale that writes them shortest, (anchors, Z)."""
    bits = [-np.log2(table / table.sum()) for table in tables]
    found = []
    latents = [net.analysis(view[None]) for view in views]
    for anchor in range(len(net.lambdas)):
        at = position(anchor * FINE)
        z = [net.prior.hyperlatents(y / net.log_unit.exp(), at)[0].round().flatten(1) for y in latents]
        values = torch.cat(z, dim=1).long().numpy()
        found.append([_shortest(channel, bits) for channel in values])
    return torch.tensor(found)


def _shortest(values: np.ndarray, bits: list[np.ndarray]) -> int:
    """The scale whose table writes ``values`` in the fewest bits; never the one that has only zeros."""
    costs = []
    for scale in range(1, SCALES):
        most = reach(scale)
        known = np.abs(values) <= most
        costs.append(bits[scale][values[known] + most].sum() + (~known).sum() * (bits[scale][-1] + 16))
    return 1 + int(np.argmin(costs))


def _counted(
    model: CodecModel, views: list[Tensor], progress: Callable[[float, str], None]
) -> list[np.ndarray]:
    """How often each residual was written at each scale, over all qualities."""
    counts = [np.zeros(2 * reach(scale) + 2) for scale in range(SCALES)]

    def tell(scales: np.ndarray, residuals: np.ndarray) -> None:
        for scale in np.unique(scales):
            values, most = residuals[scales == scale], reach(scale)
            places = np.where(np.abs(values) > most, 2 * most + 1, values + most)
            counts[scale] += np.bincount(places, minlength=2 * most + 2)

    for i, view in enumerate(views):
        progress(i / len(views), "counting residuals")
        level = round(model.exact.top * ((i * 0.618034) % 1.0))
        write_tile(model, model.latents(view), level, tell=tell)
    return counts
