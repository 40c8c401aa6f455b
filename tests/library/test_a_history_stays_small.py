"""Frames, moments and losses are thinned, however long a run trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aestudio.library import film
from aestudio.library.curves import MOST, LossCurves, read_curves, write_curves
from aestudio.library.film import Film, Thinned, frame_steps, moment_steps, read_frame
from aestudio.training.events import Curves, Pictures, Scatter, Snapshot, frozen, no_curves


def _snapshot(step: int, seconds: float) -> Snapshot:
    random = np.random.default_rng(step)
    images = frozen(random.random((3, 1, 8, 8), np.float32))
    points = random.standard_normal((50, 2)).astype(np.float32)
    points[0] = np.nan
    labels = frozen(np.arange(50) % 10)
    return Snapshot(
        "run",
        step=step,
        epoch=step / 10,
        seconds=seconds,
        images_per_second=1.0,
        lr=0.1,
        memory_mb=0.0,
        curves=no_curves(),
        pictures=Pictures(frozen(np.arange(3)), images, None, images),
        scatter=Scatter(frozen(points), labels, ("z 1", "z 2"), None),
    )


def test_frames_thin_out_evenly_and_keep_the_newest(tmp_path: Path) -> None:
    reel = Film(tmp_path)
    seconds = 0.0
    for step in range(1, 4000):
        seconds += film.FIRST_EVERY
        if frame := reel.see(_snapshot(step, seconds)):
            reel.keep(frame)
    steps = frame_steps(tmp_path)
    assert film.MOST_FRAMES / 2 <= len(steps) <= film.MOST_FRAMES
    gaps = np.diff(steps)
    assert gaps.max() <= 3 * np.median(gaps)
    assert steps[-1] >= 4000 - 2 * gaps.max()
    assert steps[0] <= 2 * gaps.max()


def test_a_frame_comes_back_as_a_screen_shows_it(tmp_path: Path) -> None:
    reel, shown = Film(tmp_path), _snapshot(7, 1.0)
    frame = reel.see(shown)
    assert frame
    reel.keep(frame)
    again = read_frame(tmp_path, 7, "other")
    assert (again.run_id, again.step, again.epoch, again.seconds) == ("other", 7, 0.7, 1.0)
    assert again.pictures
    assert again.scatter
    assert shown.pictures
    assert shown.scatter
    np.testing.assert_allclose(again.pictures.clean, shown.pictures.clean, atol=0.5 / 255)
    np.testing.assert_allclose(again.scatter.points, shown.scatter.points, rtol=1e-3, atol=1e-3)
    assert again.scatter.labels is not None
    assert again.scatter.labels.tolist() == (np.arange(50) % 10).tolist()


def test_bytes_are_bounded_too(tmp_path: Path) -> None:
    kept = Thinned(tmp_path / "few", most=1000, most_bytes=50_000)
    for step in range(1, 60):
        kept.add(step, {"a": np.zeros(1000, np.float32)}, {})
        assert sum(path.stat().st_size for path in kept.folder.iterdir()) <= 50_000
    assert max(kept.sizes) == 59


def test_weights_too_large_for_two_moments_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel = Film(tmp_path)
    reel.keep_moment(1, {"w": np.zeros(1000, np.float32)})
    monkeypatch.setattr(film, "MOST_MOMENT_BYTES", 7_000)
    reel.keep_moment(2, {"w": np.zeros(1000, np.float32)})
    assert moment_steps(tmp_path) == (1,)


def test_moments_thin_out_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MOST_MOMENTS", 8)
    reel = Film(tmp_path)
    for step in range(1, 200):
        reel.keep_moment(step, {"w": np.zeros(10, np.float32)})
    steps = moment_steps(tmp_path)
    assert 4 <= len(steps) <= 8
    gaps = np.diff(steps)
    assert gaps.max() <= 2 * gaps.min()


def test_losses_are_averaged_when_they_are_many(tmp_path: Path) -> None:
    curves = LossCurves()
    count = 10 * MOST
    for start in range(0, count, 1000):
        steps = frozen(np.arange(start, min(start + 1000, count)) + 1)
        values = frozen((steps / count).astype(np.float32))
        curves.add(Curves(steps, values, {"bce": frozen(2 * values)}))
    write_curves(tmp_path, curves.told())
    told = read_curves(tmp_path)
    assert MOST / 2 <= len(told.steps) <= 2 * MOST
    assert (np.diff(told.steps) > 0).all()
    np.testing.assert_allclose(told.mse, told.steps / count, atol=1e-3)
    np.testing.assert_allclose(told.terms["bce"], 2 * told.mse, rtol=1e-5)
    assert read_curves(tmp_path, up_to=1000).steps.max() <= 1000
