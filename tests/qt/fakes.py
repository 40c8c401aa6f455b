"""A stand-in for the training generator: the same events in the same order, without torch, at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.library.lane import Lane
from aestudio.training.events import (
    Curves,
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    Measured,
    Pictures,
    Scatter,
    Snapshot,
    Started,
    Stepped,
    Wanted,
    frozen,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from aestudio.qt.running.trainer import Job


class FakeEngine:
    """Runs ``steps`` steps an epoch for ``epochs`` epochs, and notes what it was asked to do.

    Parameters
    ----------
    steps
        steps in one epoch; 0 goes on until it is stopped.
    epochs
        how many of them.
    fail_at
        raise ``error`` at this step.
    gate
        when given, each step first takes one permit from it.
    measuring
        when given, it is waited for between Finished and Measured.
    """

    def __init__(
        self,
        *,
        steps: int = 0,
        epochs: int = 1,
        fail_at: int = 0,
        error: Exception | None = None,
        gate: threading.Semaphore | None = None,
        measuring: threading.Event | None = None,
    ) -> None:
        self.steps, self.epochs, self.fail_at, self.error = steps, epochs, fail_at, error
        self.gate, self.measuring = gate, measuring
        self.wanted: list[Wanted] = []
        self.jobs: list[Job] = []
        self.closed: list[str] = []
        self.trained = 0
        self.native_ids: list[int] = []

    def __call__(
        self, job: Job, asks: Sequence[Callable[[], Wanted]], abandoned: Callable[[], bool]
    ) -> Generator[Event, None, None]:
        self.jobs.append(job)
        self.native_ids.append(threading.get_native_id())
        run_id = job.lanes[0].run_id
        try:
            yield from self._events(run_id, asks[0])
        finally:
            self.closed.append(run_id)

    def open_gate(self) -> None:
        """Let the run go on, so that it can be stopped."""
        if self.gate:
            self.gate.release(100_000)
        if self.measuring:
            self.measuring.set()

    def _events(self, run_id: str, ask: Callable[[], Wanted]) -> Iterator[Event]:
        total = self.steps * self.epochs
        yield Started(
            run_id=run_id,
            parameters=1000,
            code_shape=(2,),
            steps=total or 1000,
            steps_per_epoch=self.steps or 100,
            epochs=self.epochs,
            device="cpu",
            precision="float32",
            terms=("mse", "l1"),
            units=("squared error per image", "per image"),
        )
        step, reason = 0, "done"
        while not total or step < total:
            wanted = ask()
            self.wanted.append(wanted)
            if wanted.stop:
                reason = "stopped"
                break
            if wanted.hold:
                yield snapshot(run_id, step, wanted, complete=True)
                continue
            if self.gate:
                self.gate.acquire()
            step += 1
            self.trained = step
            if step == self.fail_at and self.error:
                raise self.error
            yield Stepped(run_id, step)
            if wanted.pictures:
                yield snapshot(run_id, step, wanted)
            if self.steps and step % self.steps == 0:
                yield EpochEnded(
                    run_id, step // self.steps, step, 0.02, 0.02, {"mse": 15.0}, best=True, seconds=1.0
                )
        yield FloorsKnown(run_id, pca_mse=0.05, mean_mse=0.07, noisy_mse=None, bce_nats=40.0)
        yield Finished(run_id, reason, step, 1.0, 1e4, 0, {}, {})  # type: ignore[arg-type]  # one of the two
        if self.measuring:
            self.measuring.wait(30)
        yield Measured(run_id, {"test_mse": 0.02}, {}, "on the test split")


def lanes(count: int = 1) -> tuple[Lane, ...]:
    """Runs whose specs nobody looks at, each with an id of its own."""
    nothing: Any = None
    return tuple(Lane(nothing) for _ in range(count))


def snapshot(run_id: str, step: int, wanted: Wanted | None = None, **changes: Any) -> Snapshot:
    """A snapshot with two pictures and ten points."""
    wanted = wanted or Wanted(pictures=True, scatter=True)
    rng = np.random.default_rng(step)
    pins = frozen(np.array(wanted.pins or (0, 1), np.int64))
    clean = frozen(rng.random((len(pins), 1, 28, 28), np.float32))
    losses = frozen(np.full(1, 1 / (step + 1), np.float32))
    curves = Curves(frozen(np.array([step])), losses, {"mse": losses, "l1": losses})
    points = frozen(rng.random((10, 2), np.float32))
    values: dict[str, Any] = {
        "epoch": step / 100,
        "seconds": step / 100,
        "images_per_second": 10_000.0,
        "lr": 1e-3,
        "memory_mb": 0.0,
        "curves": curves,
        "pictures": Pictures(pins, clean, None, clean),
        "scatter": Scatter(points, frozen(np.arange(10)), ("z1", "z2"), None) if wanted.scatter else None,
    }
    return Snapshot(run_id=run_id, step=step, **(values | changes))
