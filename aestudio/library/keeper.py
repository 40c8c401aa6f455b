"""Keeps a run while it trains: what happens is written into its folder, beside the training, never in it."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from aestudio.library.card import Card, Stage, read_card
from aestudio.library.curves import LossCurves, read_curves, write_curves
from aestudio.library.disk import telling
from aestudio.library.film import Film
from aestudio.library.folder import (
    STATE,
    clear_parts,
    read_history,
    read_state,
    seal,
    unseal,
    write_history,
    write_metrics,
    write_state,
    write_weights,
)
from aestudio.library.lock import held
from aestudio.library.thumbnail import write_thumbnail
from aestudio.spec.faults import UserError
from aestudio.training.events import (
    Checkpoint,
    EpochEnded,
    Event,
    Finished,
    FloorsKnown,
    Measured,
    NotKept,
    Pictures,
    Snapshot,
    Started,
    State,
    Wanted,
)

log = logging.getLogger(__name__)

EVERY = 7.0
"""Seconds between two states, less what the last took to be written: so less than ten are ever lost."""
_FIRST = 0.5


class Keeper:
    """One run's folder while it is written to. Use it as a context; then feed it through :meth:`keep`.

    Parameters
    ----------
    folder
        the run's, made by :func:`aestudio.library.folder.make_folder`.
    pins
        test images to photograph where nobody else asks for pictures.
    """

    def __init__(self, folder: Path, pins: tuple[int, ...] = ()) -> None:
        self._folder, self._pins = folder, pins
        self._card = read_card(folder)
        self._epochs: list[EpochEnded] = []
        self._curves = LossCurves()
        self._film = Film(folder)
        self._pictures: Pictures | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        self._written: Future[None] | None = None
        self._asked = time.monotonic() + _FIRST - EVERY  # when the last state was wanted
        self._took = 0.0  # and how long until it was there
        self._seconds = 0.0
        self._trouble = ""
        self._told = ""
        self._leaving = False
        self._held = contextlib.ExitStack()

    @property
    def card(self) -> Card:
        """How far the run is, as last noted."""
        return self._card

    def __enter__(self) -> Keeper:
        self._held.enter_context(held(self._folder, "training"))
        with telling(self._folder):
            unseal(self._folder)
            clear_parts(self._folder)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        with self._held:
            if isinstance(error, Exception):
                self._rest("failed", sentence=str(error))
            elif self._card.stage == "running":
                self._rest("paused")
            self._later(seal, self._folder)
            self._writer.shutdown(wait=True)
        if error is None and self._trouble:
            raise UserError(self._trouble)  # the last files could not be written, and no event can tell it

    def resumed(self) -> State | None:
        """The state to go on from, None where the run was killed before it had one.

        What was written after it is dropped.

        Raises
        ------
        UserError
            the state is damaged.
        """
        if not (self._folder / STATE).exists():
            return None
        state = read_state(self._folder)
        self._epochs = [e for e in read_history(self._folder, self._card.id) if e.epoch <= state.epochs]
        self._curves = LossCurves(read_curves(self._folder, up_to=state.step))
        self._film.forget_after(state.step)
        self._note(stage="running", sentence="")
        return state

    # -------------------------------------------------------------------------------- while it trains

    def asking(self, ask: Callable[[], Wanted]) -> Callable[[], Wanted]:
        """``ask``, with what the folder wants besides: a state now and then, and frames."""

        def wanted() -> Wanted:
            asked = ask()
            if self._checkpoint_due() or self._leaving:
                self._asked = time.monotonic()
                asked = replace(asked, checkpoint=True)
            watched = asked.pictures or asked.scatter or asked.hold
            if not watched and self._pins and self._film.due(self._seconds):
                asked = replace(asked, pictures=True, scatter=True, pins=asked.pins or self._pins)
            return asked

        return wanted

    def _checkpoint_due(self) -> bool:
        is_time = time.monotonic() - self._asked >= max(EVERY - self._took, EVERY / 3)
        return is_time and (self._written is None or self._written.done())

    def keep(self, events: Iterator[Event]) -> Iterator[Event]:
        """Pass the run's events on, and write what they tell.

        Closed before its end, it takes the run's state first, so that the run can go on from that very step.
        """
        try:
            for event in events:
                self.note(event)
                yield event
                if self._news():
                    yield NotKept(event.run_id, self._told)
        except GeneratorExit:
            self._take_leave(events)
            raise

    def _news(self) -> bool:
        """Whether something went wrong on disk that was not told yet."""
        before, self._told = self._told, self._trouble
        return self._told not in ("", before)

    def _take_leave(self, events: Iterator[Event]) -> None:
        self._leaving = True
        for event in events:
            self.note(event)
            if isinstance(event, Checkpoint | Finished):
                return

    def note(self, event: Event) -> None:
        """Remember an event, and have it written where it belongs on disk."""
        match event:
            case Started():
                self._start(event)
            case Snapshot():
                self._see(event)
            case EpochEnded():
                self._epochs.append(event)
            case FloorsKnown():
                floors = dataclasses.asdict(event)
                del floors["run_id"]
                self._note(floors=floors)
            case Checkpoint():
                self._keep_state(event.state)
            case Finished():
                self._end(event)
            case Measured():
                self._note(figures=dict(event.metrics))
                self._later(write_metrics, self._folder, event)
            case _:
                pass

    def _start(self, started: Started) -> None:
        from aestudio.training.device import threads_in_use

        ends = {"steps": started.steps, "epochs": started.epochs, "limit": started.limit}
        where = {"device": started.device, "threads": threads_in_use()}
        self._note(stage="running", step=started.step, **where, **ends)

    def _see(self, snapshot: Snapshot) -> None:
        self._seconds = snapshot.seconds
        self._curves.add(snapshot.curves)
        self._pictures = snapshot.pictures or self._pictures
        if frame := self._film.see(snapshot):
            self._later(self._film.keep, frame)

    def _keep_state(self, state: State) -> None:
        """History and losses first: after a crash they may be ahead of the state, and are cut to it."""
        self._card = replace(
            self._card, step=state.step, epochs_done=state.epochs, seconds=round(state.seconds, 3)
        )
        self._later(write_history, self._folder, tuple(self._epochs))
        self._later(write_curves, self._folder, self._curves.told())
        self._written = self._later(write_state, self._folder, state)
        self._later(self._film.keep_moment, state.step, state.last)
        self._later(self._card.write, self._folder)

    def _end(self, end: Finished) -> None:
        if frame := self._film.end():
            self._later(self._film.keep, frame)
        self._later(write_history, self._folder, tuple(self._epochs))
        facts = {"epoch": end.best_epoch, "step": end.step}
        self._later(partial(write_weights, **facts), self._folder, end.best, end.last)
        self._note(step=end.step, seconds=round(end.seconds, 3))
        self._rest("failed" if end.reason == "failed" else end.reason)

    def _rest(self, stage: Stage, **more: Any) -> None:
        if self._pictures is not None:
            self._later(write_thumbnail, self._folder, self._pictures)
        self._note(stage=stage, **more)

    def _note(self, **changes: Any) -> None:
        self._card = replace(self._card, **changes)
        self._later(self._card.write, self._folder)

    # ------------------------------------------------------------------------------------- the writer

    def _later(self, write: Callable[..., object], *arguments: Any) -> Future[None]:
        return self._writer.submit(self._write, write, *arguments)

    def _write(self, write: Callable[..., object], *arguments: Any) -> None:
        """On the writer's thread: what fails is remembered, and the next time it is tried again."""
        try:
            with telling(self._folder):
                write(*arguments)
            if write is write_state:
                self._took = time.monotonic() - self._asked
                self._trouble = ""  # there is room again
        except UserError as error:
            self._trouble = str(error)
        except Exception:
            log.exception("writing %s failed", self._folder)
            self._trouble = f"{self._folder}: could not be written; Help > Copy Diagnostics gives the details"
