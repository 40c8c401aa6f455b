"""The thread that trains, and nothing else: the generator runs there, and its events arrive here."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from aestudio.qt.running.seldom import Seldom
from aestudio.qt.running.slack import give_back
from aestudio.qt.running.wishes import Wishes
from aestudio.qt.running.yielding import yield_to_the_window
from aestudio.spec.faults import UserError
from aestudio.training.events import (
    Checkpoint,
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    LaneFailed,
    Measured,
    Snapshot,
    Started,
    Stepped,
    Wanted,
)

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.library.lane import Lane

log = logging.getLogger(__name__)

NICENESS = 5
"""How much the training thread yields to the window's, where the system has it."""


class Engine(Protocol):
    """What drives runs; :func:`aestudio.qt.running.engine.run_lanes`, or a stand-in in tests."""

    def __call__(
        self, job: Job, asks: Sequence[Callable[[], Wanted]], abandoned: Callable[[], bool]
    ) -> Generator[Event, None, None]:
        """The events of all lanes, computed as they are asked for; none once they are ``abandoned``."""
        ...


@dataclass(frozen=True)
class Job:
    """What is to be trained: one lane, or several in a race."""

    lanes: tuple[Lane, ...]
    data: Dataset
    device: str


class State(enum.Enum):
    """Where a run stands, as buttons need to know."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class _Thread(QThread):
    """Drives one job's generator. It shares nothing with the window but the wishes."""

    told = Signal(object)
    failed = Signal(str, str)

    def __init__(self, engine: Engine, job: Job, wishes: Wishes, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self._engine, self._job, self._wishes = engine, job, wishes
        self._places = {lane.run_id: place for place, lane in enumerate(job.lanes)}

    def run(self) -> None:
        """Train, and give back the memory that it took."""
        yield_to_the_window(NICENESS)
        self._train()
        give_back()

    def _train(self) -> None:
        """Pass on every event until all is over, fails, or nobody wants it any more."""
        asks = [partial(self._wishes.ask, place) for place in range(len(self._job.lanes))]
        first = self._job.lanes[0].run_id
        try:
            with closing(self._engine(self._job, asks, self.isInterruptionRequested)) as events:
                for event in events:
                    if self.isInterruptionRequested():
                        return
                    self._pass_on(event)
        except UserError as error:
            self.failed.emit(first, str(error))
        except Exception as error:
            log.exception("run %s ended on an unexpected error", first)
            self.failed.emit(first, _unexpected(error))

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, (Stepped, Checkpoint)):
            return
        if isinstance(event, Snapshot):
            self._wishes.sent(event, self._places[event.run_id])
        elif isinstance(event, (Finished, LaneFailed)):
            self._wishes.over(self._places[event.run_id])
        self.told.emit(event)


def _unexpected(error: Exception) -> str:
    kind = type(error).__name__
    return f"the run ended on an unexpected error ({kind}); Help > Copy Diagnostics gives the details"


class Trainer(QObject):
    """Starts, pauses and stops runs, one job at a time, and tells what they tell, on the GUI thread.

    ``told`` is every event of every lane; the other signals are of the lane in :attr:`focus` alone, and
    ``readings`` passes on few of its snapshots, for what is read rather than watched.
    """

    told = Signal(object)
    started = Signal(object)
    snapshot = Signal(object)
    epoch_ended = Signal(object)
    floors_known = Signal(object)
    finished = Signal(object)
    measured = Signal(object)
    failed = Signal(str)
    state_changed = Signal(object)
    rested = Signal()  # the thread has ended: everything that was kept is on disk

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._state = State.IDLE
        self._lanes: dict[str, bool] = {}  # by run id: whether it is still under way
        self.focus = ""
        self._wishes = Wishes()
        self._watched: dict[str, Any] = {"pictures": True, "scatter": True, "pins": ()}
        self._thread: _Thread | None = None
        self._next: tuple[Job, Wishes] | None = None
        # Its timeout comes after the paint events that a snapshot has caused.
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._on_painted)
        self.readings = Seldom(self)
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

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing trains and nothing is measured: all that was kept is on disk."""
        return self._state is State.IDLE and self._thread is None

    def start(
        self, lanes: Sequence[Lane], data: Dataset, device: str = "auto", *, paused: bool = False
    ) -> None:
        """Begin these runs, paused before their first step if wished; the first of them comes into focus.

        What is still under way is given up; its thread is waited for without holding up the window.
        """
        self._lanes = {lane.run_id: True for lane in lanes}
        self.focus = lanes[0].run_id
        self.readings.forget()
        self._wishes.stop()
        self._wishes = Wishes(Wanted(**self._watched), paused=paused, lanes=len(lanes))
        self._next = Job(tuple(lanes), data, device), self._wishes
        if self._thread is None:
            self._start_next()
        else:
            self._thread.requestInterruption()
        self._become(State.PAUSED if paused else State.RUNNING)

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
        self._lanes, self._next = {}, None
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

    @Slot(object)
    def _on_told(self, event: Event) -> None:
        if event.run_id not in self._lanes:
            return  # queued before another job began: it belongs to one no longer shown
        if isinstance(event, Finished | LaneFailed):
            self._lanes[event.run_id] = False
            if not any(self._lanes.values()):
                self._become(State.IDLE)
        if isinstance(event, Snapshot):
            self._painted.start()  # first, so that a view which fails to draw holds up nothing
        self.told.emit(event)
        if event.run_id == self.focus:
            self._tell_focused(event)

    def _tell_focused(self, event: Event) -> None:
        if isinstance(event, LaneFailed):
            self.failed.emit(event.sentence)
        elif type(event) in self._signals:
            self._signals[type(event)].emit(event)
        if isinstance(event, Snapshot):
            self.readings.take(event, at_once=self._state is not State.RUNNING)
        elif isinstance(event, Finished | LaneFailed):
            self.readings.forget()

    @Slot(str, str)
    def _on_failed(self, run_id: str, sentence: str) -> None:
        if run_id in self._lanes:
            self.readings.forget()
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
            return
        if self._state is not State.IDLE:
            self._become(State.IDLE)  # it ended without a word
        if self._lanes:  # none are left when the window is closed: nobody is to begin anything then
            self.rested.emit()

    @Slot()
    def _on_painted(self) -> None:
        self._wishes.drawn()

    def _become(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
