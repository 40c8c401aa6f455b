"""The plane that a space is seen in, decoded: what the decoder makes of each place in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aestudio.latent.space import Space

Floats = NDArray[np.float32]
Range = tuple[float, float]

_RIM = 0.05  # of the range that the points take up, left free around them


def ranges(space: Space) -> tuple[Range, Range]:
    """Where the test images lie in the plane: across and up, with a rim."""
    low, high = space.points.min(axis=0), space.points.max(axis=0)
    rim = np.maximum((high - low) * _RIM, 1e-3)
    (x0, y0), (x1, y1) = (low - rim).tolist(), (high + rim).tolist()
    return (x0, x1), (y0, y1)


def at(space: Space, points: Floats, anchor: Floats | None = None) -> Floats:
    """The codes ``(m, k)`` at ``points`` ``(m, 2)`` of the plane.

    Beyond the plane they are as ``anchor`` ``(k,)`` is, the middle of all codes where none is given.
    """
    beyond = space.middle if anchor is None else anchor
    return space.projection.lifted(points, np.broadcast_to(beyond, (len(points), space.size)))


def grid(x: Range, y: Range, columns: int, rows: int) -> Floats:
    """The middles of a grid's cells, row by row from the upper left, ``(rows * columns, 2)``."""
    across = x[0] + (np.arange(columns) + 0.5) * (x[1] - x[0]) / columns
    down = y[1] - (np.arange(rows) + 0.5) * (y[1] - y[0]) / rows
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2).astype(np.float32)
