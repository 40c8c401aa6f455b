"""Discs are drawn where they belong, and the nearest point is found."""

from __future__ import annotations

import numpy as np
import pytest

from aestudio.qt.drawing.raster import disc_size, draw_discs, nearest, order_of, shades, stamp
from tests.qt.views import real

RED, BLUE = 0xFFFF0000, 0xFF0000FF
COLOURS = shades(np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8))


def _drawn(x: list[float], y: list[float], kinds: list[int], diameter: float = 5.0) -> np.ndarray:
    canvas = np.zeros((40, 50), dtype=np.uint32)
    draw_discs(canvas, np.array(x), np.array(y), np.array(kinds), COLOURS, diameter)
    return canvas


def test_a_disc_is_round_solid_within_and_soft_at_its_rim() -> None:
    canvas = _drawn([20], [10], [0])
    alpha = canvas >> 24
    assert canvas[10, 20] == RED
    assert np.array_equal(alpha[7:14, 17:24], alpha[7:14, 17:24].T)
    assert set(np.unique(alpha)) > {0, 255}
    assert alpha.sum() / 255 == pytest.approx(np.pi * 2.5**2, rel=0.1)


def test_a_rim_never_cuts_into_a_disc() -> None:
    rng = np.random.default_rng(2)
    x, y, kinds = rng.integers(5, 45, 80), rng.integers(5, 35, 80), rng.integers(0, 2, 80)
    canvas = _drawn(list(x), list(y), list(kinds))
    full = [(dy, dx) for dy, dx, level in stamp(5.0) if level == 4]
    assert len(full) > 5
    assert all((canvas[y + dy, x + dx] >> 24 == 255).all() for dy, dx in full)


def test_of_two_discs_at_one_place_the_later_is_seen() -> None:
    assert _drawn([20, 20], [10, 10], [0, 1])[10, 20] == BLUE
    assert _drawn([20, 20], [10, 10], [1, 0])[10, 20] == RED


@pytest.mark.parametrize(("x", "y"), [(-3, 10), (53, 10), (20, -1), (20, 43), (0, 10), (20, 39)])
def test_what_does_not_fit_wholly_is_left_out(x: float, y: float) -> None:
    assert not _drawn([x], [y], [0]).any()


def test_each_point_is_drawn_by_the_same_stamp() -> None:
    """Against the plain way: one disc after the other, rims of all before cores of all."""
    rng = np.random.default_rng(1)
    x, y = rng.uniform(5, 45, 200), rng.uniform(5, 35, 200)
    kinds = rng.integers(0, 2, 200)
    expected = np.zeros((40, 50), dtype=np.uint32)
    for dy, dx, level in stamp(3.0):
        rows = np.argsort((y.astype(int) // 32), kind="stable")
        for i in rows:
            expected[int(y[i]) + dy, int(x[i]) + dx] = COLOURS[level][kinds[i]]
    assert np.array_equal(_drawn(list(x), list(y), list(kinds), 3.0), expected)


def test_the_order_is_mixed_and_stays() -> None:
    assert np.array_equal(order_of(1000), order_of(1000))
    assert not np.array_equal(order_of(1000), np.arange(1000))


def test_more_points_are_smaller() -> None:
    sizes = [disc_size(n) for n in (10, 1000, 10_000, 60_000, 1_000_000)]
    assert sizes == sorted(sizes, reverse=True)
    assert 2 <= sizes[-1] < sizes[0] <= 8


def test_the_nearest_is_that_of_the_plain_search() -> None:
    points = real.pca()[0][:, :2].astype(np.float32)
    rng = np.random.default_rng(0)
    for place in rng.uniform(-6, 8, (50, 2)):
        distance = np.hypot((points[:, 0] - place[0]) / 0.5, (points[:, 1] - place[1]) / 0.2)
        best = int(np.argmin(distance))
        expected = best if distance[best] <= 1 else -1
        assert nearest(points, (place[0], place[1]), (0.5, 0.2)) == expected


def test_nothing_is_nearest_where_there_is_nothing() -> None:
    assert nearest(np.zeros((0, 2), dtype=np.float32), (0, 0), (1, 1)) == -1
