"""The thread that trains, and nothing else: the generator runs there, and its events arrive here."""

from __future__ import annotations

import enum
import itertools
import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from aestudio.qt.running.wishes import Wishes
from aestudio.spec.faults import UserError
from aestudio.training.events import (
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    Measured,
    Snapshot,
    Started,
    Stepped,
    Wanted,
)

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.spec.run import RunSpec

log = logging.getLogger(__name__)

NICENESS = 5
"""How much the training thread yields to the window's, where the system has it."""


class Engine(Protocol):
    """What drives a run; :func:`aestudio.qt.running.engine.run_experiment`, or a stand-in in tests."""

    def __call__(self, job: Job, ask: Callable[[], Wanted], abandoned: Callable[[], bool]) -> Iterator[Event]:
        """The run's events, computed as they are asked for; none once it is ``abandoned``."""
        ...


@dataclass(frozen=True)
class Job:
    """One run to be done."""

    run: RunSpec
    data: Dataset
    device: str
    run_id: str


class State(enum.Enum):
    """Where a run stands, as buttons need to know."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class _Thread(QThread):
    """Drives one run's generator. It shares nothing with the window but the wishes."""

    told = Signal(str, object)
    failed = Signal(str, str)

    def __init__(self, engine: Engine, job: Job, wishes: Wishes, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self._engine, self._job, self._wishes = engine, job, wishes

    def run(self) -> None:
        """Pass on every event until the run ends, fails, or nobody wants it any more."""
        _yield_to_the_window()
        try:
            for event in self._engine(self._job, self._wishes.ask, self.isInterruptionRequested):
                if self.isInterruptionRequested():
                    return
                if isinstance(event, Snapshot):
                    self._wishes.sent(event)
                if not isinstance(event, Stepped):
                    self.told.emit(self._job.run_id, event)
        except UserError as error:
            self.failed.emit(self._job.run_id, str(error))
        except Exception as error:
            log.exception("run %s ended on an unexpected error", self._job.run_id)
            self.failed.emit(self._job.run_id, _unexpected(error))


def _yield_to_the_window() -> None:
    """Lower this thread's priority, and with it that of the threads which torch starts from here."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":  # elsewhere it would take the process
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, min(19, os.getpriority(os.PRIO_PROCESS, me) + NICENESS))


def _unexpected(error: Exception) -> str:
    kind = type(error).__name__
    return f"the run ended on an unexpected error ({kind}); Help > Copy Diagnostics gives the details"


class Trainer(QObject):
    """Starts, pauses and stops runs, one at a time, and tells what they tell, on the GUI thread."""

    started = Signal(object)
    snapshot = Signal(object)
    epoch_ended = Signal(object)
    floors_known = Signal(object)
    finished = Signal(object)
    measured = Signal(object)
    failed = Signal(str)
    state_changed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._state = State.IDLE
        self._numbers = itertools.count(1)
        self._run_id = ""
        self._wishes = Wishes()
        self._watched: dict[str, Any] = {"pictures": True, "scatter": True, "pins": ()}
        self._thread: _Thread | None = None
        self._next: tuple[Job, Wishes] | None = None
        # Its timeout comes after the paint events that a snapshot has caused.
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._on_painted)
        self._signals: dict[type[Event], Any] = {
            Started: self.started,
            Snapshot: self.snapshot,
            EpochEnded: self.epoch_ended,
            FloorsKnown: self.floors_known,
            Finished: self.finished,
            Measured: self.measured,
        }

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._state

    def start(self, run: RunSpec, data: Dataset, device: str = "auto", *, paused: bool = False) -> str:
        """Begin a run, paused before its first step if wished, and give its id.

        A run that is still under way is given up; its thread is waited for without holding up the window.
        """
        self._run_id = f"run {next(self._numbers)}"
        self._wishes.stop()
        self._wishes = Wishes(Wanted(**self._watched), paused=paused)
        self._next = Job(run, data, device, self._run_id), self._wishes
        if self._thread is None:
            self._start_next()
        else:
            self._thread.requestInterruption()
        self._become(State.PAUSED if paused else State.RUNNING)
        return self._run_id

    @Slot()
    def pause(self) -> None:
        """Stop before the next batch; the pictures are brought up to date."""
        if self._state is State.RUNNING:
            self._wishes.pause()
            self._become(State.PAUSED)

    @Slot()
    def resume(self) -> None:
        """Go on where it paused."""
        if self._state is State.PAUSED:
            self._wishes.resume()
            self._become(State.RUNNING)

    @Slot()
    def step(self) -> None:
        """Train one batch, then pause."""
        if self._state in (State.RUNNING, State.PAUSED):
            self._wishes.step()
            self._become(State.PAUSED)

    @Slot()
    def stop(self) -> None:
        """End the run after the batch under way; its figures follow."""
        if self._state in (State.RUNNING, State.PAUSED):
            self._wishes.stop()
            self._become(State.STOPPING)

    @Slot(float, dict)
    def set_live(self, lr: float, weights: dict[str, float]) -> None:
        """Use this peak learning rate and these penalty weights from the next step on."""
        self._wishes.want(lr=lr, weights=weights)

    def watch(self, **watched: Any) -> None:
        """Say what is looked at: ``pictures``, ``scatter``, ``pins``, as in Wanted; kept between runs."""
        self._watched |= watched
        self._wishes.want(**watched)

    def close(self) -> None:
        """Give up what is under way and wait for its thread."""
        self._run_id, self._next = "", None
        self._wishes.stop()
        if self._thread:
            self._thread.requestInterruption()
            self._thread.wait()
        self._become(State.IDLE)

    def _start_next(self) -> None:
        if self._next:
            (job, wishes), self._next = self._next, None
            self._thread = _Thread(self._engine, job, wishes, self)
            self._thread.told.connect(self._on_told)
            self._thread.failed.connect(self._on_failed)
            self._thread.finished.connect(self._on_thread_finished)
            self._thread.start(QThread.Priority.LowPriority)

    @Slot(str, object)
    def _on_told(self, run_id: str, event: Event) -> None:
        if run_id != self._run_id:
            return  # queued before another run began: it belongs to one no longer shown
        if isinstance(event, Finished):
            self._become(State.IDLE)
        if isinstance(event, Snapshot):
            self._painted.start()  # first, so that a view which fails to draw holds up nothing
        self._signals[type(event)].emit(event)

    @Slot(str, str)
    def _on_failed(self, run_id: str, sentence: str) -> None:
        if run_id == self._run_id:
            self._become(State.IDLE)
            self.failed.emit(sentence)

    @Slot()
    def _on_thread_finished(self) -> None:
        if self._thread:
            self._thread.wait()  # the signal comes a little before the thread is gone
            self._thread.deleteLater()
            self._thread = None
        if self._next:
            self._start_next()
        elif self._state is not State.IDLE:
            self._become(State.IDLE)  # it ended without a word

    @Slot()
    def _on_painted(self) -> None:
        self._wishes.drawn()

    def _become(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
