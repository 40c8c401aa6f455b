"""A curve that grows by thousands of steps and is drawn from a few numbers per column of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

BLOCK = 64
"""Steps whose smallest and largest value are kept: a redraw reads those, not every step."""


def within(x: Doubles, low: float, high: float) -> slice:
    """The places of ascending ``x`` between two values, and one more on each side."""
    first, last = np.searchsorted(x, (low, high))
    return slice(max(0, int(first) - 1), int(last) + 1)


class Growing:
    """An array that is appended to; its memory doubles, so that appending costs little."""

    def __init__(self, dtype: type[Any]) -> None:
        self._room = np.empty(1024, dtype=dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, values: NDArray[Any]) -> None:
        """Put ``values`` at the end."""
        needed = self._count + len(values)
        if needed > len(self._room):
            bigger = np.empty(max(needed, 2 * len(self._room)), dtype=self._room.dtype)
            bigger[: self._count] = self._room[: self._count]
            self._room = bigger
        self._room[self._count : needed] = values
        self._count = needed

    @property
    def values(self) -> NDArray[Any]:
        """What has been appended, without a copy."""
        return self._room[: self._count]


class Series:
    """Values of consecutive steps. Values that are not finite are left out of means and envelopes.

    Sums and extremes are made when they are asked for: most curves of a run are never looked at.
    """

    def __init__(self) -> None:
        self._values = Growing(np.float32)
        self._sums = Growing(np.float64)  # running sum and count, with a 0 in front: means in no time
        self._counts = Growing(np.float64)
        self._lows = Growing(np.float32)
        self._highs = Growing(np.float32)
        self._sums.append(np.zeros(1))
        self._counts.append(np.zeros(1))

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> NDArray[Any]:
        """Every value; NaN where it was not finite."""
        self._catch_up()
        return self._values.values

    def append(self, values: NDArray[Any]) -> None:
        """Add the next steps' values."""
        self._values.append(values)

    def _catch_up(self) -> None:
        """Sums and extremes of what has come since they were last asked for."""
        new = self._values.values[len(self._sums) - 1 :]
        if not len(new):
            return
        finite = np.isfinite(new)
        new[~finite] = np.nan
        self._sums.append(self._sums.values[-1] + np.cumsum(np.where(finite, new, 0), dtype=np.float64))
        self._counts.append(self._counts.values[-1] + np.cumsum(finite))
        done = len(self._lows) * BLOCK
        if len(self) >= done + BLOCK:
            whole = self._values.values[done : len(self) // BLOCK * BLOCK].reshape(-1, BLOCK)
            self._lows.append(np.fmin.reduce(whole, axis=1))
            self._highs.append(np.fmax.reduce(whole, axis=1))

    def mean(self, start: Any, end: Any) -> Any:
        """The mean over steps ``start`` to before ``end``, for each pair; NaN where there is none."""
        self._catch_up()
        count = self._counts.values[end] - self._counts.values[start]
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self._sums.values[end] - self._sums.values[start]) / count

    def envelope(self, edges: NDArray[np.int64]) -> tuple[Doubles, Doubles]:
        """Smallest and largest value between each two of the ascending ``edges``.

        Where a column holds many steps its edges are moved to whole blocks, by less than a block.
        """
        self._catch_up()
        first, last = int(edges[0]), int(edges[-1])
        if last - first < 4 * BLOCK * len(edges):
            low = high = self._values.values
        else:
            edges = np.minimum(edges // BLOCK, len(self._lows))
            low, high = self._lows.values, self._highs.values
        starts, last = edges[:-1], int(edges[-1])
        # reduceat takes the one value at an empty column's start, which is just what a line needs there.
        starts = np.minimum(starts, max(0, last - 1))
        return np.fmin.reduceat(low[:last], starts), np.fmax.reduceat(high[:last], starts)
