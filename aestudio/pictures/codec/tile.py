"""One tile of a picture: latents to bytes and back, with the encoder's choice of residuals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from aestudio.pictures.codec.coder import Coder, Reader, Writer
from aestudio.pictures.codec.exact import SCALES, Level
from aestudio.pictures.codec.fixed import LATENT
from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.tables import std_of
from aestudio.pictures.waiting import ask_now

HYPER_SIDE = 4
"""Latents that a hyperlatent stands for, in each direction; a tile's sides are multiples of it."""

Residuals = Callable[[np.ndarray, np.ndarray], None]
"""Told scales (n,) and residuals (n,) as they are written; for statistics."""


def dead_zone(strength: float) -> np.ndarray:
    """How far from the middle between two residuals the smaller one is still taken, for each scale.

    A residual nearer 0 costs less; where zeros are common, going a step out must be worth its bits.
    """
    std = np.array([std_of(scale) for scale in range(SCALES)])
    return strength / (1 + std)


_DEAD_ZONE = dead_zone(0.2)


def write_tile(
    model: CodecModel, y: Tensor, level: int, *, zone: np.ndarray = _DEAD_ZONE, tell: Residuals | None = None
) -> tuple[bytes, Tensor]:
    """The bytes of latents ``y`` (M, h, w), and the latents as a reader will know them, with their gain."""
    coder = Writer(model.models)
    gained = (y * model.gain(level)).double().numpy()
    z = model.hyperlatents(y, level)

    def choose(mu: np.ndarray, scales: np.ndarray, own: np.ndarray) -> np.ndarray:
        distance = own - mu * 2.0**-LATENT
        size = np.floor(np.abs(distance) + 0.5 - zone[scales])
        wanted = (np.sign(distance) * np.maximum(size, 0)).astype(np.int64)
        if tell:
            tell(scales.ravel(), wanted.ravel())
        return wanted

    y_hat = _walk(model, coder, model.exact.at(level), z, _Wanted(gained, choose))
    return coder.bytes(), y_hat


def read_tile(model: CodecModel, data: bytes, height: int, width: int, level: int) -> Tensor:
    """The latents (M, height, width), with their gain, that :func:`write_tile` wrote.

    Raises
    ------
    Damaged
        the bytes make no sense.
    """
    coder = Reader(model.models, data)
    count = len(model.exact.at(level).hyper_scales)
    z = np.zeros((count, height // HYPER_SIDE, width // HYPER_SIDE), np.int64)
    return _walk(model, coder, model.exact.at(level), z, None)


class _Wanted:
    """What a writer wants at the fields that come next: it keeps count of where the walk is."""

    def __init__(
        self, y: np.ndarray, choose: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    ) -> None:
        self._y, self._choose = y, choose

    def at(self, own: slice, fields: np.ndarray, mu: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """The residuals (C, n) to write."""
        return self._choose(mu, scales, self._y[own][:, fields])


def _walk(model: CodecModel, coder: Coder, at: Level, z: np.ndarray, wanted: _Wanted | None) -> Tensor:
    scales = np.broadcast_to(at.hyper_scales[:, None, None], z.shape).ravel()
    z_hat = coder.residuals(scales, None if wanted is None else z.ravel()).reshape(z.shape)
    features = model.exact.features(torch.from_numpy(z_hat), at)

    def read(mu: Tensor, indices: Tensor, own: slice, fields: Tensor) -> Tensor:
        ask_now()
        groups = indices.numpy().astype(np.uint8)
        want = None if wanted is None else wanted.at(own, fields.numpy(), mu.numpy(), groups).ravel()
        found = coder.residuals(groups.ravel(), want)
        return torch.from_numpy(found.reshape(groups.shape)).double()

    return (model.exact.walk(features, at, read) * 2.0**-LATENT).float()
