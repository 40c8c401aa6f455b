"""Ways through a latent space: from one code to another, and by the difference of two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def straight(a: Floats, b: Floats, steps: int) -> Floats:
    """``steps`` codes ``(steps, k)`` on the straight line from ``a`` to ``b``, both ends among them."""
    t = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return ((1 - t) * a + t * b).astype(np.float32)


def spherical(a: Floats, b: Floats, steps: int) -> Floats:
    """The same along the great circle about the origin, the length going evenly from one's to the other's.

    A straight line between two draws of a wide standard normal distribution passes nearer to the origin
    than any draw lies (Shoemake 1985; White 2016, "Sampling Generative Networks", section 2.1). Where the
    two point the same way, opposite ways or nowhere, there is no one circle: the line is straight then.
    """
    # In float64: near half a turn a float32 cosine says little of the angle.
    a, b = a.astype(np.float64), b.astype(np.float64)  # type: ignore[assignment]
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) < 1e-6:
        return straight(a, b, steps)
    u, v = a / lengths[0], b / lengths[1]
    angle = float(np.arccos(np.clip(u @ v, -1, 1)))
    if np.sin(angle) < 1e-4:
        return straight(a, b, steps)
    t = np.linspace(0, 1, steps)[:, None]
    directions = (np.sin((1 - t) * angle) * u + np.sin(t * angle) * v) / np.sin(angle)
    return (directions * ((1 - t) * lengths[0] + t * lengths[1])).astype(np.float32)


def analogy(a: Floats, b: Floats, c: Floats) -> Floats:
    """``a - b + c``: what sets ``a`` apart from ``b``, put on ``c`` (Mikolov et al. 2013; White 2016)."""
    return a - b + c


def fade(a: Floats, b: Floats, steps: int) -> Floats:
    """One image faded into another, pixel by pixel, ``(steps, *shape)``: what a walk is held against."""
    return straight(a.ravel(), b.ravel(), steps).reshape(steps, *a.shape)
