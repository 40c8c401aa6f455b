"""A Gaussian fitted to codes: its axes serve as sliders, and new codes are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from aestudio.training.projection import leading_axes

Floats = NDArray[np.float32]

_EXACT = 512  # numbers a code has at the most for all its axes to be found: an eigenproblem of 0.2 s
_SKETCHED = 256  # axes found of a longer one


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A mean, and orthogonal axes by falling deviation.

    Parameters
    ----------
    mean
        ``(k,)``.
    axes
        unit vectors, ``(k, r)``.
    deviations
        the standard deviation along each, ``(r,)``.
    variance
        of all numbers together, along the axes and besides.
    """

    mean: Floats = field(repr=False)
    axes: Floats = field(repr=False)
    deviations: Floats
    variance: float

    @property
    def shares(self) -> Floats:
        """The share of the variance along each axis."""
        return (np.square(self.deviations) / max(self.variance, 1e-12)).astype(np.float32)

    def draw(self, count: int, generator: torch.Generator) -> Floats:
        """New codes ``(count, k)``."""
        noise: Floats = torch.randn(count, len(self.deviations), generator=generator).numpy()
        return (self.mean + (noise * self.deviations) @ self.axes.T).astype(np.float32)


def fit(codes: Floats) -> Gaussian:
    """The Gaussian of codes ``(n, k)`` with all its covariances; of long codes its widest axes alone."""
    mean: Floats = codes.mean(axis=0)
    centred = codes - mean
    axes = leading_axes(centred, codes.shape[1] if codes.shape[1] <= _EXACT else _SKETCHED)
    return Gaussian(mean, axes, (centred @ axes).std(axis=0), float(centred.var(axis=0).sum()))
