"""How a picture lies in tiles that are coded each by itself, and seen across their edges without a seam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aestudio.pictures.codec.basis import SIDE

TILE = 64
"""Latents of a whole tile's side: 1,024 pixels."""

_UNIT = 64  # pixels that the sides are filled up to: what a hyperlatent stands for
_SEEN_IN = 6 * SIDE  # how far the analysis looks around a block, in pixels (92, to whole blocks)
_SEEN_OUT = 6  # and the synthesis around a latent, in latents


@dataclass(frozen=True)
class Tile:
    """A tile's place among the tiles, and its rectangle of latents."""

    row: int
    column: int
    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class Layout:
    """The tiles of a picture of ``width`` × ``height`` pixels."""

    width: int
    height: int

    @property
    def latents(self) -> tuple[int, int]:
        """Rows and columns of latents, those of the filled-up rim included."""
        return -(-self.height // _UNIT) * _UNIT // SIDE, -(-self.width // _UNIT) * _UNIT // SIDE

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return -(-self.latents[0] // TILE)

    @property
    def columns(self) -> int:
        """Columns of tiles."""
        return -(-self.latents[1] // TILE)

    def __len__(self) -> int:
        return self.rows * self.columns

    def __iter__(self) -> Iterator[Tile]:
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.tile(row, column)

    def tile(self, row: int, column: int) -> Tile:
        """The tile at a place among the tiles."""
        top, left = row * TILE, column * TILE
        height, width = (
            min(TILE, size - start) for size, start in zip(self.latents, (top, left), strict=True)
        )
        return Tile(row, column, top, left, height, width)


def analysed(pixels: np.ndarray, layout: Layout, tile: Tile, analyse: Callable[[Tensor], Tensor]) -> Tensor:
    """Latents (M, h, w) of a tile of pixels uint8 (H, W, 3), with what lies around it seen too."""
    rows, top = _span(tile.top, tile.height, layout.latents[0], _SEEN_IN // SIDE)
    columns, left = _span(tile.left, tile.width, layout.latents[1], _SEEN_IN // SIDE)
    seen = pixels[_pixels(rows, layout.height)[:, None], _pixels(columns, layout.width)]
    x = torch.from_numpy(np.ascontiguousarray(seen.transpose(2, 0, 1))).float() / 255
    return analyse(x)[:, top : top + tile.height, left : left + tile.width].contiguous()


def painted(
    layout: Layout, tile: Tile, latents: Callable[[int, int], Tensor], paint: Callable[[Tensor], Tensor]
) -> Tensor:
    """Pixels (3, H, W) of a tile, its filled-up rim cut off; ``latents`` gives those of any tile by place."""
    rows, top = _span(tile.top, tile.height, layout.latents[0], _SEEN_OUT)
    columns, left = _span(tile.left, tile.width, layout.latents[1], _SEEN_OUT)
    x = paint(_gathered(layout, rows, columns, latents))
    height = min(tile.height * SIDE, layout.height - tile.top * SIDE)
    width = min(tile.width * SIDE, layout.width - tile.left * SIDE)
    return x[:, top * SIDE : top * SIDE + height, left * SIDE : left * SIDE + width]


def _gathered(layout: Layout, rows: range, columns: range, latents: Callable[[int, int], Tensor]) -> Tensor:
    """The latents of a rectangle that reaches into several tiles."""
    strips = []
    for row in range(rows.start // TILE, (rows.stop - 1) // TILE + 1):
        parts = []
        for column in range(columns.start // TILE, (columns.stop - 1) // TILE + 1):
            tile = layout.tile(row, column)
            inside = _inside(rows, tile.top, tile.height), _inside(columns, tile.left, tile.width)
            parts.append(latents(row, column)[:, inside[0], inside[1]])
        strips.append(torch.cat(parts, dim=2))
    return torch.cat(strips, dim=1)


def _inside(wanted: range, start: int, length: int) -> slice:
    return slice(max(wanted.start - start, 0), min(wanted.stop - start, length))


def _span(start: int, length: int, end: int, margin: int) -> tuple[range, int]:
    """What is seen of 0 … end around a stretch, and where the stretch begins in it."""
    first = max(start - margin, 0)
    return range(first, min(start + length + margin, end)), start - first


def _pixels(latents: range, size: int) -> np.ndarray:
    """The pixels under latents; the rim that fills the picture up repeats its last ones."""
    return np.minimum(np.arange(latents.start * SIDE, latents.stop * SIDE), size - 1)
