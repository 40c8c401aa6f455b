"""Edits made while data load are kept, and a run has the data of its spec, from its beginning to its end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from aestudio.library.lane import Lane
from aestudio.library.presets import load_preset
from aestudio.qt.running import supply
from aestudio.qt.running.background import Progress, Work
from aestudio.qt.running.launches import racing
from aestudio.qt.running.loader import opening
from aestudio.qt.running.trainer import State
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from aestudio.spec.fairness import Budget
from aestudio.spec.run import RunSpec
from tests.qt.fakes import FakeEngine
from tests.small import small_mnist, small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONG = 60_000


class Door:
    """Opens data as the program does, but only while it is open itself."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self.open()

    def open(self) -> None:
        self._free.set()

    def close(self) -> None:
        self._free.clear()

    def opening(self, spec: Any, *, download: bool = False) -> Work:
        really = opening(spec, download=download)

        def work(progress: Progress) -> object:
            while not self._free.wait(0.01):
                progress(0.5, "waiting")
            return really(progress)

        return work


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    door = Door()
    monkeypatch.setattr(supply, "opening", door.opening)
    monkeypatch.setattr(supply, "_SETTLE_MS", 1)
    return door


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Two files with 300 digits each."""
    images = small_mnist().images.reshape(-1, 28, 28).numpy()
    paths = tmp_path / "first.npy", tmp_path / "second.npy"
    for path, part in zip(paths, (images[:300], images[300:600]), strict=True):
        np.save(path, part)
    return paths


@pytest.fixture
def make(qtbot: QtBot, door: Door, files: tuple[Path, Path]) -> Iterator[Callable[..., Window]]:
    """Opens a window on the first file."""

    def make_one(engine: FakeEngine | None = None, *, data: bool = True) -> Window:
        engine = engine or FakeEngine()
        window = Window(engine)
        qtbot.addWidget(window, before_close_func=lambda _: engine.open_gate())
        window.show()
        window.session.document.load(small_run(("data.source", str(files[0]))))
        if data:
            with qtbot.waitSignal(window.session.opened, timeout=LONG):
                window.session.begin()
        return window

    yield make_one
    door.open()


def _settled(qtbot: QtBot, window: Window) -> None:
    """What the last edit of the data leads to has begun."""
    qtbot.waitUntil(lambda: not window.session._supply._soon.isActive())


def _opened(qtbot: QtBot, window: Window, limit: int) -> None:
    """The data are open with this train limit, and no others are on their way."""
    session = window.session
    qtbot.waitUntil(lambda: session.data is not None and session.data.spec.train_limit == limit, timeout=LONG)
    _settled(qtbot, window)
    assert session._supply._coming is None


def _loading(qtbot: QtBot, window: Window, limit: int) -> None:
    window.session.document.set_value("data.train_limit", limit)
    _settled(qtbot, window)
    assert window.status.loading.isVisible()


# ------------------------------------------------------------------------------------- edits and undo


def test_an_edit_before_the_first_data_are_here_is_kept(
    make: Callable[..., Window], door: Door, qtbot: QtBot
) -> None:
    window = make(data=False)
    document = window.session.document
    steps = document.undo_stack.count()
    door.close()
    window.session.begin()
    document.set_value("data.train_limit", 100)
    door.open()
    _opened(qtbot, window, 100)
    assert document.spec.data.train_limit == 100
    assert document.undo_stack.count() == steps + 1


def test_an_edit_is_kept_even_if_its_own_load_has_not_begun(
    make: Callable[..., Window], door: Door, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make()
    monkeypatch.setattr(window.session._supply._soon, "start", lambda: None)
    door.close()
    window.session.document.set_value("data.train_limit", 50)
    window.session._supply._provide()
    window.session.document.set_value("data.train_limit", 150)
    door.open()
    _opened(qtbot, window, 150)
    assert window.session.document.spec.data.train_limit == 150


def test_undo_while_data_load_stands_and_can_be_redone(
    make: Callable[..., Window], door: Door, qtbot: QtBot
) -> None:
    window = make()
    document = window.session.document
    opened = QSignalSpy(window.session.opened)
    door.close()
    _loading(qtbot, window, 100)
    document.undo_stack.undo()
    door.open()
    qtbot.waitUntil(lambda: not window.status.loading.isVisible())
    _opened(qtbot, window, 0)
    assert document.spec.data.train_limit == 0
    assert document.undo_stack.canRedo()
    assert opened.count() == 0  # the views were not cleared for nothing
    assert window.status.message.text() == ""


def test_train_waits_no_more_when_undo_brings_back_the_open_data(
    make: Callable[..., Window], door: Door, qtbot: QtBot
) -> None:
    engine = FakeEngine()
    window = make(engine)
    door.close()
    _loading(qtbot, window, 100)
    window.session.train_or_pause()
    assert window.page.transport.train.text() == "Waiting…"
    window.session.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(engine.jobs) == 1)
    assert len(engine.jobs[0].data.train) > 200


def test_dropped_data_change_the_source_and_nothing_else(
    make: Callable[..., Window], door: Door, qtbot: QtBot, files: tuple[Path, Path]
) -> None:
    window = make()
    document = window.session.document
    door.close()
    window.session.open_data(str(files[1]))
    document.load_preset(with_value(load_preset("linear"), "data.train_limit", 80))
    door.open()
    _opened(qtbot, window, 80)
    assert window.session.data
    assert window.session.data.spec.source == str(files[1])
    assert document.spec.data == window.session.data.spec
    assert document.spec.name == "linear"


def test_a_failed_drop_leaves_the_edits_that_were_made_meanwhile(
    make: Callable[..., Window], door: Door, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make()
    door.close()
    window.session.open_data(str(tmp_path / "nothing.npy"))
    window.session.document.set_value("data.train_limit", 90)
    _settled(qtbot, window)
    with qtbot.waitSignal(window.session.trouble, timeout=LONG):
        door.open()
    _opened(qtbot, window, 90)


# ------------------------------------------------------------------------------ the data of a run's spec


def test_repeats_of_a_race_train_on_the_same_data_whatever_the_builder_says(
    make: Callable[..., Window], qtbot: QtBot
) -> None:
    engine = FakeEngine(steps=2, gate=threading.Semaphore(0))
    window = make(engine)
    session = window.session
    assert session.data
    runs = [small_run(), small_run(("training.lr", 0.01))]
    races = [racing(runs, Budget(), session.data.spec, session.data.data.shape, None) for _ in range(2)]
    window.races.start(races)
    session.document.set_value("data.train_limit", 100)
    _settled(qtbot, window)
    engine.open_gate()
    qtbot.waitUntil(lambda: len(engine.jobs) == 2 and session.trainer.is_at_rest, timeout=LONG)
    assert engine.jobs[0].data is engine.jobs[1].data
    _opened(qtbot, window, 100)  # the builder's turn comes when all have ended


def test_a_launch_waits_for_its_own_data(make: Callable[..., Window], door: Door, qtbot: QtBot) -> None:
    engine = FakeEngine()
    window = make(engine)
    run = small_run(("data", with_value(window.session.document.spec, "data.train_limit", 70).data))
    door.close()
    _loading(qtbot, window, 100)
    window.session.launch([Lane(run)])
    door.open()
    qtbot.waitUntil(lambda: len(engine.jobs) == 1, timeout=LONG)
    assert len(engine.jobs[0].data.train) == 70
    assert window.session.run == run


def test_a_launch_comes_before_data_that_were_asked_for(
    make: Callable[..., Window], door: Door, qtbot: QtBot, files: tuple[Path, Path]
) -> None:
    engine = FakeEngine()
    window = make(engine)
    run: RunSpec = window.session.document.spec
    door.close()
    window.session.open_data(str(files[1]))
    window.session.launch([Lane(run)])
    door.open()
    qtbot.waitUntil(lambda: len(engine.jobs) == 1, timeout=LONG)
    assert not window.status.loading.isVisible()
    assert window.session.data
    assert window.session.data.spec == run.data
    assert window.session.document.spec.data == run.data


# ------------------------------------------------------------------------------------ during a run


def test_an_edit_of_the_data_during_a_run_waits_for_its_end(
    make: Callable[..., Window], qtbot: QtBot
) -> None:
    window = make(FakeEngine())
    session, page = window.session, window.page
    with qtbot.waitSignal(session.trainer.snapshot):
        session.train_or_pause()
    run, opened = session.run, QSignalSpy(session.opened)
    session.document.set_value("data.seed", 5)
    _settled(qtbot, window)
    assert not window.status.loading.isVisible()
    assert session.run == run
    assert list(page.chart.table()[1])
    assert page.timeline.is_live
    session.stop()
    qtbot.waitUntil(lambda: opened.count() == 1, timeout=LONG)
    assert session.trainer.is_at_rest
    assert session.data
    assert session.data.spec.seed == 5


def test_data_are_not_opened_while_a_run_is_under_way(
    make: Callable[..., Window], qtbot: QtBot, files: tuple[Path, Path]
) -> None:
    window = make()
    session = window.session
    session.train_or_pause()
    before = session.document.spec
    session.open_data(str(files[1]))
    assert "while a run is under way; stop it first, then open second.npy" in window.banner.sentence.text()
    assert not window.status.loading.isVisible()
    assert session.document.spec == before
    assert session.trainer.state is State.RUNNING


def test_train_waits_for_data_that_were_asked_for(
    make: Callable[..., Window], door: Door, qtbot: QtBot, files: tuple[Path, Path]
) -> None:
    engine = FakeEngine()
    window = make(engine)
    door.close()
    window.session.open_data(str(files[1]))
    qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)
    assert window.page.transport.train.text() == "Waiting…"
    door.open()
    qtbot.waitUntil(lambda: len(engine.jobs) == 1, timeout=LONG)
    assert window.session.run
    assert window.session.run.data.source == str(files[1])
    assert engine.jobs[0].data.name == "second"


def test_a_restart_that_is_given_up_leaves_the_run_its_data(
    make: Callable[..., Window], door: Door, qtbot: QtBot
) -> None:
    window = make()
    session = window.session
    session.train_or_pause()
    run, opened = session.run, QSignalSpy(session.opened)
    session.document.set_value("data.train_limit", 100)
    door.close()
    session.restart()
    assert window.page.transport.train.text() == "Waiting…"
    session.train_or_pause()
    door.open()
    assert not window.status.loading.isVisible()
    assert window.page.transport.train.text() == "Pause"
    assert (session.run, opened.count()) == (run, 0)


# -------------------------------------------------------------------------------- what cannot be opened


def _without_its_data(window: Window, qtbot: QtBot, folder: Path) -> tuple[Window, QSignalSpy]:
    """The window once it has said that its document's data are missing, and what counts its troubles."""
    troubles = QSignalSpy(window.session.trouble)
    window.session.document.set_value("data.source", str(folder / "moved"))
    qtbot.waitUntil(lambda: troubles.count() == 1, timeout=LONG)
    return window, troubles


