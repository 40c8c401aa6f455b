"""What views compute before they draw: ranges, ticks, series, tilings, pictures."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from aestudio.qt.drawing.easing import EasedRange
from aestudio.qt.drawing.history import MSE, History
from aestudio.qt.drawing.pictures import ERROR_TOP, HEAT, Atlas, as_rgb, error_heat, picture_size, psnr
from aestudio.qt.drawing.series import Series
from aestudio.qt.drawing.ticks import linear_ticks, log_ticks
from aestudio.qt.drawing.tiling import COMFORTABLE, GAP, Room, tile
from tests.qt.views import real

# ----------------------------------------------------------------------------------------------- ranges


def test_a_range_grows_at_once_and_shrinks_slowly() -> None:
    eased = EasedRange()
    first = eased.follow(0, 10)
    assert first[0] < 0 < 10 < first[1]
    assert eased.follow(0, 20)[1] > 20
    shrunk = eased.follow(0, 5)
    assert 15 < shrunk[1] < 22
    for _ in range(200):
        shrunk = eased.follow(0, 5)
    assert 5 < shrunk[1] < 6.5


def test_a_range_stays_put_while_the_data_tremble() -> None:
    eased = EasedRange()
    first = eased.follow(0, 10)
    rng = np.random.default_rng(0)
    assert all(eased.follow(*(np.array([0, 10]) + rng.uniform(-0.4, 0.4, 2))) == first for _ in range(50))


def test_a_range_of_one_value_has_a_width() -> None:
    low, high = EasedRange().follow(3, 3)
    assert low < 3 < high


# ------------------------------------------------------------------------------------------------ ticks


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-5.3, 9.9), (1234, 98765), (0.00011, 0.00019), (0, 14.2)])
def test_linear_ticks_are_round_few_and_inside(low: float, high: float) -> None:
    ticks = linear_ticks(low, high, 8).named
    assert 2 <= len(ticks) <= 10
    for place, text in ticks:
        assert low <= place <= high
        assert float(text.replace(",", "")) == pytest.approx(place, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-2.3, -0.9), (-6, 3), (0.1, 0.3), (-2.31, -2.3), (-40, 20)])
def test_log_ticks_say_the_number_not_its_logarithm(low: float, high: float) -> None:
    ticks = log_ticks(low, high, 8).named
    assert 1 <= len(ticks) <= 16
    for place, text in ticks:
        assert low <= place <= high
        assert math.log10(float(text.replace(",", ""))) == pytest.approx(place, abs=1e-4)


@pytest.mark.parametrize("bad", [(0, 0), (1, 0), (0, math.inf), (math.nan, 1)])
def test_no_ticks_where_there_is_no_range(bad: tuple[float, float]) -> None:
    assert linear_ticks(*bad, 8).named == ()
    assert log_ticks(*bad, 8).named == ()


# ----------------------------------------------------------------------------------------------- series


def _series(values: np.ndarray) -> Series:
    """Fed in chunks of any size, as snapshots bring them."""
    series, rng, at = Series(), np.random.default_rng(0), 0
    while at < len(values):
        size = int(rng.integers(0, 200))
        series.append(values[at : at + size])
        at += size
    return series


def test_means_are_those_of_the_values() -> None:
    values = np.random.default_rng(0).random(5000).astype(np.float32)
    values[100:110] = np.nan
    start = np.array([0, 95, 100, 4000])
    end = np.array([10, 120, 110, 5000])
    expected = [np.nanmean(values[:10]), np.nanmean(values[95:120]), np.nan, np.nanmean(values[4000:])]
    assert _series(values).mean(start, end) == pytest.approx(expected, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize("count", [50, 700, 100_000])
def test_envelopes_hold_every_value(count: int) -> None:
    values = np.random.default_rng(0).random(count).astype(np.float32)
    edges = np.linspace(0, count, min(count, 100) + 1).astype(np.int64)
    low, high = _series(values).envelope(edges)
    for i, (a, b) in enumerate(pairwise(edges)):
        if count < 25_000:
            assert (low[i], high[i]) == (values[a:b].min(), values[a:b].max())
        else:  # the edges were moved by less than a block
            assert low[i] <= values[a + 64 : b - 64].min()
            assert high[i] >= values[a + 64 : b - 64].max()


def test_a_mean_neither_lags_nor_leads() -> None:
    """A ramp's mean is the ramp, but for the last steps, where what comes after is missing."""
    history = History(real.started())
    ramp = real.curves(1, 20_000, "bce", "penalty l1")
    ramp.mse[:] = ramp.steps
    history.append(ramp)
    trace = history.trace(MSE, (0, 200), 100)
    assert trace.mean[:-3] == pytest.approx(trace.x[:-3] * 100, rel=1e-3)
    assert history.at(MSE, 50.0) == pytest.approx(5000, rel=1e-3)


def test_a_spike_of_one_step_in_a_million_is_seen() -> None:
    history = History(real.started())
    steps = real.curves(1, 200_000, "bce", "penalty l1")
    steps.mse[123_456] = 50.0
    history.append(steps)
    trace = history.trace(MSE, (0, 2000), 300)
    assert np.nanmax(trace.high) == 50.0
    assert 300 <= len(trace.x) <= 301  # the last step begins a column of its own


