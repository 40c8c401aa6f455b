"""Races in the window: each lane keeps to its own values, repeats follow each other, and all are compared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from aestudio.library.lane import Lane
from aestudio.qt.pages.compare import ComparePage
from aestudio.qt.races import _reseeded
from aestudio.qt.running.launches import racing
from aestudio.qt.running.trainer import State
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from aestudio.spec.fairness import Budget
from tests.qt.fakes import FakeEngine
from tests.qt.windows import open_window_on

LONG = 60_000

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def open_window(qtbot: QtBot) -> Callable[[FakeEngine], Window]:
    return partial(open_window_on, qtbot, pages=True)


def _lanes(window: Window, *rates: float) -> tuple[Lane, ...]:
    spec = window.session.document.spec
    return tuple(Lane(with_value(spec, "training.lr", rate), group="race") for rate in rates)


def _repeats(window: Window, count: int) -> list[tuple[Lane, ...]]:
    return [_reseeded(_lanes(window, 0.001, 0.02), seed) for seed in range(count)]


def _seeds(engine: FakeEngine) -> list[int]:
    return [job.lanes[0].run.training.seed for job in engine.jobs]


def test_a_slider_moves_no_lane_of_a_race(open_window: Callable[[FakeEngine], Window], qtbot: QtBot) -> None:
    engine = FakeEngine(gate=threading.Semaphore(0))
    window = open_window(engine)
    trainer, knobs = window.session.trainer, window.page.transport.knobs
    window.races.start([_lanes(window, 0.001, 0.02)])
    window.book.turn_to(window.chapters.train)
    for knob in knobs.knobs.values():
        assert not knob.isEnabled()
        assert "In a race" in knob.toolTip()
        qtbot.keyClick(knob.slider, Qt.Key.Key_PageUp)
    assert trainer._wishes._wanted.lr is None
    window.session.restart()
    qtbot.keyClick(knobs.knobs["training.lr"].slider, Qt.Key.Key_PageUp)
    assert trainer._wishes._wanted.lr is not None


def test_repeats_become_one_row_with_their_spread(qtbot: QtBot, tmp_path: Path) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    session = window.session
    small = with_value(with_value(session.document.spec, "training.epochs", 1), "data.train_limit", 512)
    session.document.load(small)
    window.chapters.use_workspace(tmp_path)
    with qtbot.waitSignal(session.opened, timeout=LONG):
        session.begin()
    runs = [small, with_value(small, "training.lr", 0.02)]
    lanes = racing(runs, Budget(), small.data, session.data.data.shape, tmp_path)  # type: ignore[union-attr]
    page = window.book.page(window.chapters.compare)
    assert isinstance(page, ComparePage)
    window.races.start([_reseeded(lanes, seed) for seed in range(2)])
    qtbot.waitUntil(lambda: len(page.contest.runs) == 4, timeout=LONG)
    seeds = [(run.run.training.lr, run.run.training.seed) for run in page.contest.runs]
    assert sorted(seeds) == [(0.004, 0), (0.004, 1), (0.02, 0), (0.02, 1)]
    qtbot.waitUntil(lambda: sum(bool(row.spread) for row in page.contest.rows) == 2, timeout=LONG)


def test_a_race_that_ends_leaves_the_page_that_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    small = with_value(window.session.document.spec, "training.epochs", 1)
    small = with_value(small, "data.train_limit", 512)
    window.session.document.load(small)
    window.chapters.make_ready()
    window.chapters.use_workspace(tmp_path)
    with qtbot.waitSignal(window.session.opened, timeout=LONG):
        window.session.begin()
    lanes = tuple(Lane(run, workspace=tmp_path) for run in (small, with_value(small, "training.lr", 0.02)))
    window.races.start([lanes])
    assert window.book.place == window.chapters.compare
    window.book.turn_to(window.chapters.pictures)
    page = window.book.page(window.chapters.compare)
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: len(page.contest.runs) == 2, timeout=LONG)
    assert window.book.place == window.chapters.pictures
    folders = tuple(run.folder for run in page.contest.runs)
    window.chapters.runs_page.compare_wanted.emit(folders)  # type: ignore[union-attr]  # it is made
    assert window.book.place == window.chapters.compare
    qtbot.waitUntil(lambda: len(page.contest.mapped) == 3, timeout=LONG)


def test_a_report_that_nobody_named_is_not_replaced(
    open_window: Callable[[FakeEngine], Window],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, report = open_window(FakeEngine()), tmp_path / "report.html"
    report.write_text("of long ago", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report"), ""))
    with qtbot.waitSignal(window.session.trouble) as told:
        window.races.save_report(())
    assert told.args is not None
    assert "give its full name to replace it" in told.args[0]
    assert report.read_text(encoding="utf-8") == "of long ago"


def test_another_run_ends_the_repeats(open_window: Callable[[FakeEngine], Window], qtbot: QtBot) -> None:
    engine = FakeEngine(steps=2, gate=threading.Semaphore(0))
    window = open_window(engine)
    window.races.start(_repeats(window, 3))
    window.session.restart()
    engine.open_gate()
    with qtbot.waitSignal(window.session.trainer.rested):
        pass
    assert [len(job.lanes) for job in engine.jobs][-1] == 1
    assert window.session.trainer.state is State.IDLE
