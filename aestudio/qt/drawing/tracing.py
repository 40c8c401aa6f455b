"""A curve of many steps, made ready for a few hundred columns of pixels and kept ready as it grows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.drawing.series import BLOCK, Doubles, Growing, Series

SMOOTH = 0.01
"""Steps over which a curve's mean is taken, on either side: a share of those in view."""

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trace:
    """One curve made ready for so many columns of pixels: ``x`` in epochs, all ``(columns,)``."""

    x: Doubles
    mean: Doubles
    low: Doubles
    high: Doubles


class Tracer:
    """One curve between two epochs. Its columns stand still: as a run grows, only the last few are made anew.

    Args:
        series: the values.
        steps: which step each is of, ascending.
        per_epoch: steps to an epoch.
        x: the two epochs.
        columns: how many columns lie between them.
        scaled: applied to what is drawn, such as a logarithm.
    """

    def __init__(
        self,
        series: Series,
        steps: Growing,
        per_epoch: int,
        x: tuple[float, float],
        columns: int,
        scaled: Callable[[Doubles], Doubles],
    ) -> None:
        self._series, self._steps, self._per_epoch, self._scaled = series, steps, per_epoch, scaled
        within = np.linspace(x[0], x[1], columns + 1, dtype=np.float64) * per_epoch
        self._bounds = np.ceil(within.clip(-1, 2**62)).astype(np.int64)  # the step that begins each column
        self._reach = max(int((within[-1] - within[0]) * SMOOTH), 1)
        self._rows: Doubles = np.empty((4, columns + 3))  # x, mean, low, high
        self._count = self._settled = 0  # columns made, and those that no later step can change
        self._edge = 0  # the place in the series where the next column begins

    def grow(self) -> float:
        """Take in what has come; gives the epoch from where on :attr:`trace` is another, infinity if nowhere.

        Minus infinity where that is all of it.
        """
        steps, count = self._steps.values, len(self._steps)
        if not self._settled:  # one step before the view, so that the curve comes in over its edge
            self._edge = max(0, int(np.searchsorted(steps, int(self._bounds[0]))) - 1)
        if self._edge >= count:
            return math.inf
        begins, ends = np.searchsorted(self._bounds, (steps[self._edge], steps[-1]), side="right")
        bounds: Places = np.searchsorted(steps, self._bounds[begins:ends])
        leaves = int(np.searchsorted(steps, int(self._bounds[-1]))) + 1  # and goes out over the other
        edges: Places = np.concatenate([[self._edge], bounds, [min(leaves, count)]])
        own = np.concatenate([[True], edges[1:] > edges[:-1]])
        edges = edges[own]  # a column without a step of its own is none
        first, self._count = self._settled, self._settled + len(edges) - 1
        if self._count == first:
            return math.inf
        middle = (edges[:-1] + edges[1:]) // 2
        before, after = around(middle, self._reach)
        new = self._rows[:, first : self._count]
        new[0] = steps[middle] / self._per_epoch
        new[1] = self._series.mean(before, np.minimum(after, count))
        new[2:] = self._series.envelope(edges)
        new[1:] = self._scaled(new[1:])
        # The last ends wherever the run stands, and those before it await what they are smoothed over.
        known = np.maximum(after, edges[1:] + BLOCK)
        stand = min(len(middle) - 1, int(np.searchsorted(known, count, side="right")))
        self._settled, self._edge = first + stand, int(edges[stand])
        return float(self._rows[0, first - 1]) if first else -math.inf

    @property
    def trace(self) -> Trace:
        """What is to be drawn; its end is written over as the curve grows."""
        return Trace(*self._rows[:, : self._count])


def around(middle: Any, reach: int) -> tuple[Any, Any]:
    """The steps whose mean is drawn at ``middle``: as many before as after, so that it does not lag.

    Near the start they are fewer, where the loss falls steeply; at the end those after are missing.
    """
    before = np.minimum(reach, middle)
    return middle - before, middle + before + 1
