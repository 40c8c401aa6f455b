"""A brush that spoils a part of a picture: noise, scratches, blocks, or nothing left at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aestudio.pictures.tiles import Box
from aestudio.spec.faults import SpecError


@dataclass(frozen=True)
class Brush:
    """A kind of damage to paint: its name, what a person calls it, and one line that teaches."""

    name: str
    label: str
    help: str


_BRUSHES = (
    Brush("noise", "Noise", "Strong white noise, σ 50 of 255"),
    Brush("scratch", "Scratches", "White and black lines along the stroke"),
    Brush("blocks", "Blocks", "Squares of 8 pixels, each its mean"),
    Brush("erase", "Erase", "Flat mid grey: nothing is left to restore from"),
)
BRUSHES: dict[str, Brush] = {brush.name: brush for brush in _BRUSHES}
"""By name, in the order in which they are offered."""
RADII = (0.5, 1000.0)
"""Least and most pixels that a brush reaches from its stroke."""

_RIM = 0.25  # share of the radius over which a stroke fades
_THINNED = 0.25  # share of the radius that a mouse must have moved to count
_SIGMA = 50 / 255  # as strong as the denoiser was trained on
_CELL = 8
_FARTHEST = 1e6  # pixels; NaN is not within them either
_LEAST = 64  # pixels of a stroke taken at a time, at the least


@dataclass(frozen=True)
class Stroke:
    """A brush drawn along a line.

    Parameters
    ----------
    points
        ``(x, y)`` in pixels from the upper left corner, where the first pixel's centre is (0.5, 0.5). One
        makes a dab.
    radius
        of the brush in pixels, in :data:`RADII`.
    kind
        one of the :data:`BRUSHES`.
    seed
        of its noise, or of its scratches.

    Raises
    ------
    SpecError
        there are no points, one is over a million pixels away, or something else is out of range.
    """

    points: tuple[tuple[float, float], ...]
    radius: float
    kind: str
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in BRUSHES:
            raise SpecError("brush", f"there is no kind {self.kind!r}", f"use one of {', '.join(BRUSHES)}")
        if not RADII[0] <= self.radius <= RADII[1]:
            fix = f"use {RADII[0]:g} to {RADII[1]:g} pixels"
            raise SpecError("brush radius", f"{self.radius:g} is out of range", fix)
        if not self.points or not (np.abs(self.points) <= _FARTHEST).all():
            raise SpecError("stroke", "it has no points, or some far away", "give at least one (x, y)")
        check_seed(self.seed)


def check_seed(seed: int) -> None:
    """Raise SpecError where numpy would not take the seed on every machine."""
    if not 0 <= seed < 2**63:
        raise SpecError("seed", f"{seed} is out of range", "use a whole number from 0 to 2⁶³ − 1")


def brushed(pixels: np.ndarray, stroke: Stroke) -> tuple[Box, np.ndarray]:
    """What the stroke makes of pixels uint8 or uint16 ``(H, W, C)``: a box around it, and its new pixels.

    Pixels out of its reach are as they were, and it fades towards its rim. Noise and blocks stay where they
    are while a stroke grows, as long as ``pixels`` are those of before it began. The box is empty where the
    stroke misses the picture.
    """
    whole = Box(0, 0, *pixels.shape[:2])
    pieces = [p for p in _pieces(stroke) if p.box.within(whole).area]
    if not pieces:
        return Box(0, 0, 0, 0), pixels[:0, :0].copy()
    box = _hull([piece.box for piece in pieces]).within(whole)
    shape = box.bottom - box.top, box.right - box.left
    depth, across = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for piece in pieces:
        piece.lay(stroke.radius, box, depth, across)
    out = pixels[box.slices].copy()
    rim = min(max(_RIM * stroke.radius, 1.0), stroke.radius)
    for part in _grouped([piece.box.within(whole) for piece in pieces], stroke.radius):
        inner = part.seen_from(box).slices
        covered = np.clip(depth[inner] / rim, 0, 1)[..., None]
        out[inner] = _painted(pixels, part, stroke, covered, across[inner])
    return box, out


@dataclass(frozen=True)
class _Piece:
    """A straight part of a stroke, from ``a`` to ``b``, and what it may reach."""

    a: tuple[float, float]
    b: tuple[float, float]
    box: Box

    def lay(self, radius: float, box: Box, depth: np.ndarray, across: np.ndarray) -> None:
        """Note in maps of ``box`` how far inside the stroke a pixel is, and on which side of its line."""
        part = self.box.within(box)
        at = part.seen_from(box).slices
        x = np.arange(part.left, part.right, dtype=np.float32) + np.float32(0.5 - self.a[0])
        y = np.arange(part.top, part.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - self.a[1])
        dx, dy = self.b[0] - self.a[0], self.b[1] - self.a[1]
        length = float(np.hypot(dx, dy))
        ux, uy = (dx / length, dy / length) if length else (1.0, 0.0)
        along, aside = ux * x + uy * y, ux * y - uy * x
        beyond = along - np.clip(along, 0, length)
        inside = radius - np.hypot(beyond, aside)
        deeper = inside > depth[at]
        depth[at] = np.where(deeper, inside, depth[at])
        across[at] = np.where(deeper, aside, across[at])


def _pieces(stroke: Stroke) -> Iterator[_Piece]:
    """The stroke in parts short enough for a box around one to be filled by it."""
    points = _thinned(np.array(stroke.points, float), _THINNED * stroke.radius)
    most = max(4 * stroke.radius, _LEAST)
    for start, end in pairwise(points):
        ends = np.linspace(start, end, int(np.hypot(*(end - start)) / most) + 2).tolist()
        yield from (_Piece(a, b, _around(a, b, stroke.radius)) for a, b in pairwise(ends))


def _thinned(points: np.ndarray, step: float) -> list[np.ndarray]:
    """Points at least ``step`` apart, the first and the last among them; at least two."""
    kept = [points[0]]
    for point in points[1:]:
        if np.hypot(*(point - kept[-1])) >= step:
            kept.append(point)
    return [*kept[: max(len(kept) - 1, 1)], points[-1]]


def _around(a: tuple[float, float], b: tuple[float, float], radius: float) -> Box:
    left, top = (int(np.floor(min(u, v) - radius)) for u, v in zip(a, b, strict=True))
    right, bottom = (int(np.ceil(max(u, v) + radius)) for u, v in zip(a, b, strict=True))
    return Box(top, left, bottom, right)


def _hull(boxes: list[Box]) -> Box:
    return Box(
        *(min(b.top for b in boxes), min(b.left for b in boxes)),
        *(max(b.bottom for b in boxes), max(b.right for b in boxes)),
    )


def _grouped(boxes: list[Box], radius: float) -> Iterator[Box]:
    """Boxes that cover those given, neighbours together: the mouse leaves many that overlap."""
    most, group = 6 * radius + _LEAST, boxes[0]
    for box in boxes[1:]:
        both = _hull([group, box])
        if max(both.bottom - both.top, both.right - both.left) > most:
            yield group
            both = box
        group = both
    yield group


def _painted(
    pixels: np.ndarray, part: Box, stroke: Stroke, covered: np.ndarray, across: np.ndarray
) -> np.ndarray:
    """The pixels of ``part`` under the stroke, where it covers them by a share ``(h, w, 1)``."""
    peak = float(np.iinfo(pixels.dtype).max)
    x = pixels[part.slices].astype(np.float32)
    if stroke.kind == "noise":
        y = x + np.float32(_SIGMA * peak) * _normals(part, x.shape[2], stroke.seed)
    elif stroke.kind == "scratch":
        y = _scratched(x, across, stroke, peak)
    elif stroke.kind == "blocks":
        y = _blocks(pixels, part)
    else:
        y = np.float32(peak / 2)
    return np.clip(np.rint(x + covered * (y - x)), 0, peak).astype(pixels.dtype)


def _normals(part: Box, channels: int, seed: int) -> np.ndarray:
    """Standard normal ``(h, w, channels)``, one for each place in the picture.

    The place is hashed by SplitMix64 (Steele, Lea and Flood 2014), and Box and Muller (1958) make it normal.
    """
    rows, columns = (np.arange(a, b, dtype=np.uint64) for a, b in _edges(part))
    place = (rows[:, None, None] << np.uint64(34)) + (columns[:, None] << np.uint64(2))
    z = (place + np.arange(channels, dtype=np.uint64)) + _mixed(np.array([seed], np.uint64))
    z = _mixed(z)
    u, v = ((z >> np.uint64(32)) + np.uint64(1)) / 2.0**32, (z & np.uint64(0xFFFFFFFF)) / 2.0**32
    return (np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)).astype(np.float32)


def _mixed(z: np.ndarray) -> np.ndarray:
    z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _edges(part: Box) -> tuple[tuple[int, int], tuple[int, int]]:
    return (part.top, part.bottom), (part.left, part.right)


def _scratched(x: np.ndarray, across: np.ndarray, stroke: Stroke, peak: float) -> np.ndarray:
    """``x`` with lines at some distances from the stroke's middle, their edges softened over a pixel."""
    rng, y = np.random.default_rng(stroke.seed), x
    for _ in range(max(round(stroke.radius / 3), 1)):
        middle, half = rng.uniform(-0.9, 0.9) * stroke.radius, rng.uniform(0.4, 0.9) + stroke.radius / 100
        colour = peak * (rng.random() < 0.5)
        line = np.clip(half + 0.5 - np.abs(across - middle), 0, 1)[..., None]
        y = y + line * (colour - y)
    return y


def _blocks(pixels: np.ndarray, part: Box) -> np.ndarray:
    """Means of cells of 8 pixels, on the grid that the picture has, ``(h, w, C)``."""
    ends = zip(_edges(part), pixels.shape[:2], strict=True)
    (top, bottom), (left, right) = (
        (low // _CELL * _CELL, min(-(-high // _CELL) * _CELL, most)) for (low, high), most in ends
    )
    sums = pixels[top:bottom, left:right].astype(np.float32)
    for axis in (0, 1):
        length = sums.shape[axis]
        starts = np.arange(0, length, _CELL)
        counts = np.diff([*starts, length]).astype(np.float32)
        means = np.add.reduceat(sums, starts, axis) / np.expand_dims(counts, tuple({0, 1, 2} - {axis}))
        sums = np.repeat(means, counts.astype(int), axis)
    return sums[part.top - top : part.bottom - top, part.left - left : part.right - left]
