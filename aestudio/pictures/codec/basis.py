"""The linear transform that the codec starts with: 16 × 16 cosines in three colours.

Photographs' own principal components look like it, and it needs no data: a linear autoencoder trained on
photographs would end near here, so the nets beside it need only learn what no linear transform can do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDE = 16  # pixels of a block
UNIT = 255.0 / 32.0
"""An orthonormal coefficient of pixels in [0, 1] times this is a latent before its gain."""

_OPPONENT = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 2.0, -1.0]])
_COLOUR_VARIANCE = (1.0, 0.06, 0.03)  # of the AC coefficients beside luma's, on photographs
_LUMA_VARIANCE = 150.0  # of the AC coefficients of frequency 1, in latents squared


@dataclass(frozen=True, eq=False)
class Basis:
    """``vectors`` (M, 3, 16, 16), orthonormal, by falling variance; ``std`` (M,), what to expect of them."""

    vectors: np.ndarray
    std: np.ndarray


def cosines(count: int) -> Basis:
    """The ``count`` transform vectors of largest expected variance."""
    opponent = _OPPONENT / np.linalg.norm(_OPPONENT, axis=1, keepdims=True)
    rows = _dct()
    whole = np.einsum("kc,ui,vj->kuvcij", opponent, rows, rows).reshape(-1, 3, SIDE, SIDE)
    variance = _variance().ravel()
    order = np.argsort(-variance, kind="stable")[:count]
    return Basis(whole[order].astype(np.float32), np.sqrt(variance[order]).astype(np.float32))


def _dct() -> np.ndarray:
    """The orthonormal cosine transform (type II), a vector a row."""
    k = np.arange(SIDE)
    rows = np.sqrt(2 / SIDE) * np.cos(np.pi * (2 * k[None] + 1) * k[:, None] / (2 * SIDE))
    rows[0] /= np.sqrt(2)
    return rows


def _variance() -> np.ndarray:
    """Expected variance (3, 16, 16) of latents: photographs' power falls with the frequency squared."""
    u = np.arange(SIDE)
    power = _LUMA_VARIANCE / (u[:, None] ** 2 + u[None] ** 2 + 0.05) ** 1.2
    return np.stack([share * power for share in _COLOUR_VARIANCE])
