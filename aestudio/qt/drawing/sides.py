"""What is held side by side: runs and PCA, each with one colour everywhere, and what they make of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.theme import theme

PCA = -1


@dataclass(frozen=True)
class Side:
    """One column of a comparison.

    Args:
        key: the run's id; for PCA its name.
        name: what it is called.
        place: which of the theme's colours it has; :data:`PCA` for none.
        code: numbers its code has, 0 before that is known.
    """

    key: str
    name: str
    place: int
    code: int = 0

    @property
    def colour(self) -> str:
        """Its colour in every view, ``#rrggbb``."""
        terms = theme().terms
        return theme().muted if self.place == PCA else terms[self.place % len(terms)]


def pca_side(size: int) -> Side:
    """PCA with as many numbers as a code has."""
    name = f"PCA of {size:,}"
    return Side(name, name, PCA, size)


def with_pca(sides: Sequence[Side]) -> tuple[Side, ...]:
    """The runs, and PCA of each size that their codes have."""
    runs = tuple(side for side in sides if side.place != PCA)
    sizes = sorted({side.code for side in runs if side.code})
    return (*runs, *map(pca_side, sizes))


@dataclass(frozen=True, eq=False)
class Shown:
    """The same test images as each side gives them.

    Args:
        positions: within the test split, ``(k,)``.
        clean: ``(k, *data_shape)`` in [0, 1].
        given: by key, the same shape; a side that is not known yet has none.
    """

    positions: NDArray[np.int64]
    clean: NDArray[Any]
    given: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])


@dataclass(frozen=True, eq=False)
class Mapped:
    """One side's codes in the plane: points ``(n, 2)`` by position in the test split, NaN where unknown."""

    points: NDArray[np.float32]
    axes: tuple[str, str]


@dataclass(frozen=True)
class Window:
    """Which part of every picture is seen: zoom and pan that all cells have in common.

    Args:
        zoom: 1 shows the whole picture.
        x: the middle of what is seen, from 0 to 1.
        y: the same downwards.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    def zoomed(self, factor: float, x: float, y: float) -> Window:
        """Zoomed about a place of the cell, from 0 to 1; that place stays where it is."""
        zoom = min(16.0, max(1.0, self.zoom * factor))
        at_x, at_y = self.x + (x - 0.5) / self.zoom, self.y + (y - 0.5) / self.zoom
        return Window(zoom, at_x - (x - 0.5) / zoom, at_y - (y - 0.5) / zoom).inside()

    def moved(self, dx: float, dy: float) -> Window:
        """Panned by shares of the cell."""
        return Window(self.zoom, self.x + dx / self.zoom, self.y + dy / self.zoom).inside()

    def inside(self) -> Window:
        """Kept within the picture."""
        half = 0.5 / self.zoom
        return Window(self.zoom, min(1 - half, max(half, self.x)), min(1 - half, max(half, self.y)))

    def part(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Left, top, width and height of what is seen of a picture of this size."""
        wide, high = width / self.zoom, height / self.zoom
        return self.x * width - wide / 2, self.y * height - high / 2, wide, high
