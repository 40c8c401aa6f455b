"""All pictures of the roll, one after the other: a bad one says why, and a stopped batch goes on."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.disk import write_whole
from aestudio.pictures.picture import refuse_overwriting
from aestudio.pictures.places import Places
from aestudio.qt.darkroom.opening import picture_of
from aestudio.qt.darkroom.roll import Entry, Roll, State
from aestudio.qt.darkroom.tool import BatchJob
from aestudio.qt.running.background import Background, Progress


@dataclass(frozen=True)
class _Made:
    """Of what original a result was made, None for what was pasted, and how the tool was set."""

    source: Path | None
    settings: Hashable


class Batch(QObject):
    """Works through the roll; what has a result already is left as it is."""

    progressed = Signal(float, str)
    ended = Signal(str)  # a sentence

    def __init__(self, roll: Roll, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roll = roll
        self._waiting: list[Entry] = []
        self._now: Entry | None = None
        self._total = 0
        self._found = 0  # results that were there
        self._faults: list[str] = []
        self._made: dict[Path, _Made] = {}
        self._job: BatchJob | None = None
        self._places = Places(None, "")
        self._background = Background(self)
        self._background.told.connect(self._on_told)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        roll.rowsRemoved.connect(self._on_removed)
        roll.modelReset.connect(self._on_removed)

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being worked on."""
        return self._now is not None

    def start(self, job: BatchJob, folder: Path | None) -> None:
        """Do ``job`` with every picture that has no result yet in its place; None is beside the originals."""
        taken = _places_of(self._roll.files)
        self._job, self._places = job, Places(folder.resolve() if folder else None, job.suffix, taken)
        self._faults, self._found = [], 0
        self._waiting = [entry for entry in self._roll.entries if entry.state is not State.WORKING]
        for entry in self._waiting:
            entry.state = State.WAITING
        self._total = len(self._waiting)
        self._next()

    @Slot()
    def stop(self) -> None:
        """Stop; the same batch, started again, goes on where this one was."""
        self._background.cancel()
        self._waiting = []
        if self._now:
            self._tell(self._now, State.WAITING, "stopped")
            self._now = None
            self.ended.emit("The batch was stopped; start it again to go on where it was")

    def close(self) -> None:
        """Stop, and wait."""
        self._waiting, self._now = [], None
        self._background.close()

    def _next(self) -> None:
        while self._waiting:
            entry = self._waiting.pop(0)
            if self._begun(entry):
                return
        self._now = None
        self._say_end()

    def _begun(self, entry: Entry) -> bool:
        """Begin with a picture, unless its result is there already or can be nowhere."""
        job = self._job
        assert job
        source = entry.file
        if not source and not self._places.folder:
            self._fail(entry, f"{entry.name}: lies in no folder to save beside it; choose one with Save All")
            return False
        is_free = partial(self._may_have, entry)
        place = self._places.place(source or Path(entry.name), job.form, is_free=is_free)
        made = self._made.get(place)
        if os.path.exists(place) and (made is None or made.settings == job.settings):
            self._found += 1
            # What nobody here has made is left alone, and handed to nobody as this picture's result.
            entry.result = place if made else None
            note = "was done before" if made else f"{place.name} was there before, and is kept"
            self._tell(entry, State.DONE, note)
            return False
        self._now = entry
        self._tell(entry, State.WORKING, "")
        roll, again = self._roll, made is not None
        originals, workspace = roll.files, roll.workspace

        def work(progress: Progress) -> tuple[Path, str]:
            progress(0.0, "opening")
            refuse_overwriting(place, originals, overwrite=again)
            picture = picture_of(entry, workspace, progress)
            data, note = job.work(picture, entry.bytes, progress)
            progress(1.0, "writing")
            write_whole(place, data)
            return place, note

        self._background.start(work)
        return True

    def _may_have(self, entry: Entry, place: Path) -> bool:
        """Whether a place is the picture's, and not where the result of another one lies."""
        if entry.file:
            return place not in self._made or self._made[place].source == entry.file
        return place == entry.result or not os.path.exists(place)

    def _say_end(self) -> None:
        done = self._total - len(self._faults)
        before = f", {self._found} of them before" if self._found else ""
        first = f"; {self._faults[0]}" if self._faults else ""
        where = self._places.folder or "beside the originals"
        self.ended.emit(f"{done} of {self._total} done{before}: {where}{first}")

    def _keep(self, entry: Entry, place: Path, note: str) -> None:
        entry.result = place
        assert self._job
        self._made[place] = _Made(entry.file, self._job.settings)
        self._tell(entry, State.DONE, note)

    def _fail(self, entry: Entry, sentence: str) -> None:
        entry.result = None
        self._faults.append(sentence)
        self._tell(entry, State.FAILED, sentence)

    def _tell(self, entry: Entry, state: State, note: str) -> None:
        entry.state, entry.note, entry.share = state, note, 0.0
        self._roll.changed(entry)

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        if self._now:
            self._now.share, self._now.note = share, f"{doing} {share:.0%}"
            self._roll.changed(self._now)
            before = self._total - len(self._waiting) - 1
            self.progressed.emit((before + share) / self._total, f"{before + 1} of {self._total}")

    @Slot(object)
    def _on_done(self, done: Any) -> None:
        if self._now:
            self._keep(self._now, *done)
        self._next()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._now:
            self._fail(self._now, sentence)
        self._next()

    @Slot()
    def _on_removed(self) -> None:
        """What was taken off the roll is not worked on any more; the rest goes on."""
        if not self._roll.entries:
            self.stop()
            return
        there = set(self._roll.entries)
        left = [entry for entry in self._waiting if entry in there]
        self._total -= len(self._waiting) - len(left)
        self._waiting = left
        if self._now and self._now not in there:
            self._total -= 1
            self._background.cancel()
            self._next()


def _places_of(files: list[Path]) -> set[Path]:
    """Where they lie, by their folders' own names too where these are links."""
    real = {folder: folder.resolve() for folder in {file.parent for file in files}}
    return {*files, *(real[file.parent] / file.name for file in files)}