@pytest.mark.parametrize("x", [(0.0, 40.0), (0.0, 9.0), (3.03, 7.5), (12.0, 90.0)])
@pytest.mark.parametrize("most", [7, 400])
def test_a_curve_kept_ready_is_the_one_made_anew(x: tuple[float, float], most: int) -> None:
    """As a run grows, and before the epoch that is told nothing changes."""
    generator = np.random.default_rng(most)
    history = History(real.started())
    tracer = history.tracer(MSE, x, 60)
    step, before = 0, history.trace(MSE, x, 60)
    while step < 4_000:
        count = int(generator.integers(1, most))
        steps = real.curves(step + 1, step + count, "bce", "penalty l1")
        steps.mse[:] = generator.normal(size=count)
        steps.mse[generator.random(count) < 0.02] = np.nan
        history.append(steps)
        step += count
        since = tracer.grow()
        anew = history.trace(MSE, x, 60)
        for name in ("x", "mean", "low", "high"):
            kept, made = getattr(tracer.trace, name), getattr(anew, name)
            assert kept == pytest.approx(made, nan_ok=True)
            still = before.x <= since
            assert getattr(before, name)[still] == pytest.approx(made[: len(before.x)][still], nan_ok=True)
        before = anew


# ---------------------------------------------------------------------------------------------- tilings


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [(28, 28), (8, 8), (64, 48), (512, 512)])
@pytest.mark.parametrize("space", [(420, 260), (900, 660), (300, 900)])
def test_pictures_lie_apart_inside_and_on_whole_pixels(
    ratio: float, size: tuple[int, int], space: tuple[int, int]
) -> None:
    tiling = tile(12, 4, size, Room(*space, 90, 14, ratio))
    assert tiling.shown >= 1
    width, height = tiling.cell
    corners = [tiling.corner(row, column) for row in range(4) for column in range(tiling.shown)]
    for x, y in corners:
        assert x + 0.5 >= 90
        assert x + width <= space[0] + 0.5
        assert y + height <= space[1] + 0.5
        assert (x * ratio, y * ratio) == pytest.approx((round(x * ratio), round(y * ratio)))
    assert len(set(corners)) == 4 * tiling.shown
    if tiling.whole:
        assert width * ratio / size[1] == pytest.approx(round(width * ratio / size[1]))
    for column in range(tiling.shown):
        x, y = tiling.corner(2, column)
        assert tiling.column_at(x + 1, y + 1) == column
        assert tiling.column_at(x + 1, y + height + GAP / 2) == column


def test_rather_fewer_pictures_than_tiny_ones() -> None:
    tiling = tile(48, 4, (28, 28), Room(420, 260, 90, 14, 1.0))
    assert tiling.shown < 48
    assert max(tiling.cell) >= COMFORTABLE


def test_nothing_is_under_the_labels_or_below() -> None:
    tiling = tile(3, 4, (28, 28), Room(900, 660, 90, 14, 1.0))
    assert tiling.column_at(20, 20) == -1
    assert tiling.column_at(100, 655) == -1
    assert tile(0, 4, (28, 28), Room(900, 660, 90, 14, 1.0)).column_at(100, 20) == -1


# --------------------------------------------------------------------------------------------- pictures


def test_psnr_is_its_formula() -> None:
    sent = real.pictures((0, 1, 2))
    assert sent.corrupted is not None
    mse = ((sent.clean - sent.corrupted).astype(np.float64) ** 2).mean(axis=(1, 2, 3))
    assert psnr(sent.clean, sent.corrupted) == pytest.approx(10 * np.log10(1 / mse))
    assert np.isinf(psnr(sent.clean, sent.clean)).all()


def test_the_heat_map_has_a_fixed_scale() -> None:
    clean = np.zeros((1, 1, 2, 2), dtype=np.float32)
    given = np.array([[[[0, ERROR_TOP / 2], [ERROR_TOP, 1.0]]]], dtype=np.float32)
    heat = error_heat(clean, given)
    assert np.array_equal(heat[0, 0, 0], HEAT[0])
    assert np.array_equal(heat[0, 0, 1], HEAT[127])
    assert np.array_equal(heat[0, 1], HEAT[[255, 255]])


@pytest.mark.parametrize("shape", [(1, 5, 7), (3, 5, 7), (4, 5, 7), (16,), (400,), (1,)])
def test_any_example_has_a_picture(shape: tuple[int, ...]) -> None:
    batch = np.random.default_rng(0).random((2, *shape), dtype=np.float32)
    pixels = as_rgb(batch)
    assert pixels.shape == (2, *picture_size(shape), 3)
    assert error_heat(batch, batch).shape == pixels.shape
    if shape == (3, 5, 7):
        assert np.array_equal(pixels[1, 2, 3], np.round(batch[1, :, 2, 3] * 255).astype(np.uint8))


def test_a_short_vector_is_drawn_as_bars() -> None:
    pixels = as_rgb(np.array([[0.0, 0.5, 1.0]], dtype=np.float32))[0, :, :, 0]
    heights = (pixels > 0).mean(axis=0)
    assert heights == pytest.approx([0, 0.5, 1])


def test_the_atlas_keeps_its_memory_and_qts_order_of_colours() -> None:
    atlas = Atlas()
    atlas.resize(2, 3, 4, 5)
    red = np.zeros((3, 4, 5, 3), dtype=np.uint8)
    red[..., 0] = 255
    atlas.put(1, red)
    assert atlas.image.pixelColor(7, 5).name() == "#ff0000"
    before = atlas.image
    atlas.resize(2, 3, 4, 5)
    assert atlas.image is before
