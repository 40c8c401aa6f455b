"""Work off the GUI thread: its result arrives, unless newer work took its place."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from aestudio.qt.running.background import Background, Progress
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    worker = Background()
    yield worker
    worker.close()
    worker.deleteLater()


def _thread_of(progress: Progress) -> int:
    return threading.get_native_id()


def _failing(error: Exception) -> Any:
    def work(progress: Progress) -> None:
        raise error

    return work


def test_it_works_on_another_thread(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.done) as told:
        background.start(_thread_of)
    assert told.args
    assert told.args != [threading.get_native_id()]
    assert not background.is_busy


def test_it_tells_how_far_it_is(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.told) as told:
        background.start(lambda progress: progress(0.5, "half"))
    assert told.args == [0.5, "half"]


def test_newer_work_supersedes_older(background: Background, qtbot: QtBot) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def old(progress: Progress) -> str:
        begun.set()
        go_on.wait(30)
        return "old"

    background.start(old)
    assert begun.wait(30)
    with qtbot.waitSignal(background.done) as told:
        background.start(lambda progress: "new")
        go_on.set()
    assert told.args == ["new"]


def test_a_result_in_flight_is_dropped_after_cancel(background: Background, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(background.done):
        background.start(lambda progress: "unwanted")
        thread = background._thread
        assert thread
        thread.wait()  # its result waits in the queue by now
        background.cancel()
        qtbot.waitUntil(lambda: background._thread is None)


def test_cancelled_work_stops_at_its_next_word(background: Background, qtbot: QtBot) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(progress: Progress) -> None:
        try:
            while True:
                progress(0.0, "going round")
                begun.set()
        finally:
            ended.set()

    with qtbot.assertNotEmitted(background.failed):
        background.start(endless)
        assert begun.wait(30)
        background.close()
    assert ended.is_set()


def test_an_error_of_the_user_is_told_as_it_is(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.failed) as told:
        background.start(_failing(UserError("a.csv is empty; give it rows")))
    assert told.args == ["a.csv is empty; give it rows"]


def test_any_other_error_is_a_sentence_and_in_the_log(
    background: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with qtbot.waitSignal(background.failed) as told:
        background.start(_failing(ZeroDivisionError("secret detail")))
    assert told.args
    assert "unexpected error (ZeroDivisionError)" in told.args[0]
    assert "secret detail" in caplog.text


def test_a_storm_of_progress_does_not_flood_the_window(background: Background, qtbot: QtBot) -> None:
    told: list[float] = []

    def work(progress: Progress) -> None:
        for count in range(10_000):
            progress(count / 10_000, "counting")

    background.told.connect(lambda share, doing: told.append(share))
    with qtbot.waitSignal(background.done):
        background.start(work)
    assert len(told) < 1000


def test_after_the_end_nothing_begins(background: Background) -> None:
    """Such as by a timer that fires while the window is being taken apart."""
    background.close()
    begun: list[int] = []
    background.start(lambda _: begun.append(1))
    assert not background.is_busy
    background.close()
    assert not begun