def test_data_that_cannot_be_opened_are_tried_again_by_train_and_by_no_other_edit(
    make: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window, troubles = _without_its_data(make(), qtbot, tmp_path)
    session = window.session
    session.document.set_value("training.lr", 0.002)
    _settled(qtbot, window)
    assert session._supply._coming is None
    assert troubles.count() == 1
    session.train_or_pause()
    qtbot.waitUntil(lambda: troubles.count() == 2, timeout=LONG)
    assert session.trainer.state is State.IDLE
    session.document.set_value("data.source", str(tmp_path / "moved as well"))
    qtbot.waitUntil(lambda: troubles.count() == 3, timeout=LONG)


def test_a_failed_drop_is_told_though_the_documents_data_are_missing(
    make: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window, troubles = _without_its_data(make(), qtbot, tmp_path)
    session = window.session
    session.open_data(str(tmp_path / "dropped.npy"))
    qtbot.waitUntil(lambda: troubles.count() == 2, timeout=LONG)
    _settled(qtbot, window)
    assert session._supply._coming is None
    assert "dropped.npy" in window.banner.sentence.text()


def test_data_whose_opening_was_cancelled_come_when_they_are_wanted_again(
    make: Callable[..., Window], door: Door, qtbot: QtBot
) -> None:
    window = make()
    door.close()
    _loading(qtbot, window, 100)
    window.status.cancel.click()
    assert window.status.message.text() == "Opening the data was cancelled"
    _settled(qtbot, window)
    window.session.document.set_value("training.lr", 0.002)
    _settled(qtbot, window)
    assert not window.status.loading.isVisible()
    door.open()
    window.session.train_or_pause()
    _opened(qtbot, window, 100)
    assert window.session.trainer.state is State.RUNNING
