"""How many pictures fit, how large, and where: columns of a few rows each, wrapped into bands."""

from __future__ import annotations

import math
from dataclasses import dataclass

GAP = 4
BAND_GAP = 12
COMFORTABLE = 44  # pixels; smaller pictures are hard to judge, so rather fewer of them
LARGEST = 200


@dataclass(frozen=True)
class Room:
    """The space there is, in the widget's pixels, and how many of the screen's pixels each is wide."""

    width: float
    height: float
    label: float
    caption: float
    ratio: float


@dataclass(frozen=True)
class Tiling:
    """Where everything goes.

    Args:
        shown: how many columns fit at all.
        columns: columns to a band.
        rows: rows to a band.
        cell: width and height of a picture.
        room: what it was made for.
        whole: whether each pixel of a picture is a whole number of the screen's.
    """

    shown: int
    columns: int
    rows: int
    cell: tuple[float, float]
    room: Room
    whole: bool

    @property
    def bands(self) -> int:
        """Bands in use."""
        return math.ceil(self.shown / self.columns) if self.columns else 0

    @property
    def band_height(self) -> float:
        """Height of a band with its captions, and the gap after it."""
        return self.rows * (self.cell[1] + GAP) + self.room.caption + BAND_GAP

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """The upper left corner of a picture, on a whole pixel of the screen."""
        band, place = divmod(column, self.columns)
        x = self.room.label + place * (self.cell[0] + GAP)
        y = band * self.band_height + row * (self.cell[1] + GAP)
        ratio = self.room.ratio
        return round(x * ratio) / ratio, round(y * ratio) / ratio

    def column_at(self, x: float, y: float) -> int:
        """The column under a place, or -1."""
        if not self.columns or x < self.room.label or y < 0:
            return -1
        place = int((x - self.room.label) // (self.cell[0] + GAP))
        column = int(y // self.band_height) * self.columns + place
        inside = place < self.columns and y % self.band_height < self.band_height - BAND_GAP
        return column if inside and column < self.shown else -1


def tile(count: int, rows: int, size: tuple[int, int], room: Room) -> Tiling:
    """Lay out up to ``count`` columns of ``rows`` pictures of ``size`` (height, width) as large as they fit.

    Where not all fit in a comfortable size, fewer are shown.
    """
    for shown in range(count, 0, -1):
        options = [_tiling(shown, bands, rows, size, room) for bands in range(1, shown + 1)]
        best = max(options, key=lambda t: (t.cell[0], -t.bands))
        if max(best.cell) >= COMFORTABLE or shown == 1:
            return best
    return Tiling(0, 0, rows, (0.0, 0.0), room, whole=True)


def _tiling(shown: int, bands: int, rows: int, size: tuple[int, int], room: Room) -> Tiling:
    columns = math.ceil(shown / bands)
    height, width = size
    wide = (room.width - room.label) / columns - GAP
    high = ((room.height + BAND_GAP) / bands - BAND_GAP - room.caption) / rows - GAP
    limit = LARGEST / max(height, width)
    pixels = max(0.0, min(wide / width, high / height, limit)) * room.ratio
    whole = pixels >= 1 or limit * room.ratio < 1
    scale = (math.floor(pixels) if pixels >= 1 else pixels) / room.ratio
    return Tiling(shown, columns, rows, (width * scale, height * scale), room, whole and pixels >= 1)
