"""A large picture in overlapping tiles, without seams, what is looked at first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SIDE = 1280
"""Pixels a side of a tile without its margin: larger ones waste less on margins, smaller ones less memory."""
FIRST = 256
"""Side of the tiles where the looking is done, so that something is there soon."""

_GRID = 64

Progress = Callable[[float, str], None]
"""Told the share done, 0 to 1, and what is done; what it raises ends the work."""


def nothing_told(share: float, doing: str) -> None:
    """Progress that interests nobody."""


@dataclass(frozen=True)
class Box:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right`` of a picture, ends not included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        """Pixels in it; 0 where it is empty."""
        return max(self.bottom - self.top, 0) * max(self.right - self.left, 0)

    @property
    def slices(self) -> tuple[slice, slice]:
        """For indexing an array ``(H, W, …)``."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, other: Box) -> Box:
        """The part of it inside ``other``."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        return Box(top, left, min(self.bottom, other.bottom), min(self.right, other.right))

    def grown(self, margin: int) -> Box:
        """With ``margin`` pixels more on each side."""
        return Box(self.top - margin, self.left - margin, self.bottom + margin, self.right + margin)

    def seen_from(self, other: Box) -> Box:
        """Counted from the upper left corner of ``other``."""
        top, left = other.top, other.left
        return Box(self.top - top, self.left - left, self.bottom - top, self.right - left)


def tiles(height: int, width: int, visible: Box | None = None) -> list[Box]:
    """Boxes that cover the picture once: those in sight first, the one at the centre of sight in small parts.

    Where nobody looks there are no small ones, which are a third margin. Every edge is a multiple of 64, so
    that nets with strides see one grid.
    """
    whole = Box(0, 0, height, width)
    seen = visible.within(whole) if visible else whole
    seen = seen if seen.area else whole
    cells = [Box(t, f, b, e) for t, b in _steps(0, height, SIDE) for f, e in _steps(0, width, SIDE)]
    cells.sort(key=lambda cell: (cell.within(seen).area == 0, _distance(cell, seen)))
    return [*_parted(cells[0], seen), *cells[1:]] if visible else cells


def tiles_within(height: int, width: int, part: Box) -> list[Box]:
    """Boxes on the grid of 64 that cover ``part`` of the picture once, and little more."""
    outer = on_grid(height, width, part)
    rows, columns = _steps(outer.top, outer.bottom, FIRST), _steps(outer.left, outer.right, FIRST)
    return [Box(t, f, b, e) for t, b in rows for f, e in columns]


def on_grid(height: int, width: int, part: Box) -> Box:
    """``part`` of the picture, grown until its edges lie on the grid of 64 or are the picture's own."""
    top, left = part.top // _GRID * _GRID, part.left // _GRID * _GRID
    bottom, right = -(-part.bottom // _GRID) * _GRID, -(-part.right // _GRID) * _GRID
    return Box(top, left, bottom, right).within(Box(0, 0, height, width))


def _steps(start: int, end: int, side: int) -> list[tuple[int, int]]:
    """Equal steps of at most ``side``, but for the grid: a narrow rest would be mostly margin."""
    count = -(-(end - start) // side)
    step = -(-(end - start) // (count * _GRID)) * _GRID
    return list(pairwise([*range(start, end, step), end]))


def _parted(cell: Box, seen: Box) -> list[Box]:
    rows, columns = _steps(cell.top, cell.bottom, FIRST), _steps(cell.left, cell.right, FIRST)
    return sorted((Box(t, f, b, e) for t, b in rows for f, e in columns), key=lambda p: _distance(p, seen))


def _distance(a: Box, b: Box) -> int:
    """Between centres, doubled."""
    return abs(a.top + a.bottom - b.top - b.bottom) + abs(a.left + a.right - b.left - b.right)


def padded(pixels: np.ndarray, box: Box, margin: int, multiple: int) -> tuple[np.ndarray, Box]:
    """The pixels of ``box`` with a margin as far as the picture goes, and where ``box`` lies in them.

    Height and width of the result are multiples of ``multiple``, counted from the picture's corner; what is
    missing for that at the far edges is mirrored.
    """
    height, width = pixels.shape[:2]
    outer = box.grown(margin).within(Box(0, 0, height, width))
    top, left = outer.top // multiple * multiple, outer.left // multiple * multiple
    bottom, right = -(-outer.bottom // multiple) * multiple, -(-outer.right // multiple) * multiple
    rows, columns = _mirrored(top, bottom, height), _mirrored(left, right, width)
    part = pixels[rows[:, None], columns] if _beyond(rows, columns) else pixels[top:bottom, left:right]
    return part, Box(box.top - top, box.left - left, box.bottom - top, box.right - left)


def _mirrored(start: int, end: int, length: int) -> np.ndarray:
    """Indices ``start`` to ``end`` folded back into ``0 … length − 1``."""
    period = max(2 * (length - 1), 1)
    at = np.arange(start, end) % period
    return np.minimum(at, period - at) if length > 1 else np.zeros(end - start, int)


def _beyond(rows: np.ndarray, columns: np.ndarray) -> bool:
    return any((np.diff(line) != 1).any() for line in (rows, columns))
