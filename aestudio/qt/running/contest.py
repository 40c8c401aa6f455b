"""What is compared, and all that is known of it: kept runs looked through anew, or the lanes of a race."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.kept import KeptRun, variants
from aestudio.library.lane import Lane
from aestudio.qt.drawing.course import Course
from aestudio.qt.drawing.figure_table import Figure, FigureRow
from aestudio.qt.drawing.sides import PCA, Mapped, Shown, Side, pca_side, with_pca
from aestudio.qt.running.background import Background
from aestudio.qt.running.comparing import Bench, Figured, Looked, figuring, imaging, looking
from aestudio.qt.running.loader import Opened
from aestudio.spec.differences import differences, in_words
from aestudio.spec.outline import lay_out
from aestudio.spec.run import RunSpec
from aestudio.training.events import (
    EpochEnded,
    Event,
    FloorsKnown,
    Measured,
    Snapshot,
    Started,
)

MOST = 6
ROWS = 12


class Contest(QObject):
    """Up to six sides, PCA besides, each with the same images, codes, course and figures."""

    images_changed = Signal()
    maps_changed = Signal()
    courses_changed = Signal()
    figures_changed = Signal()
    trouble = Signal(str)
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: Opened | None = None
        self._looker, self._figurer = Background(self), Background(self)
        for worker in (self._looker, self._figurer):
            worker.failed.connect(self._on_failed)
            worker.told.connect(self._on_told)
        self._looker.done.connect(self._on_looked)
        self._figurer.done.connect(self._on_figured)
        self.forget()

    def forget(self) -> None:
        """Compare nothing."""
        self._looker.cancel()
        self._figurer.cancel()
        self.sides: tuple[Side, ...] = ()
        self.shown: Shown | None = None
        self.mapped: dict[str, Mapped] = {}
        self.courses: dict[str, Course] = {}
        self.floors: dict[str, float] = {}
        self.rows: tuple[FigureRow, ...] = ()
        self.note = ""
        self.is_live = False
        self.runs: tuple[KeptRun, ...] = ()
        self._specs: dict[str, RunSpec] = {}
        self._errors: Mapping[str, NDArray[np.float32]] = {}
        self._bench: Bench | None = None
        self._pins: tuple[int, ...] = ()
        self._tell_all()

    def close(self) -> None:
        """Wait for the work under way."""
        self._looker.close()
        self._figurer.close()

    def _tell_all(self) -> None:
        for changed in (self.images_changed, self.maps_changed, self.courses_changed, self.figures_changed):
            changed.emit()

    # --------------------------------------------------------------------------------------- kept runs

    def show_runs(self, runs: Sequence[KeptRun], opened: Opened) -> None:
        """Compare kept runs on the open data; images and figures follow as they are ready.

        Of more than can be told apart, repeats with other seeds share the side, and the row, of their first.
        """
        sides_of = [alike for _, alike in variants(runs)] if len(runs) > MOST else [[run] for run in runs]
        self.forget()
        self.opened = opened
        self.runs = tuple(run for alike in sides_of[:MOST] for run in alike)
        runs = [alike[0] for alike in sides_of[:MOST]]
        self._specs = {run.id: run.run for run in runs}
        shape = opened.data.shape
        named = _distinct([run.card.name for run in runs])
        codes = [
            int(run.card.figures.get("code_size") or lay_out(run.run.model, shape).code_size) for run in runs
        ]
        sides = [
            Side(run.id, name, i, code)
            for i, (run, name, code) in enumerate(zip(runs, named, codes, strict=True))
        ]
        self.sides = with_pca(sides)
        self.courses = {run.id: _course_of(run, code) for run, code in zip(runs, codes, strict=True)}
        for run, side in zip(runs, sides, strict=True):
            self._know_floor(side, run.card.floors.get("pca_mse"))
        self._figure({run.id: run.card.figures for run in runs})
        self._bench = Bench({run.id: run for run in self.runs}, opened.data)
        self._pins = first_images(opened)
        self._looker.start(looking(self._bench, self.sides, self._pins))
        self._tell_all()

    def move(self, old: Path, new: Path) -> None:
        """A kept run has got another folder."""
        moved = (replace(run, folder=new) if run.folder == old else run for run in self.runs)
        self.runs = tuple(moved)
        if self._bench:
            self._bench = replace(self._bench, runs={run.id: run for run in self.runs})

    def order(self, how: str) -> None:
        """Show the pinned images, or those with the largest or smallest mean error over the runs."""
        if self._bench is None or not self._errors:
            return
        chosen = self._pins
        if how != "Pinned":
            runs = [self._errors[side.key] for side in self.sides if side.place != PCA]
            ranked = np.argsort(np.mean(runs, axis=0), kind="stable")
            ranked = ranked[::-1] if how == "Worst first" else ranked
            chosen = tuple(int(i) for i in ranked[:ROWS])
        self._looker.start(imaging(self._bench, self.sides, chosen))

    def show_first(self, position: int) -> None:
        """Bring a test image to the top of the pinned ones."""
        if self._bench is not None and position >= 0:
            self._pins = (position, *(p for p in self._pins if p != position))[:ROWS]
            self._looker.start(imaging(self._bench, self.sides, self._pins))

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self.said.emit(f"Comparing: {doing}")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.said.emit("")
        self.trouble.emit(sentence)

    @Slot(object)
    def _on_looked(self, found: Looked | Shown) -> None:
        self.said.emit("")
        if isinstance(found, Shown):
            self._add_images(found)
            return
        self.mapped |= found.mapped
        self._errors = found.errors
        self._add_images(found.shown)
        self.maps_changed.emit()
        if not self.is_live and self._bench is not None:
            self._figurer.start(figuring(self._bench, self.sides))  # slower, so only now

    def _add_images(self, found: Shown) -> None:
        """Of a race the lanes' own images stay."""
        if self.is_live and self.shown is not None:
            same = np.array_equal(found.positions, self.shown.positions)
            self.shown = (
                replace(self.shown, given={**self.shown.given, **found.given}) if same else self.shown
            )
        else:
            self.shown = found
        self.images_changed.emit()

    @Slot(object)
    def _on_figured(self, found: Figured) -> None:
        self.rows, self.note = found.rows, found.note
        self.said.emit("")
        self.figures_changed.emit()

    # ------------------------------------------------------------------------------------- live lanes

    def begin(self, lanes: Sequence[Lane]) -> None:
        """Runs are about to be trained beside each other; what they tell comes by :meth:`told`."""
        lanes = lanes[:MOST]
        opened = self.opened
        self.forget()
        self.opened, self.is_live = opened, True
        self._specs = {lane.run_id: lane.run for lane in lanes}
        named = _distinct([lane.name or lane.run.name for lane in lanes])
        self.sides = tuple(
            Side(lane.run_id, name, i) for i, (lane, name) in enumerate(zip(lanes, named, strict=True))
        )
        self._figure({})
        self._tell_all()

    def told(self, event: Event) -> None:
        """What a lane tells; views are told of it by the signals."""
        if not self.is_live or event.run_id not in self._specs:
            return
        match event:
            case Started():
                self._start(event)
            case Snapshot():
                self._see(event)
            case EpochEnded() if event.run_id in self.courses:
                self.courses[event.run_id].validate(event)
                self.courses_changed.emit()
            case FloorsKnown():
                self._know_floor(self._side(event.run_id), event.pca_mse)
                self.courses_changed.emit()
            case Measured():
                figures = {row.side.key: row.figures for row in self.rows}
                self._figure({**figures, event.run_id: event.metrics})
                self.figures_changed.emit()
            case _:
                pass

    def _start(self, started: Started) -> None:
        batch = self._specs[started.run_id].training.batch
        self.courses[started.run_id] = Course(started, batch)
        code = int(np.prod(started.code_shape))
        sides = [replace(s, code=code) if s.key == started.run_id else s for s in self.sides]
        self.sides = with_pca(sides)
        self._tell_all()

    def _see(self, snapshot: Snapshot) -> None:
        if snapshot.run_id in self.courses:
            self.courses[snapshot.run_id].append(snapshot)
            self.courses_changed.emit()
        if pictures := snapshot.pictures:
            before = self.shown
            fresh = before is None or not np.array_equal(before.positions, pictures.pins)
            given = {snapshot.run_id: pictures.reconstructed}
            if before is not None and not fresh:
                given = {**before.given, **given}
            self.shown = Shown(pictures.pins, pictures.clean, given)
            if fresh:
                self._look_through_pca(pictures.pins)
            self.images_changed.emit()
        if scatter := snapshot.scatter:
            self.mapped[snapshot.run_id] = Mapped(scatter.points, scatter.axes)
            self.maps_changed.emit()

    def _look_through_pca(self, pins: NDArray[np.int64]) -> None:
        sides = [side for side in self.sides if side.place == PCA]
        if self.opened and sides:
            bench = Bench({}, self.opened.data)
            self._looker.start(looking(bench, sides, tuple(int(p) for p in pins)))

    # ---------------------------------------------------------------------------------------- figures

    def _side(self, key: str) -> Side:
        return next(side for side in self.sides if side.key == key)

    def _know_floor(self, side: Side, pca_mse: float | None) -> None:
        if pca_mse is not None and side.code:
            self.floors[pca_side(side.code).key] = pca_mse

    def _figure(self, figures: Mapping[str, Mapping[str, Figure]]) -> None:
        """Rows of what is known at once; the measured ones take their place when they are ready."""
        words = dict(zip(self._specs, differences(tuple(self._specs.values())), strict=True))
        rows: list[FigureRow] = []
        for side in self.sides:
            known = figures.get(side.key, {})
            if side.place == PCA:
                known = {
                    "code_size": side.code,
                    "bytes_per_code": 4 * side.code,
                    "test_mse": self.floors.get(side.key),
                }
            rows.append(FigureRow(side, known, {}, in_words(words.get(side.key, {}))))
        self.rows = tuple(rows)


def first_images(opened: Opened) -> tuple[int, ...]:
    """One test image of each class, then the first of all."""
    firsts: list[int] = []
    if opened.test_labels is not None:
        firsts = [int(i) for i in np.unique(opened.test_labels, return_index=True)[1][:ROWS]]
    rest = (i for i in range(len(opened.test_images)) if i not in set(firsts))
    return (*firsts, *(i for _, i in zip(range(ROWS - len(firsts)), rest, strict=False)))


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, those that come again with a number."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def _course_of(run: KeptRun, code: int) -> Course:
    card: Any = run.card
    per_epoch = max(1, round(card.steps / max(1, card.epochs)))
    terms = tuple(run.curves.terms)
    started = Started(
        run.id, 0, (code,), card.steps, per_epoch, card.epochs, card.device, "", terms, ("",) * len(terms)
    )
    course = Course(started, run.run.training.batch)
    for ended in run.epochs:
        course.validate(ended)
    last = int(run.curves.steps[-1]) if len(run.curves.steps) else 0
    end = Snapshot(run.id, last, last / per_epoch, card.seconds, 0.0, 0.0, 0.0, run.curves)
    course.append(end)
    return course
