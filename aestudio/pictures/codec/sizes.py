"""What a picture will take at a level that was not tried yet: its size's logarithm is nearly straight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

Tried = tuple[tuple[int, float], ...]
"""Levels, rising, and the bytes they took."""


@dataclass(frozen=True)
class SizeLaw:
    """Bytes by level.

    Args:
        tried: levels that the whole picture was written at, with their bytes.
        sample: levels that a part of it was written at, with its bytes times what the whole is larger.
    """

    tried: Tried = ()
    sample: Tried = ()

    def with_tried(self, level: int, size: float) -> SizeLaw:
        """With one more."""
        return replace(self, tried=_with(self.tried, level, size))

    def with_sample(self, level: int, size: float) -> SizeLaw:
        """With one more of the part."""
        return replace(self, sample=_with(self.sample, level, size))

    def at(self, level: int) -> float | None:
        """The bytes to expect; None while too little is known."""
        known = dict(self.tried)
        if level in known:
            return known[level]
        found = self._logs(np.array([level]))
        return None if found is None else float(np.exp(found[0]))

    def level_for(self, most: float, top: int) -> int | None:
        """The finest level, 0 to ``top``, expected to take at most so many bytes; 0 where none does."""
        logs = self._logs(np.arange(top + 1))
        if logs is None:
            return None
        return max(int(np.searchsorted(np.maximum.accumulate(logs), math.log(most), side="right")) - 1, 0)

    def _logs(self, levels: np.ndarray) -> np.ndarray | None:
        """Logarithms of bytes: the sample's, moved to meet the picture's own where those are known."""
        if len(self.sample) < 2:
            return _line(self.tried, levels) if len(self.tried) > 1 else None
        logs = _line(self.sample, levels)
        if self.tried:
            at = np.array([level for level, _ in self.tried])
            gaps = np.log([size for _, size in self.tried]) - _line(self.sample, at)
            logs = logs + np.interp(levels, at, gaps)
        return logs


def _with(tried: Tried, level: int, size: float) -> Tried:
    return tuple(sorted({**dict(tried), level: size}.items()))


def _line(tried: Tried, levels: np.ndarray) -> np.ndarray:
    """Straight between points, and on beyond the ends as the last two go."""
    at, logs = np.array([level for level, _ in tried]), np.log([size for _, size in tried])
    found = np.interp(levels, at, logs)
    for first, second, beyond in ((0, 1, levels < at[0]), (-1, -2, levels > at[-1])):
        slope = (logs[first] - logs[second]) / (at[first] - at[second])
        found = np.where(beyond, logs[first] + slope * (levels - at[first]), found)
    return found
