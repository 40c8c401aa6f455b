"""A brush changes what its stroke covers, softly at the rim, and nothing else."""

from __future__ import annotations

import functools
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from aestudio.pictures.damage import BRUSHES, Stroke, brushed
from aestudio.pictures.tiles import Box
from aestudio.spec.faults import SpecError

WAVE = tuple((20.0 + 2 * i, 100 + 40 * float(np.sin(i / 15))) for i in range(120))
STROKES = [((150.5, 90.5),), ((20.0, 20.0), (260.0, 160.0)), WAVE, ((-30.0, 50.0), (320.0, 190.0))]


def _after(pixels: np.ndarray, stroke: Stroke) -> np.ndarray:
    box, part = brushed(pixels, stroke)
    assert part.shape == (box.bottom - box.top, box.right - box.left, pixels.shape[2])
    assert part.dtype == pixels.dtype
    whole = pixels.copy()
    whole[box.slices] = part
    return whole


@functools.cache
def _distance(shape: tuple[int, ...], points: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Of each pixel's centre from a line through the points, by trying every pixel's length of it."""
    steps = [np.linspace(a, b, int(np.hypot(b[0] - a[0], b[1] - a[1])) + 2) for a, b in pairwise(points)]
    line = np.concatenate([np.array(points), *steps]).astype(np.float32)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)[..., None] + np.float32(0.5)
    parts = np.array_split(line, len(line) // 50 + 1)
    return np.min([np.hypot(x - p[:, 0], y - p[:, 1]).min(axis=2) for p in parts], axis=0)


@pytest.mark.parametrize("points", STROKES)
@pytest.mark.parametrize("kind", BRUSHES)
def test_nothing_changes_out_of_reach(
    kind: str, points: tuple[tuple[float, float], ...], photograph: np.ndarray
) -> None:
    before = photograph.copy()
    after = _after(photograph, Stroke(points, 15, kind, 3))
    changed = (after != photograph).any(axis=2)
    assert np.array_equal(photograph, before), "it wrote into the picture"
    assert not changed[_distance(photograph.shape, points) > 16].any()
    assert changed.any()


@pytest.mark.parametrize("points", STROKES)
def test_all_within_reach_changes(points: tuple[tuple[float, float], ...], photograph: np.ndarray) -> None:
    after = _after(photograph, Stroke(points, 15, "erase"))
    inside = _distance(photograph.shape, points) < 10
    assert inside.sum() > 200
    assert (after[inside] == 128).all()


def test_the_rim_is_soft() -> None:
    black = np.zeros((101, 101, 1), np.uint8)
    line = _after(black, Stroke(((50.5, 50.5),), 40, "erase"))[50, 50:, 0].astype(int)
    assert (np.diff(line) <= 0).all()
    assert len(set(line[30:41])) > 6
    assert line[41:].max() == 0


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_is_strong_and_white(depth: int, channels: int) -> None:
    pixels = np.full((220, 220, channels), (2**depth - 1) // 2, np.uint16 if depth == 16 else np.uint8)
    after = _after(pixels, Stroke(((110, 110),), 100, "noise", 4))
    noise = (after[60:160, 60:160].astype(float) - pixels[0, 0]) * 255 / (2**depth - 1)
    assert noise.mean() == pytest.approx(0, abs=3)
    assert noise.std() == pytest.approx(49.5, abs=2)  # σ 50, clipped at black and white
    assert abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(noise[1:].ravel(), noise[:-1].ravel())[0, 1]) < 0.03
    if channels == 3:
        assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.03


@pytest.mark.parametrize("kind", ["noise", "blocks", "erase"])
def test_what_is_painted_stays_while_the_stroke_grows(kind: str, photograph: np.ndarray) -> None:
    """At the middle of the stroke: at its rim it may cover more."""
    short, long = (_after(photograph, Stroke(WAVE[:n], 15, kind, 5)) for n in (70, 120))
    inside = _distance(photograph.shape, WAVE[:60]) < 8
    assert np.array_equal(short[inside], long[inside])


@pytest.mark.parametrize("kind", ["noise", "scratch"])
def test_seeds_decide(kind: str, photograph: np.ndarray) -> None:
    a, b, c = (_after(photograph, Stroke(WAVE, 15, kind, seed)) for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_blocks_are_means_on_the_pictures_grid(photograph: np.ndarray) -> None:
    after = _after(photograph, Stroke(((150, 100),), 60, "blocks"))
    cell = photograph[96:104, 144:152].astype(float).mean(axis=(0, 1))
    assert np.abs(after[96:104, 144:152] - cell).max() <= 0.5
    small = photograph[:21, :19]
    cell = small[16:, 16:].astype(float).mean(axis=(0, 1))  # cut off by the picture's end
    assert np.abs(_after(small, Stroke(((10, 10),), 60, "blocks"))[16:, 16:] - cell).max() <= 0.5


def test_scratches_are_lines_along_the_stroke() -> None:
    grey = np.full((120, 300, 1), 128, np.uint8)
    after = _after(grey, Stroke(((40, 60), (260, 60)), 20, "scratch", 1))[..., 0]
    middle = after[:, 80:220]
    assert (middle == middle[:, :1]).all(), "they do not run along it"
    assert middle.max() == 255
    assert middle.min() == 0
    assert 0.2 < np.mean(middle[40:80] == 128) < 0.9


def test_a_stroke_beside_the_picture_changes_nothing(photograph: np.ndarray) -> None:
    box, part = brushed(photograph, Stroke(((-100, -100),), 20, "erase"))
    assert box == Box(0, 0, 0, 0)
    assert part.shape == (0, 0, 3)


@pytest.mark.parametrize("kind", BRUSHES)
def test_only_the_box_of_a_large_picture_is_touched(kind: str) -> None:
    pixels = np.zeros((4000, 6000, 3), np.uint8)
    tracemalloc.start()
    try:
        box, _ = brushed(pixels, Stroke(((3000, 2000), (3010, 2000)), 20, kind))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert box.area <= 52 * 42
    assert most < 2e6


def test_a_long_stroke_is_painted_part_by_part() -> None:
    pixels = np.zeros((2000, 2000, 1), np.uint8)
    tracemalloc.start()
    try:
        box, part = brushed(pixels, Stroke(((0, 0), (2000, 2000)), 20, "noise"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert part.any()
    assert most < box.area * (1 + 4 + 4) + 2e6, "more than its pixels and the two maps of its reach"


@pytest.mark.parametrize(
    ("stroke", "told"),
    [
        (((), 10, "noise", 0), "stroke: it has no points"),
        ((((0.0, float("nan")),), 10, "noise", 0), "stroke: it has no points, or some far away"),
        ((((0.0, 1e9),), 10, "noise", 0), "stroke: it has no points, or some far away"),
        ((((0.0, 0.0),), 0, "noise", 0), "brush radius: 0 is out of range; use 0.5 to 1000 pixels"),
        ((((0.0, 0.0),), 10, "smear", 0), "brush: there is no kind 'smear'; use one of noise, scratch"),
        ((((0.0, 0.0),), 10, "noise", -1), "seed: -1 is out of range"),
    ],
)
def test_what_is_out_of_range_is_refused(
    stroke: tuple[tuple[tuple[float, float], ...], float, str, int], told: str
) -> None:
    with pytest.raises(SpecError, match=told):
        Stroke(*stroke)
