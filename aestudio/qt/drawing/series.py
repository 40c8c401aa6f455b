"""A curve that grows by thousands of steps and is drawn from a few numbers per column of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_BLOCK = 64  # steps whose smallest and largest value are kept: a redraw reads those, not every step


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
    """Values of consecutive steps. Values that are not finite are left out of means and envelopes."""

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
        """Every value."""
        return self._values.values

    def append(self, values: NDArray[Any]) -> None:
        """Add the next steps' values."""
        finite = np.isfinite(values)
        self._values.append(np.where(finite, values, np.nan))
        self._sums.append(self._sums.values[-1] + np.cumsum(np.where(finite, values, 0), dtype=np.float64))
        self._counts.append(self._counts.values[-1] + np.cumsum(finite))
        done = len(self._lows) * _BLOCK
        whole = self.values[done : len(self) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
        self._lows.append(np.fmin.reduce(whole, axis=1))
        self._highs.append(np.fmax.reduce(whole, axis=1))

    def mean(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> Doubles:
        """The mean over steps ``start`` to before ``end``, for each pair; NaN where there is none."""
        count = self._counts.values[end] - self._counts.values[start]
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self._sums.values[end] - self._sums.values[start]) / count

    def envelope(self, edges: NDArray[np.int64]) -> tuple[Doubles, Doubles]:
        """Smallest and largest value between each two of the ascending ``edges``.

        Where a column holds many steps its edges are moved to whole blocks, by less than a block.
        """
        first, last = int(edges[0]), int(edges[-1])
        if last - first < 4 * _BLOCK * len(edges):
            low = high = self.values
        else:
            edges = np.minimum(edges // _BLOCK, len(self._lows))
            low, high = self._lows.values, self._highs.values
        starts, last = edges[:-1], int(edges[-1])
        # reduceat takes the one value at an empty column's start, which is just what a line needs there.
        starts = np.minimum(starts, max(0, last - 1))
        return np.fmin.reduceat(low[:last], starts), np.fmax.reduceat(high[:last], starts)
