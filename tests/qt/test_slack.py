"""Memory that was freed goes back to the system when long work has ended, on the thread that did it."""

from __future__ import annotations

import platform
import threading
from typing import TYPE_CHECKING, Any

import pytest

from aestudio.qt.bars.status import resident_mb
from aestudio.qt.running import background, slack, trainer
from tests.qt.fakes import FakeEngine, lanes

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PIECES, BYTES = 2000, 64_000  # 128 MB, each below what glibc asks the system for by itself
ANY: Any = None


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The threads that gave memory back."""
    threads: list[int] = []
    for module in (background, trainer):
        monkeypatch.setattr(module, "give_back", lambda: threads.append(threading.get_native_id()))
    return threads


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed")
def test_what_was_freed_goes_back() -> None:
    pieces = [bytearray(BYTES) for _ in range(PIECES)]
    last = bytearray(BYTES)  # what lies behind it cannot go back by itself
    most = resident_mb()
    del pieces
    slack.give_back()
    assert resident_mb() < most - 0.8 * PIECES * BYTES / 1e6
    assert last


def test_without_glibc_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack.sys, "platform", "darwin")
    slack._malloc_trim.cache_clear()
    try:
        assert slack._malloc_trim() is None
        slack.give_back()
    finally:
        slack._malloc_trim.cache_clear()


def test_long_work_gives_back_and_short_work_does_not(
    qtbot: QtBot, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for least, times in ((3600.0, 0), (0.0, 1)):
        worker = background.Background()
        monkeypatch.setattr(background, "_LONG_SECONDS", least)
        with qtbot.waitSignal(worker.done) as told:
            worker.start(lambda _: threading.get_native_id())
        worker.close()
        worker.deleteLater()
        assert len(given) == times
    assert told.args == given


def test_a_run_gives_back_when_it_has_ended(qtbot: QtBot, given: list[int]) -> None:
    runs = trainer.Trainer(FakeEngine(steps=3))
    with qtbot.waitSignal(runs.rested):
        runs.start(lanes(), ANY)
    assert len(given) == 1
    assert given != [threading.get_native_id()]
    runs.close()
    runs.deleteLater()
