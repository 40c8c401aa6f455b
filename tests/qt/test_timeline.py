"""The timeline keeps what a run showed, takes the views back to any moment, and the run goes on meanwhile."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from aestudio.library import film
from aestudio.library.film import MOST_FRAMES, read_frame
from aestudio.library.kept import KeptRun, open_run
from aestudio.qt.bars.timeline import Timeline
from aestudio.qt.bars.track import Track
from aestudio.training.events import Snapshot
from tests.library.kept_runs import kept
from tests.qt.views import real

PINS = (0, 1, 2)


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    bar = Timeline()
    qtbot.addWidget(bar, before_close_func=lambda _: bar.close_reel())
    bar.resize(900, 40)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """A real variational run with a few frames."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(film, "FIRST_EVERY", 0.02)  # it takes half a second, and the film should have a middle
        made = kept(tmp_path_factory.mktemp("runs") / "run")
    assert len(made.frames) >= 3
    return made


def _snapshot(step: int, run_id: str = "a") -> Snapshot:
    """A quarter of a second and a twentieth of an epoch a step."""
    shown = real.snapshot(
        run_id, step=step, picture=real.pictures(PINS), points=real.scatter(spread=1 + step / 100)
    )
    return replace(shown, seconds=step / 4, epoch=step / 20)


def _trained(timeline: Timeline, steps: int) -> QSignalSpy:
    timeline.follow("a", None)
    shown = QSignalSpy(timeline.shown)
    for step in range(1, steps + 1):
        timeline.add(_snapshot(step))
    return shown


def _last(shown: QSignalSpy) -> Snapshot:
    return shown.at(shown.count() - 1)[0]


def test_without_a_run_it_says_what_to_do(timeline: Timeline) -> None:
    assert not timeline.track.isEnabled()
    assert not timeline.play.isEnabled()
    assert "Train" in timeline.track.toolTip()


def test_a_run_with_one_moment_is_not_called_none(
    timeline: Timeline, run: KeptRun, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(run.folder, tmp_path / "run"))
    for step in run.frames[:-1]:
        next((folder / film.FRAMES).glob(f"*{step}.*")).unlink()
    with qtbot.waitSignal(timeline.shown):
        timeline.open(open_run(folder))
    assert not timeline.track.isEnabled()
    assert "One moment" in timeline.track.empty
    assert "One moment" in timeline.track.toolTip()


