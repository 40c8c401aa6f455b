"""How often each residual is expected at each scale: whole numbers, kept in the model file."""

from __future__ import annotations

import math

import numpy as np

from aestudio.pictures.codec.exact import SCALES
from aestudio.pictures.codec.prior import LEAST_LOG_STD

TOTAL = 1 << 20
"""The frequencies of one scale sum to this; in float32 each share of it is exact."""

_WIDEST = 1000
_SMOOTH = 2000.0  # a table trusts its counts as much as the formula once it has seen so many


def reach(scale: int) -> int:
    """The largest residual with a frequency of its own; larger ones are escaped."""
    return min(math.ceil(6 * std_of(scale)) + 2, _WIDEST)


def std_of(scale: int) -> float:
    """The deviation in the middle of a scale's range."""
    return math.exp(LEAST_LOG_STD + scale / 8)


def gaussian_tables() -> list[np.ndarray]:
    """Frequencies (2 · reach + 2) of each scale for Gaussian residuals; the last one is the escape's."""
    return [frequencies(_gaussian(scale)) for scale in range(SCALES)]


def fitted_tables(counts: list[np.ndarray]) -> list[np.ndarray]:
    """Frequencies after ``counts`` of real residuals, of the same shapes, near the Gaussian where few."""
    found = []
    for scale, count in enumerate(counts):
        both = count.astype(np.float64)
        both[:-1] += both[-2::-1]  # residuals have no preferred sign
        both[-1] *= 2
        found.append(frequencies(both + _SMOOTH * _gaussian(scale)))
    return found


def frequencies(shares: np.ndarray) -> np.ndarray:
    """Whole numbers of at least 1 that sum to TOTAL, in proportion to ``shares``."""
    room = TOTAL - len(shares)
    exact = shares / shares.sum() * room
    found = np.floor(exact).astype(np.int64)
    left = room - int(found.sum())
    found[np.argsort(-(exact - found), kind="stable")[:left]] += 1
    return (found + 1).astype(np.int32)


def packed(tables: list[np.ndarray]) -> np.ndarray:
    """All tables behind each other (int32), as the model file keeps them."""
    return np.concatenate(tables)


def unpacked(packed: np.ndarray) -> list[np.ndarray]:
    """The tables of a model file. Raises ValueError where they are not what they should be."""
    ends = np.cumsum([2 * reach(scale) + 2 for scale in range(SCALES)])
    tables = np.split(packed, ends[:-1])
    if len(packed) != ends[-1] or any(t.min() < 1 or int(t.sum()) != TOTAL for t in tables):
        raise ValueError("the entropy tables are damaged")
    return tables


def _gaussian(scale: int) -> np.ndarray:
    """Probabilities of residuals −reach … reach and of the escape."""
    edges = np.arange(-reach(scale), reach(scale) + 2) - 0.5
    below = np.array([0.5 * math.erfc(-edge / std_of(scale) / math.sqrt(2)) for edge in edges])
    inside = np.diff(below)
    return np.append(inside, max(1 - inside.sum(), 1e-9))
