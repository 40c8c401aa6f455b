"""What the sliders turn: single numbers of a code, or the axes along which codes differ most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aestudio.latent.samplers import gaussian_of
from aestudio.latent.space import Space

Floats = NDArray[np.float32]

_RARE = 0.5  # percent of the codes beyond either end of a slider
_PRIOR = 3.0  # deviations of a standard normal distribution, within which nearly all draws are


@dataclass(frozen=True, eq=False)
class Direction:
    """One slider's way through the space.

    Parameters
    ----------
    name
        for example ``z 3`` or ``PC 1``.
    vector
        of length 1, ``(k,)``.
    low, high
        where nearly all codes lie, along ``vector``.
    share
        of the variance of all codes that lies along it.
    """

    name: str
    vector: Floats = field(repr=False)
    low: float
    high: float
    share: float


def units(space: Space, count: int) -> tuple[Direction, ...]:
    """The ``count`` single numbers of a code that vary most, the first of them first.

    Where there are no more than that, they come in their own order.
    """
    variances = space.fitted.var(axis=0)
    total = max(float(variances.sum()), 1e-12)
    chosen = np.argsort(-variances, kind="stable")[:count]
    if len(chosen) == space.size:
        chosen = np.arange(space.size)
    eye = np.eye(1, space.size, dtype=np.float32)[0]
    return tuple(
        _direction(f"z {i + 1}", np.roll(eye, int(i)), float(variances[i]) / total, space) for i in chosen
    )


def components(space: Space, count: int) -> tuple[Direction, ...]:
    """The first ``count`` principal components of the codes."""
    gaussian = gaussian_of(space)
    axes = gaussian.axes.T[: min(count, space.size)]
    return tuple(
        _direction(f"PC {i + 1}", axis, float(gaussian.shares[i]), space) for i, axis in enumerate(axes)
    )


def _direction(name: str, vector: Floats, share: float, space: Space) -> Direction:
    along = space.fitted @ vector
    low, high = (float(end) for end in np.percentile(along, (_RARE, 100 - _RARE)))
    if space.variational:
        # Where a dimension has collapsed every code is the same: the slider shows that it does nothing.
        low, high = min(low, -_PRIOR), max(high, _PRIOR)
    if high - low < 1e-6:
        low, high = low - 1, high + 1
    return Direction(name, np.ascontiguousarray(vector, np.float32), low, high, share)