def test_a_run_in_progress_is_passed_on_as_it_comes(timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    assert shown.count() == 40
    assert _last(shown).step == 40
    assert timeline.is_live
    assert timeline.track.value() == timeline.track.maximum() == 40
    assert timeline.where.text().startswith("epoch 2.00")


def test_what_another_run_tells_is_left_out(timeline: Timeline) -> None:
    shown = _trained(timeline, 4)
    timeline.add(_snapshot(5, "b"))
    assert shown.count() == 4
    assert len(timeline.reel) == 4


def test_scrubbing_shows_the_moment_and_the_run_goes_on(timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    epochs = QSignalSpy(timeline.moment_changed)
    timeline.track.setValue(9)
    frame = _last(shown)
    assert (frame.step, frame.epoch) == (10, 0.5)
    assert epochs.at(0)[0] == 0.5
    assert not timeline.is_live
    count = shown.count()
    for step in range(41, 61):
        timeline.add(_snapshot(step))
    assert shown.count() == count
    assert timeline.where.text().startswith("epoch 0.50")
    assert timeline.track.value() == 9
    assert len(timeline.reel) == 60


def test_a_frame_is_what_was_shown(timeline: Timeline) -> None:
    shown = _trained(timeline, 3)
    timeline.track.setValue(1)
    then, frame = _snapshot(2), _last(shown)
    assert then.pictures
    assert frame.pictures
    assert then.scatter
    assert frame.scatter
    assert np.abs(then.pictures.reconstructed - frame.pictures.reconstructed).max() <= 0.5 / 255 + 1e-6
    assert np.allclose(then.scatter.points, frame.scatter.points, rtol=1e-3, atol=1e-3)
    assert not len(frame.curves.steps)


def test_live_returns_to_the_newest(qtbot: QtBot, timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    timeline.track.setValue(9)
    timeline.add(_snapshot(41))
    qtbot.mouseClick(timeline.live, Qt.MouseButton.LeftButton)
    assert timeline.is_live
    assert _last(shown).step == 41
    timeline.add(_snapshot(42))
    assert _last(shown).step == 42


def test_keys_step_leap_and_go_to_the_ends(qtbot: QtBot, timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    seen: list[int] = []
    moves = [
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
    ]
    for key, modifier in moves:
        qtbot.keyClick(timeline.track, key, modifier)
        seen.append(_last(shown).step)
    assert seen == [1, 2, 12, 11]
    qtbot.keyClick(timeline.track, Qt.Key.Key_End)
    assert timeline.is_live


def test_a_press_goes_to_the_place(qtbot: QtBot, timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    place = QPoint(round(timeline.track.x_of(20)), 12)
    qtbot.mouseClick(timeline.track, Qt.MouseButton.LeftButton, pos=place)
    assert _last(shown).step == 21


def test_ticks_stand_at_the_ends_of_epochs(timeline: Timeline) -> None:
    _trained(timeline, 65)
    assert timeline.track.epochs == [(19, 1), (39, 2), (59, 3)]


def test_a_long_run_is_thinned_and_the_moment_stays(timeline: Timeline) -> None:
    _trained(timeline, 200)
    timeline.track.setValue(99)
    for step in range(201, 2000):
        timeline.add(_snapshot(step))
    assert len(timeline.reel) <= MOST_FRAMES
    assert timeline.reel.steps[-1] >= 1980
    assert abs(timeline.reel.steps[timeline.track.value()] - 100) <= 8
    gaps = np.diff(timeline.reel.steps)
    assert gaps.max() <= 4 * gaps.min()


def test_playing_goes_by_the_clock(qtbot: QtBot, timeline: Timeline) -> None:
    shown = _trained(timeline, 40)
    timeline.speed.setCurrentIndex(timeline.speed.count() - 1)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert timeline.player.is_playing
    assert _last(shown).step == 1
    qtbot.waitUntil(lambda: timeline.is_live, timeout=20_000)  # it plays to the end, and follows again
    assert not timeline.player.is_playing
    steps = [shown.at(i)[0].step for i in range(40, shown.count())]
    assert steps == sorted(steps)
    assert len(set(steps)) >= 3


def test_playing_can_be_paused(qtbot: QtBot, timeline: Timeline) -> None:
    _trained(timeline, 200)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: timeline.track.value() >= 2)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert not timeline.player.is_playing
    assert not timeline.is_live


def test_a_kept_run_opens_at_its_end(qtbot: QtBot, timeline: Timeline, run: KeptRun) -> None:
    with qtbot.waitSignal(timeline.shown) as shown:
        timeline.open(run)
    assert shown.args
    frame = shown.args[0]
    assert frame.step == run.frames[-1]
    assert timeline.reel.steps == run.frames
    assert not timeline.live.isVisible()
    assert not timeline.is_live
    expected = read_frame(run.folder, run.frames[-1], run.id).pictures
    assert expected
    assert expected.samples is not None
    assert np.array_equal(frame.pictures.samples, expected.samples)


def test_going_on_is_offered_where_weights_are_kept(qtbot: QtBot, timeline: Timeline, run: KeptRun) -> None:
    assert not timeline.go_on.isEnabled()
    with qtbot.waitSignal(timeline.shown):
        timeline.open(run)
    timeline.track.setValue(timeline.reel.nearest(run.moments[-1]))
    assert timeline.go_on.isEnabled()
    with qtbot.waitSignal(timeline.go_on_wanted) as wanted:
        qtbot.mouseClick(timeline.go_on, Qt.MouseButton.LeftButton)
    assert wanted.args == [run.folder, run.moments[-1]]


def test_far_from_any_weights_it_is_not_offered(timeline: Timeline) -> None:
    _trained(timeline, 100)
    timeline.reel.moments = (90,)
    timeline.track.setValue(40)
    assert not timeline.go_on.isEnabled()
    timeline.track.setValue(85)
    assert timeline.go_on.isEnabled()


def test_a_run_that_goes_on_has_its_history(qtbot: QtBot, timeline: Timeline, run: KeptRun) -> None:
    middle = run.frames[len(run.frames) // 2]
    timeline.follow(run.id, run.folder)
    qtbot.waitUntil(lambda: len(timeline.reel) == len(run.frames))
    timeline.add(_snapshot(middle + 1, run.id))
    assert timeline.reel.steps == (*(step for step in run.frames if step <= middle), middle + 1)


def test_a_damaged_frame_is_named_and_the_rest_opens(
    qtbot: QtBot, timeline: Timeline, tmp_path: Path
) -> None:
    folder = kept(tmp_path / "run").folder
    frames = sorted((folder / "frames").iterdir())
    frames[0].write_bytes(b"no frame")
    with qtbot.waitSignal(timeline.failed) as failed:
        timeline.follow("x", folder)
    assert failed.args
    assert frames[0].name in failed.args[0]
    assert len(timeline.reel) == len(frames) - 1


def test_the_slider_says_where_a_place_is(qtbot: QtBot) -> None:
    track = Track()
    qtbot.addWidget(track)
    track.resize(500, 32)
    track.setRange(0, 200)
    assert [track.place_at(track.x_of(place)) for place in (0, 1, 77, 200)] == [0, 1, 77, 200]
    assert (track.place_at(-50), track.place_at(900)) == (0, 200)


def test_a_kept_run_is_played_to_its_end(qtbot: QtBot, timeline: Timeline, run: KeptRun) -> None:
    with qtbot.waitSignal(timeline.shown):
        timeline.open(run)
    timeline.speed.setCurrentIndex(timeline.speed.count() - 1)
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert timeline.track.value() == 0
    qtbot.waitUntil(lambda: not timeline.player.is_playing, timeout=20_000)
    assert timeline.track.value() == timeline.track.maximum()
