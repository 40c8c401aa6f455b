"""A kept run that is opened shows its own pictures and figures, whatever else was trained or is training."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy

from aestudio.evaluation.revival import images_of, revived
from aestudio.library import film
from aestudio.library.folder import BEST, SPEC
from aestudio.library.kept import KeptRun, open_run
from aestudio.qt.drawing.pictures import psnr
from aestudio.qt.running.engine import run_lanes
from aestudio.qt.running.reopening import told_again
from aestudio.qt.running.trainer import Engine, State
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from aestudio.spec.toml import load_spec
from aestudio.training import watch
from aestudio.training.events import Started
from tests.library.kept_runs import kept
from tests.qt.fakes import FakeEngine
from tests.small import small_mnist, small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONG = 60_000
RUN = small_run(("data.train_limit", 512), ("training.epochs", 3))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """A real run with a frame of each step, however fast the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(film, "FIRST_EVERY", 0.0)
        patch.setattr(watch, "FASTEST", 0.0)
        patch.setattr(watch, "PICTURE_SHARE", 1e9)
        made = kept(tmp_path_factory.mktemp("runs") / "run", RUN)
    assert len(made.frames) >= 3
    return made


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[..., Window]:
    """Opens a window on the data of these runs."""

    def open_one(engine: Engine) -> Window:
        window = Window(engine)
        window.session.workspace = None
        gate = engine.open_gate if isinstance(engine, FakeEngine) else lambda: None
        qtbot.addWidget(window, before_close_func=lambda _: gate())
        window.show()
        window.session.document.load(with_value(RUN, "training.epochs", 1))
        with qtbot.waitSignal(window.session.opened, timeout=LONG):
            window.session.begin()
        return window

    return open_one


def _open(qtbot: QtBot, window: Window, run: KeptRun) -> None:
    """Open a run, and wait for its pictures and its history."""
    session = window.session
    with qtbot.waitSignal(session.looks.looked, timeout=LONG, check_params_cb=lambda s: s.run_id == run.id):
        session.show_kept(run)
    qtbot.waitUntil(lambda: len(window.page.timeline.reel) == len(run.frames), timeout=LONG)


def _decibels(window: Window) -> dict[int, float]:
    """What stands below the reconstructions, by test image."""
    return {int(row[0]): float(row[2]) for row in window.page.reconstructions.table()[1]}  # type: ignore[arg-type]


def _decibels_of(run: KeptRun, window: Window) -> dict[int, float]:
    """The same, asked of the run itself."""
    assert window.session.data
    data, pins = window.session.data.data, window.page.reconstructions.pins
    clean = data.pixels(data.test[list(pins)]).numpy()
    given = images_of(revived(run, small_mnist()), data, pins)
    return dict(zip(pins, psnr(clean, given).tolist(), strict=True))


