"""The training thread: it does at once what it is told, and what it tells arrives in order or not at all."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot

from aestudio.qt.running.trainer import NICENESS, Job, State, Trainer, _Thread
from aestudio.qt.running.wishes import Wishes
from aestudio.spec.faults import UserError
from aestudio.training.events import Event, Stepped, Wanted
from tests.qt.fakes import FakeEngine, lanes, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from pytestqt.qtbot import QtBot

ANY: Any = None  # the fake engine looks at neither the spec nor the data


class Listener(QObject):
    """Notes what arrives, and on which thread."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__(trainer)
        self.run_ids: list[str] = []
        self.steps: list[int] = []
        self.threads: set[QThread] = set()
        trainer.snapshot.connect(self.on_snapshot)

    @Slot(object)
    def on_snapshot(self, event: Any) -> None:
        self.run_ids.append(event.run_id)
        self.steps.append(event.step)
        self.threads.add(QThread.currentThread())


class Made:
    """Makes trainers that are closed when the test ends."""

    def __init__(self) -> None:
        self.made: list[tuple[Trainer, FakeEngine]] = []

    def __call__(self, engine: FakeEngine) -> Trainer:
        trainer = Trainer(engine)
        self.made.append((trainer, engine))
        return trainer


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Made]:
    made = Made()
    yield made
    for trainer, engine in made.made:
        engine.open_gate()
        trainer.close()
        trainer.deleteLater()


def _sleeps(trainer: Trainer) -> bool:
    """Whether the training thread waits for something new to be wanted."""
    return trainer._wishes._drawn and bool(trainer._wishes._changed._waiters)  # type: ignore[attr-defined]  # there is no public way


def test_a_run_tells_its_events_in_order(make: Made, qtbot: QtBot) -> None:
    trainer = make(FakeEngine(steps=3, epochs=2))
    order = [
        trainer.started,
        trainer.epoch_ended,
        trainer.epoch_ended,
        trainer.floors_known,
        trainer.finished,
    ]
    with qtbot.waitSignals([*order, trainer.measured], order="strict"):
        trainer.start(lanes(), ANY)
    assert trainer.state is State.IDLE


