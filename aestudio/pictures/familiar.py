"""Autoencoders are data-specific: how far a picture is from what a run of one's own was trained on.

A net reconstructs well what is like its training data and nothing else, so that its error tells the two apart
(Japkowicz, Myers and Gluck 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from aestudio.data.card import content_hash
from aestudio.data.dataset import Dataset
from aestudio.data.door import open_data
from aestudio.library.card import CARD, read_card
from aestudio.library.folder import BEST, SPEC
from aestudio.pictures.own_runs import OwnRun
from aestudio.pictures.picture import Picture
from aestudio.pictures.tiles import Progress, nothing_told
from aestudio.spec.faults import UserError
from aestudio.spec.toml import load_spec
from aestudio.training.watch import looking

UNLIKE = 99.0
"""Percentile of the usual errors above which a picture is called unlike the training data."""
_IMAGES = 2_000  # so many put the 99th percentile within a few tenths
_PATCHES = 256
_BATCH = 256

_Key = tuple[Path, int, int]
_known: dict[_Key, np.ndarray] = {}
_reasons: dict[_Key, str] = {}


@dataclass(frozen=True)
class Familiarity:
    """How a run finds a picture. All errors are squared, per pixel on [0, 1], of clipped reconstructions.

    Parameters
    ----------
    percentile
        of validation images that have at most this error, 0 to 100.
    error
        the median over patches of the picture.
    usual
        the median over validation images.
    is_unlike
        whether the percentile is above :data:`UNLIKE`.
    sentence
        the same in words.
    """

    percentile: float
    error: float
    usual: float
    is_unlike: bool
    sentence: str


def familiarity(run: OwnRun, picture: Picture, progress: Progress = nothing_told) -> Familiarity | None:
    """Where the picture's error lies among those of the run's validation images.

    The run sees patches of its side at the picture's own scale, channel by channel where it knows grey only.
    None where its data cannot be had any more; :func:`why_unknown` tells why.
    """
    try:
        usual = usual_errors(run, progress)
    except UserError as error:
        _reasons[_key(run)] = str(error)
        return None
    error = float(np.median(_errors(run, patches(run, picture), progress)))
    percentile = 100 * float(np.searchsorted(usual, error, side="right")) / len(usual)
    return _found(run, error, percentile, float(np.median(usual)))


def why_unknown(run: OwnRun) -> str:
    """Why :func:`familiarity` gave None the last time, as a sentence; empty where it did not."""
    return _reasons.get(_key(run), "")


def usual_errors(run: OwnRun, progress: Progress = nothing_told) -> np.ndarray:
    """Reconstruction errors of up to 2,000 clean validation images, ascending, float32 ``(n,)``, read-only.

    They are remembered as long as the run's spec and weights stay as they are. ``progress`` may raise, which
    ends the work.

    Raises
    ------
    UserError
        the data are not there, are not those that it was trained on, or none of them validate.
    """
    key = _key(run)
    if key not in _known:
        data = _data_of(run, progress)
        count = min(_IMAGES, len(data.validation))
        even = torch.linspace(0, len(data.validation) - 1, count).round().long()
        errors = np.sort(_errors(run, data.pixels(data.validation[even]), progress))
        errors.setflags(write=False)
        _known[key] = errors
        _reasons.pop(key, None)
    return _known[key]


def _key(run: OwnRun) -> _Key:
    """The folder and when its files were last changed."""
    spec, weights = (
        path.stat().st_mtime_ns if path.exists() else 0 for path in (run.folder / SPEC, run.folder / BEST)
    )
    return run.folder.resolve(), spec, weights


def _data_of(run: OwnRun, progress: Progress) -> Dataset:
    data = open_data(load_spec(run.folder / SPEC).data, progress=progress)
    before = read_card(run.folder).data.get("content_hash") if (run.folder / CARD).exists() else None
    if data.shape != run.model.data_shape or before not in (None, f"sha256:{content_hash(data)}"):
        raise UserError(f"{data.name} is not what {run.folder.name} was trained on; bring the old data back")
    if not len(data.validation):
        what = "was trained without validation images, which others are compared with"
        raise UserError(f"{run.folder.name} {what}; train it with data.validation above 0")
    return data


def patches(run: OwnRun, picture: Picture) -> Tensor:
    """Up to 256 places spread evenly over the picture, as the run sees them: float32 ``(n, C, h, w)``.

    They lie on the grid of the run's side that starts in the picture's corner. A picture smaller than one
    is filled up by repeating its rim.
    """
    channels, h, w = run.model.data_shape
    pixels = picture.pixels
    if (missing := (max(h - pixels.shape[0], 0), max(w - pixels.shape[1], 0))) != (0, 0):
        pixels = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    tops, lefts = _even(pixels.shape[0] // h, pixels.shape[1] // w)
    parts = [pixels[h * i : h * i + h, w * j : w * j + w] for i in tops for j in lefts]
    x = torch.from_numpy(np.stack(parts).astype(np.float32) / picture.peak).permute(0, 3, 1, 2)
    return x.flatten(0, 1)[:, None] if channels == 1 else x.expand(-1, channels, -1, -1)


def _even(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Which rows and columns of a grid to look at, at most 256 cells in all and about as dense both ways."""
    down = int(np.clip((_PATCHES * rows / columns) ** 0.5, 1, min(rows, _PATCHES)))
    right = min(columns, _PATCHES // down)
    tops, lefts = ((np.arange(n) + 0.5) * length / n for n, length in ((down, rows), (right, columns)))
    return tops.astype(int), lefts.astype(int)


def _errors(run: OwnRun, x: Tensor, progress: Progress) -> np.ndarray:
    """Of each of the images ``(n, C, h, w)``, float32 ``(n,)``."""
    found = []
    with looking(run.model):
        for part in x.split(_BATCH):
            progress(_BATCH * len(found) / len(x), "comparing with the training data")
            x_hat = run.model.decode(run.model.encode(part).mean).clamp(0, 1)
            found.append((x_hat - part).square().flatten(1).mean(dim=1))
    progress(1.0, "comparing with the training data")
    return torch.cat(found).numpy()


def _found(run: OwnRun, error: float, percentile: float, usual: float) -> Familiarity:
    is_unlike = percentile > UNLIKE
    sentence = (
        f"{'unlike' if is_unlike else 'like'} my training data: reconstruction error {error:.2g}, above "
        f"{percentile:.3g} % of validation images (median {usual:.2g})"
    )
    if is_unlike and load_spec(run.folder / SPEC).corruptions:
        sentence += "; noise that it takes off counts, too"
    return Familiarity(percentile, error, usual, is_unlike, sentence)
