"""Pixels for the screen: a picture and its halves, so that any part at any size is a small piece of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aestudio.pictures.picture import Picture, eight_bits
from aestudio.pictures.tiles import Box

_SMALLEST = 256  # pixels of the longer side at which halving ends
_ROWS = 32  # halved at a time: what is between stays in the processor's cache, and needs no new memory
_GRID_HALVES = 6  # parts lie on a grid of 64: pixels of coarser levels would be shared by several


@dataclass(frozen=True, eq=False)
class Patch:
    """New pixels of a part: at full size and at each half of it, uint8 ``(h, w, C)``, and where they go."""

    box: Box
    levels: tuple[np.ndarray, ...]


class Pyramid:
    """A picture at full size, a half, a quarter and so on, uint8 ``(H, W, C)`` each.

    Means of 2 x 2 pixels; a last odd row or column is its own mean. Patches are made where the work is done
    and pasted where it is shown, which copies bytes and computes nothing.
    """

    def __init__(
        self, pixels: np.ndarray, *, alpha: np.ndarray | None = None, icc: bytes | None = None
    ) -> None:
        levels = [eight_bits(pixels)]
        while max(levels[-1].shape[:2]) > _SMALLEST:
            levels.append(halved(levels[-1]))
        self.levels, self.icc = levels, icc
        self.alpha = None if alpha is None else eight_bits(alpha)
        self.version = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole picture."""
        return self.levels[0].shape[1], self.levels[0].shape[0]

    def copy(self) -> Pyramid:
        """One of its own, to be pasted into."""
        other = Pyramid.__new__(Pyramid)
        other.levels = [level.copy() for level in self.levels]
        other.alpha, other.icc, other.version = self.alpha, self.icc, 0
        return other

    def patch(self, box: Box, pixels: np.ndarray) -> Patch:
        """New ``pixels`` ``(h, w, C)`` of ``box``, whose upper left corner lies on the grid of 64."""
        levels = [eight_bits(pixels)]
        for _ in self.levels[1 : _GRID_HALVES + 1]:
            levels.append(halved(levels[-1]))
        return Patch(box, tuple(levels))

    def paste(self, patch: Patch) -> None:
        """Take over a patch."""
        for scale, pixels in enumerate(patch.levels):
            top, left = patch.box.top >> scale, patch.box.left >> scale
            place = self.levels[scale][top : top + pixels.shape[0], left : left + pixels.shape[1]]
            place[...] = pixels[: place.shape[0], : place.shape[1]]
        self.version += 1

    def part(self, box: Box, scale: int) -> np.ndarray:
        """A view of the pixels of ``box``, given at full size, at ``1 / 2**scale`` of it."""
        rows = slice(box.top >> scale, -(-box.bottom >> scale))
        return self.levels[scale][rows, box.left >> scale : -(-box.right >> scale)]

    def scale_for(self, pixels: float) -> int:
        """Which level to draw where ``pixels`` of the picture share one of the screen."""
        scale = 0
        while scale + 1 < len(self.levels) and 2 ** (scale + 1) <= pixels:
            scale += 1
        return scale


def pyramid_of(picture: Picture) -> Pyramid:
    """A picture for the screen; 8-bit pixels are shared, not copied."""
    return Pyramid(picture.pixels, alpha=picture.alpha, icc=picture.icc)


def halved(pixels: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels of uint8 ``(H, W, C)``, rounded; odd ends count once."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    out = np.empty((pixels.shape[0] // 2, pixels.shape[1] // 2, pixels.shape[2]), np.uint8)
    for top in range(0, len(out), _ROWS):
        part = pixels[2 * top : 2 * (top + _ROWS)]
        wide = np.add(part[0::2], part[1::2], dtype=np.uint16)
        for channel in range(out.shape[2]):  # numpy walks a row of one colour faster than pixels of three
            four = wide[:, 0::2, channel] + wide[:, 1::2, channel]
            out[top : top + _ROWS, :, channel] = (four + 2) >> 2
    return out