def test_events_arrive_on_the_gui_thread(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine(steps=5)
    trainer = make(engine)
    listener = Listener(trainer)
    with qtbot.waitSignal(trainer.measured):
        trainer.start(lanes(), ANY)
    assert listener.threads == {trainer.thread()}
    assert engine.native_ids != [threading.get_native_id()]


def test_pause_answers_within_one_batch(make: Made, qtbot: QtBot) -> None:
    gate = threading.Semaphore(3)
    engine = FakeEngine(gate=gate)
    trainer = make(engine)
    trainer.start(lanes(), ANY)
    qtbot.waitUntil(lambda: len(engine.wanted) == 4)  # the fourth step was granted and waits at the gate
    trainer.pause()
    with qtbot.waitSignal(trainer.snapshot, check_params_cb=lambda shown: shown.complete):
        gate.release(10)
    assert engine.trained == 4
    assert trainer.state is State.PAUSED


def test_step_trains_one_batch(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    trainer.start(lanes(), ANY, paused=True)
    for count in (1, 2, 3):
        with qtbot.waitSignal(
            trainer.snapshot, check_params_cb=lambda s, n=count: s.complete and s.step == n
        ):
            trainer.step()
        assert engine.trained == count


def test_a_paused_run_sleeps_once_all_is_shown(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    with qtbot.waitSignal(trainer.snapshot, check_params_cb=lambda s: s.complete):
        trainer.start(lanes(), ANY, paused=True)
    qtbot.waitUntil(lambda: _sleeps(trainer))
    assert [wanted.hold for wanted in engine.wanted] == [True]
    with qtbot.waitSignal(trainer.snapshot, check_params_cb=lambda s: list(s.pictures.pins) == [7]):
        trainer.watch(pins=(7,))
    assert [wanted.hold for wanted in engine.wanted] == [True, True]


def test_resume_goes_on(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    trainer.start(lanes(), ANY, paused=True)
    qtbot.waitUntil(lambda: _sleeps(trainer))
    trainer.resume()
    qtbot.waitUntil(lambda: engine.trained > 10)
    assert trainer.state is State.RUNNING


@pytest.mark.parametrize("paused", [False, True])
def test_stop_ends_with_figures(make: Made, qtbot: QtBot, paused: bool) -> None:
    trainer = make(FakeEngine())
    trainer.start(lanes(), ANY, paused=paused)
    with qtbot.waitSignal(trainer.measured), qtbot.waitSignal(trainer.finished) as told:
        trainer.stop()
    assert told.args
    assert told.args[0].reason == "stopped"
    assert trainer.state is State.IDLE


def test_live_values_reach_the_next_step(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    trainer.start(lanes(), ANY)
    weights = {"l1": 0.5}
    trainer.set_live(0.01, weights)
    weights["l1"] = 9.0
    qtbot.waitUntil(lambda: engine.wanted[-1:] != [] and engine.wanted[-1].lr == 0.01)
    assert engine.wanted[-1].weights == {"l1": 0.5}


def test_what_is_watched_is_kept_for_the_next_run(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine(steps=2)
    trainer = make(engine)
    trainer.watch(pins=(3, 4), scatter=False)
    with qtbot.waitSignal(trainer.measured):
        trainer.start(lanes(), ANY)
    assert (engine.wanted[-1].pins, engine.wanted[-1].scatter) == ((3, 4), False)


def test_the_next_picture_waits_until_the_last_is_drawn() -> None:
    wishes = Wishes()
    assert wishes.ask().pictures
    wishes.sent(snapshot("r", 1))
    assert not wishes.ask().pictures
    assert not wishes.ask().scatter
    wishes.drawn()
    assert wishes.ask().pictures


def test_a_slow_view_does_not_make_a_queue(make: Made, qtbot: QtBot) -> None:
    """While the window is busy, the run goes on and sends nothing more."""
    gate = threading.Semaphore(1)
    engine = FakeEngine(gate=gate)
    trainer = make(engine)
    listener = Listener(trainer)
    trainer._painted.blockSignals(True)  # the view never gets to paint
    trainer.start(lanes(), ANY)
    gate.release(50)
    qtbot.waitUntil(lambda: engine.trained == 51)
    assert listener.steps == [1]
    assert [wanted.pictures for wanted in engine.wanted[:51]] == [True] + 50 * [False]
    trainer._painted.blockSignals(False)
    trainer._painted.start()
    with qtbot.waitSignal(trainer.snapshot):
        engine.open_gate()


def test_events_of_an_earlier_run_are_dropped(make: Made, qtbot: QtBot) -> None:
    trainer = make(FakeEngine())
    listener = Listener(trainer)
    (first,), (second,) = lanes(), lanes()
    trainer.start([first], ANY)
    trainer.start([second], ANY)
    trainer._on_told(snapshot(first.run_id, 1))
    trainer._on_failed(first.run_id, "of no concern")
    assert trainer.state is State.RUNNING
    qtbot.waitUntil(lambda: len(listener.run_ids) > 2)
    assert set(listener.run_ids) == {second.run_id}


def test_a_new_run_waits_for_the_thread_of_the_old(make: Made, qtbot: QtBot) -> None:
    measuring = threading.Event()
    engine = FakeEngine(measuring=measuring)
    trainer = make(engine)
    (first,), (second,) = lanes(), lanes()
    trainer.start([first], ANY)
    with qtbot.waitSignal(trainer.finished):
        trainer.stop()
    trainer.start([second], ANY)
    assert len(engine.jobs) == 1
    with qtbot.waitSignal(trainer.started) as told, qtbot.assertNotEmitted(trainer.measured):
        measuring.set()
    assert told.args
    assert told.args[0].run_id == second.run_id
    assert engine.closed == [first.run_id]


def test_an_error_of_the_user_is_shown_as_it_is(make: Made, qtbot: QtBot) -> None:
    error = UserError("loss is nan at step 2 (lr 0.1); try 0.001")
    trainer = make(FakeEngine(fail_at=2, error=error))
    with qtbot.waitSignal(trainer.failed) as told:
        trainer.start(lanes(), ANY)
    assert told.args == ["loss is nan at step 2 (lr 0.1); try 0.001"]
    assert trainer.state is State.IDLE


def test_any_other_error_is_a_sentence_and_in_the_log(
    make: Made, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    trainer = make(FakeEngine(fail_at=2, error=ZeroDivisionError("secret detail")))
    with qtbot.waitSignal(trainer.failed) as told:
        trainer.start(lanes(), ANY)
    assert told.args
    assert told.args[0].startswith("the run ended on an unexpected error (ZeroDivisionError)")
    assert "secret detail" in caplog.text
    assert "Traceback" in caplog.text


def test_after_an_error_the_next_run_works(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine(steps=3, fail_at=2, error=ZeroDivisionError())
    trainer = make(engine)
    with qtbot.waitSignal(trainer.failed):
        trainer.start(lanes(), ANY)
    engine.error = None
    with qtbot.waitSignal(trainer.measured):
        trainer.start(lanes(), ANY)


@pytest.mark.parametrize("paused", [False, True])
def test_close_in_mid_run_waits_for_the_thread(make: Made, qtbot: QtBot, paused: bool) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    listener = Listener(trainer)
    trainer.start(lanes(), ANY, paused=paused)
    qtbot.waitUntil(lambda: listener.steps != [])
    trainer.close()
    assert len(engine.closed) == 1
    assert not any(thread.isRunning() for thread in trainer.findChildren(_Thread))


def test_a_run_that_does_not_ask_is_given_up_all_the_same(make: Made, qtbot: QtBot) -> None:
    class Deaf(FakeEngine):
        def __call__(
            self, job: Job, asks: Sequence[Callable[[], Wanted]], abandoned: Callable[[], bool]
        ) -> Generator[Event, None, None]:
            while True:
                self.trained += 1
                yield Stepped(job.lanes[0].run_id, 1)

    engine = Deaf()
    trainer = make(engine)
    trainer.start(lanes(), ANY)
    qtbot.waitUntil(lambda: engine.trained > 10)
    trainer.close()
    assert not any(thread.isRunning() for thread in trainer.findChildren(_Thread))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_the_thread_yields_to_the_window(make: Made, qtbot: QtBot) -> None:
    engine = FakeEngine()
    trainer = make(engine)
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with qtbot.waitSignal(trainer.started):
        trainer.start(lanes(), ANY)
    assert os.getpriority(os.PRIO_PROCESS, engine.native_ids[0]) == min(19, own + NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
