"""A run that waits is trained once, after what is under way, and stays in the queue where it cannot begin."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from aestudio.library.lane import Lane
from aestudio.library.queue import Queued, RunQueue
from aestudio.qt.shelf.queue_panel import QueuePanel
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Callable[..., Window]:
    def open_one(engine: FakeEngine, *names: str) -> Window:
        window = Window(engine)
        qtbot.addWidget(window, before_close_func=lambda _: engine.open_gate())
        window.show()
        window.chapters.make_ready()
        with qtbot.waitSignal(window.session.opened, timeout=60_000):
            window.session.begin()
        spec = window.session.document.spec
        gone = with_value(spec, "data.source", str(tmp_path / "gone.npy"))
        RunQueue(tmp_path).add(Queued(run=gone if name == "gone" else spec, name=name) for name in names)
        window.chapters.use_workspace(tmp_path)
        qtbot.waitUntil(lambda: len(_panel(window).entries) == len(names))
        return window

    return open_one


def _panel(window: Window) -> QueuePanel:
    assert window.chapters.runs_page
    return window.chapters.runs_page.queue


def _waiting(window: Window) -> list[str]:
    assert window.session.workspace
    return [entry.name for entry in RunQueue(window.session.workspace).read()]


def _trained(engine: FakeEngine) -> list[str]:
    return [job.lanes[0].name for job in engine.jobs]


def test_a_double_click_begins_one(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine(gate=threading.Semaphore(0))
    window = open_window(engine, "a", "b", "c")
    for _ in range(2):
        qtbot.mouseClick(_panel(window).train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _trained(engine) == ["a"])
    qtbot.waitUntil(lambda: not _panel(window)._errands.is_busy)
    assert _waiting(window) == ["b", "c"]
    qtbot.mouseClick(_panel(window).train, Qt.MouseButton.LeftButton)
    assert "A run is under way" in window.status.message.text()
    assert _waiting(window) == ["b", "c"]


def test_what_cannot_begin_stays_and_the_others_go_on(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    engine = FakeEngine(steps=1)
    window = open_window(engine, "a", "gone", "b")
    panel = _panel(window)
    panel.automatic.setChecked(True)
    with qtbot.waitSignal(window.session.trouble, check_params_cb=lambda told: "gone.npy" in told):
        panel.ask_for_next()
    qtbot.waitUntil(lambda: len(engine.closed) == 2 and window.session.trainer.is_at_rest)
    assert _trained(engine) == ["a", "b"]
    assert _waiting(window) == ["gone"]
    with qtbot.waitSignal(window.session.trouble, check_params_cb=lambda told: "gone.npy" in told):
        panel.ask_for_next()  # a person may: the file may be there again
    qtbot.waitUntil(lambda: [entry.name for entry in panel.entries] == ["gone"])
    assert _waiting(window) == ["gone"]


def test_what_waits_for_its_data_is_not_lost_with_the_window(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine(), "gone", "b")
    with qtbot.waitSignal(window.session.waiting):
        _panel(window).ask_for_next()
    assert _waiting(window) == ["b"]
    window.close()
    assert _waiting(window) == ["gone", "b"]


def test_what_another_program_took_is_passed_over(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine(steps=1)
    window = open_window(engine, "a", "b")
    assert window.session.workspace
    RunQueue(window.session.workspace).take()
    _panel(window).automatic.setChecked(True)
    _panel(window).end()
    qtbot.waitUntil(lambda: _trained(engine) == ["b"])


def test_repeats_of_a_race_come_before_the_queue(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine(steps=1, gate=threading.Semaphore(0))
    window = open_window(engine, "queued")
    panel, spec = _panel(window), window.session.document.spec
    panel.automatic.setChecked(True)
    window.races.start([(Lane(spec, name=f"race {i}"), Lane(spec)) for i in range(3)])
    for repeat in (1, 2):
        assert engine.gate
        engine.gate.release()
        qtbot.waitUntil(lambda n=repeat: len(engine.jobs) == n + 1)
        qtbot.waitUntil(lambda: not panel._errands.is_busy)
        assert _waiting(window) == ["queued"]
    engine.open_gate()
    qtbot.waitUntil(lambda: len(engine.closed) == 4)
    assert _waiting(window) == []
    assert _trained(engine) == ["race 0", "race 1", "race 2", "queued"]