def test_it_is_not_seen_by_the_model_that_was_trained_last(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    window = opened(run_lanes)
    session, page = window.session, window.page
    with qtbot.waitSignal(session.trainer.rested, timeout=LONG):
        session.train_or_pause()
    _open(qtbot, window, run)
    assert _decibels(window) == pytest.approx(_decibels_of(run, window), abs=0.01)
    assert "epoch 3.00" in page.reconstructions.status.text()
    assert page.timeline.where.text().startswith("epoch 3.00")
    assert (page.transport.where.text(), page.transport.left.text()) == ("Ready", "")
    assert page.transport.progress.value() == 0
    assert session.run == run.run
    assert session.measured is run.measured


def test_a_new_window_shows_all_its_pictures(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    assert set(_decibels(window)) == set(window.page.reconstructions.pins)
    window.page.scatter.picked.emit(77)
    qtbot.waitUntil(lambda: 77 in _decibels(window), timeout=LONG)
    assert _decibels(window) == pytest.approx(_decibels_of(run, window), abs=0.01)


def test_nothing_of_another_run_stands_in_for_pictures_that_it_lacks(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, tmp_path: Path
) -> None:
    window = opened(FakeEngine(steps=4))
    with qtbot.waitSignal(window.session.trainer.rested, timeout=LONG):
        window.session.train_or_pause()
    assert "PSNR" in window.page.reconstructions.status.text()
    window.session.show_kept(replace(run, folder=tmp_path))
    qtbot.waitUntil(lambda: str(tmp_path) in window.banner.sentence.text(), timeout=LONG)
    assert "PSNR" not in window.page.reconstructions.status.text()
    assert window.page.scatter.plot.hint


def test_a_moment_of_the_past_keeps_its_pictures(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    track, pictures = window.page.timeline.track, window.page.reconstructions
    track.setValue(0)
    then = _decibels(window)
    with qtbot.waitSignal(window.session.looks.looked, timeout=LONG, check_params_cb=_shows(77)):
        pictures.pin(77)
    assert _decibels(window) == then
    track.setValue(track.maximum())
    assert _decibels(window) == pytest.approx(_decibels_of(run, window), abs=0.01)
    assert 77 in _decibels(window)


def _shows(pin: int) -> Callable[..., bool]:
    return lambda snapshot: pin in snapshot.pictures.pins


def test_noise_is_not_previewed_over_a_moment_of_the_past(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    """Noise is all there is to show where no model is at hand, as after a run that broke off."""
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    window.page.timeline.track.setValue(0)
    then = window.page.reconstructions.status.text()
    assert window.session.data
    window.session.looks.forget()
    with qtbot.waitSignal(window.session.looks.previewed, timeout=LONG):
        window.session.looks.show(run.run, window.session.data.data)
    assert window.page.reconstructions.status.text() == then


def test_the_best_weights_are_seen_and_their_epoch_is_told(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    worse = replace(run.epochs[-1], best=False)
    window = opened(FakeEngine())
    _open(qtbot, window, replace(run, epochs=(*run.epochs[:-1], worse)))
    assert "epoch 2.00" in window.page.reconstructions.status.text()


def test_a_copy_of_it_can_be_saved(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, tmp_path: Path
) -> None:
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    with qtbot.waitSignal(window.session.said, timeout=LONG, check_params_cb=lambda s: "is saved in" in s):
        window.files.save_copy(tmp_path / "copy")
    assert load_spec(tmp_path / "copy" / SPEC) == run.run
    assert np.array_equal((tmp_path / "copy" / BEST).read_bytes(), (run.folder / BEST).read_bytes())


def test_its_folder_is_known_by_its_new_name(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, tmp_path: Path
) -> None:
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    window.chapters.make_ready()
    runs = window.chapters.runs_page
    assert runs
    runs.moved.emit(run.folder, tmp_path / "renamed")
    assert window.session.folder == tmp_path / "renamed"


def test_what_trains_meanwhile_leaves_it_alone(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    engine = FakeEngine(steps=4, gate=threading.Semaphore(0))
    window = opened(engine)
    session = window.session
    session.train_or_pause()
    _open(qtbot, window, run)
    curves = list(window.page.chart.table()[1])
    with qtbot.waitSignal(session.trainer.rested, timeout=LONG):
        engine.open_gate()
    assert window.page.transport.where.text() == "Trained"
    assert session.measured is run.measured
    assert (session.run, session.folder) == (run.run, run.folder)
    assert list(window.page.chart.table()[1]) == curves
    window.page.reconstructions.pin(77)
    qtbot.waitUntil(lambda: 77 in _decibels(window), timeout=LONG)
    assert _decibels(window) == pytest.approx(_decibels_of(run, window), abs=0.01)


@pytest.mark.parametrize("paused", [False, True])
def test_the_run_that_trains_is_followed_again(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, *, paused: bool
) -> None:
    window = opened(FakeEngine())
    session, page = window.session, window.page
    session.train_or_pause()
    _open(qtbot, window, run)
    assert not page.timeline.is_live
    if paused:
        with qtbot.waitSignal(session.trainer.snapshot, check_params_cb=lambda s: s.complete):
            session.train_or_pause()
    mine = replace(run, card=replace(run.card, id=session.trainer.focus))
    drawn = QSignalSpy(page.timeline.shown)
    session.show_kept(mine)
    assert page.timeline.is_live
    qtbot.waitUntil(lambda: drawn.count() > 0)
    assert drawn.at(0)[0].run_id == session.trainer.focus
    assert page.reconstructions.table()[1]
    assert session.trainer.state is (State.PAUSED if paused else State.RUNNING)


def test_a_paused_run_that_is_in_sight_stays_so_when_it_is_opened(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    """With the steps that are not on disk yet, and all of its points."""
    window = opened(run_lanes)
    session, page = window.session, window.page
    session.document.set_value("training.epochs", 100_000)
    session.train_or_pause()
    qtbot.waitUntil(lambda: len(list(page.chart.table()[1])) > 5, timeout=LONG)
    session.train_or_pause()
    qtbot.waitUntil(lambda: not page.scatter.plot.hint, timeout=LONG)
    drawn = list(page.chart.table()[1])
    session.show_kept(replace(run, card=replace(run.card, id=session.trainer.focus)))
    assert list(page.chart.table()[1])[: len(drawn)] == drawn
    assert not page.scatter.plot.hint
    session.show_kept(run)  # another, and back
    assert page.scatter.plot.hint
    session.show_kept(replace(run, card=replace(run.card, id=session.trainer.focus)))
    qtbot.waitUntil(lambda: not page.scatter.plot.hint, timeout=LONG)


def test_a_run_without_figures_tells_its_code_size(run: KeptRun) -> None:
    started = next(told_again(replace(run, card=replace(run.card, figures={}))))
    assert isinstance(started, Started)
    assert np.prod(started.code_shape) == run.card.figures["code_size"]


def test_one_on_other_data_is_not_opened_while_a_run_is_under_way(
    opened: Callable[..., Window], run: KeptRun
) -> None:
    window = opened(FakeEngine())
    session = window.session
    session.train_or_pause()
    before = session.document.spec
    session.show_kept(replace(run, run=with_value(run.run, "data.seed", 4)))
    assert window.banner.sentence.text() == (
        "A run on other data cannot be opened while a run is under way; stop it first, then open "
        + run.card.name
    )
    assert session.document.spec == before
    assert window.page.timeline.is_live


def test_one_on_other_data_does_not_wait_for_the_figures_of_the_last_run(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun
) -> None:
    window = opened(FakeEngine(steps=2, measuring=threading.Event()))
    session = window.session
    with qtbot.waitSignal(session.trainer.finished):
        session.train_or_pause()
    other = replace(run, run=with_value(run.run, "data.train_limit", 100))
    with qtbot.waitSignal(session.reopened, timeout=LONG):
        session.show_kept(other)
    assert not session.trainer.is_at_rest
    assert session.run == other.run


def test_each_try_to_open_one_whose_data_are_gone_is_told(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, tmp_path: Path
) -> None:
    window = opened(FakeEngine())
    gone = replace(run, run=with_value(run.run, "data.source", str(tmp_path / "moved")))
    for _ in range(2):
        with qtbot.waitSignal(window.session.trouble, timeout=LONG):
            window.session.show_kept(gone)


def test_it_comes_before_data_that_were_asked_for_earlier(
    opened: Callable[..., Window], qtbot: QtBot, run: KeptRun, tmp_path: Path
) -> None:
    window = opened(FakeEngine())
    session = window.session
    np.save(tmp_path / "others.npy", np.zeros((60, 28, 28), np.uint8))
    other = replace(run, run=with_value(run.run, "data.train_limit", 100))
    with qtbot.waitSignal(session.reopened, timeout=LONG):
        session.open_data(str(tmp_path / "others.npy"))
        session.show_kept(other)
    assert session.document.spec == other.run


def test_undo_of_other_data_brings_it_back(opened: Callable[..., Window], qtbot: QtBot, run: KeptRun) -> None:
    window = opened(FakeEngine())
    _open(qtbot, window, run)
    with qtbot.waitSignal(window.session.opened, timeout=LONG):
        window.session.document.set_value("data.train_limit", 100)
    assert window.session.run is None
    with qtbot.waitSignal(window.session.reopened, timeout=LONG):
        window.session.document.undo_stack.undo()
    assert window.session.run == open_run(run.folder).run
