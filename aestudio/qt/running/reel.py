"""A run's history in memory: frames as they come while it trains, or read from its folder."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.film import (
    FIRST_EVERY,
    MOST_FRAME_BYTES,
    MOST_FRAMES,
    Packed,
    frame_steps,
    moment_steps,
    packed,
    read_packed,
    unpacked,
)
from aestudio.qt.running.background import Background, Progress, Work
from aestudio.spec.faults import UserError
from aestudio.training.events import Pictures, Scatter, Snapshot, no_curves


@dataclass(frozen=True, eq=False)
class _Read:
    """What a folder holds: frames by step, and steps whose weights are kept."""

    frames: Mapping[int, Packed]
    moments: tuple[int, ...]
    problem: str = ""


class Reel(QObject):
    """Frames of one run, ascending by step, thinned as its film on disk is: in bytes and halves."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run_id = ""
        self.folder: Path | None = None
        self.moments: tuple[int, ...] = ()
        self._frames: dict[int, Packed] = {}
        self._steps: list[int] = []
        self._worker = Background(self)
        self._worker.done.connect(self._on_read)
        self._worker.failed.connect(self.failed)
        self.follow("", None)

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that there are frames of."""
        return tuple(self._steps)

    @property
    def newest(self) -> Snapshot | None:
        """The last that was seen of a run in progress, whole; None of a kept one."""
        return self.latest and self._whole(self.latest)

    def _whole(self, snapshot: Snapshot) -> Snapshot:
        """With what an earlier one brought and this one did not; of the losses there is a history."""
        return replace(snapshot, curves=no_curves(), pictures=self._pictures, scatter=self._scatter)

    def follow(self, run_id: str, folder: Path | None) -> None:
        """Take up a run that trains, and what its folder holds of it from before."""
        self._worker.cancel()
        self.run_id, self.folder, self.moments = run_id, folder, ()
        self._frames, self._steps = {}, []
        self._pictures: Pictures | None = None
        self._scatter: Scatter | None = None
        self.latest: Snapshot | None = None  # of a run in progress, as it came
        self._every, self._last = FIRST_EVERY, -1.0
        self._bytes = 0
        self.changed.emit()
        self.read()

    def set_folder(self, folder: Path) -> None:
        """The run has got its folder only now."""
        self.folder = folder
        self.read()

    def add(self, snapshot: Snapshot) -> None:
        """Note a snapshot of the run in progress; a frame is kept when it is time for one."""
        if snapshot.run_id != self.run_id:
            return
        self._pictures = snapshot.pictures or self._pictures
        self._scatter = snapshot.scatter or self._scatter
        self.latest = snapshot
        self._forget_after(snapshot.step)
        due = snapshot.seconds >= self._last + self._every
        if self._pictures is not None and snapshot.step and due:
            self._last = snapshot.seconds
            self._put(snapshot.step, packed(self._whole(snapshot)))
            self._thin()
            self.changed.emit()

    def read(self) -> None:
        """Look into the folder in the background: for frames that are not at hand, and for kept weights."""
        if self.folder is not None:
            self._worker.start(_reading(self.folder, frozenset(self._steps)))

    def frame(self, index: int) -> Snapshot:
        """The frame at a place among :attr:`steps`."""
        return unpacked(*self._frames[self._steps[index]], self.run_id)

    def epoch(self, index: int) -> float:
        """Epochs done at a frame."""
        return float(self._frames[self._steps[index]][1]["epoch"])

    def seconds(self, index: int) -> float:
        """Training time at a frame."""
        return float(self._frames[self._steps[index]][1]["seconds"])

    def nearest(self, step: int) -> int:
        """The place of the frame whose step is nearest; there must be one."""
        after = min(bisect.bisect_left(self._steps, step), len(self._steps) - 1)
        before = max(0, after - 1)
        return before if step - self._steps[before] < self._steps[after] - step else after

    def moment(self, step: int) -> int | None:
        """The step nearest by whose weights are kept, None where none are within a tenth of the run."""
        if not self.moments or not self._steps:
            return None
        found = min(self.moments, key=lambda moment: abs(moment - step))
        return found if abs(found - step) <= max(1, self._steps[-1] // 10) else None

    def close(self) -> None:
        """Wait for the reading under way."""
        self._worker.close()

    def _put(self, step: int, frame: Packed) -> None:
        if step in self._frames:
            self._bytes -= _size(self._frames[step])
        else:
            bisect.insort(self._steps, step)
        self._frames[step] = frame
        self._bytes += _size(frame)

    def _forget_after(self, step: int) -> None:
        """The run goes on from an earlier state than its folder's last frame."""
        while self._steps and self._steps[-1] > step:
            self._bytes -= _size(self._frames.pop(self._steps.pop()))

    def _thin(self) -> None:
        while len(self._steps) > 1 and (len(self._steps) > MOST_FRAMES or self._bytes > MOST_FRAME_BYTES):
            for step in self._steps[-2::-2]:  # the newest stays
                self._bytes -= _size(self._frames.pop(step))
            self._steps = sorted(self._frames)
            self._every *= 2

    @Slot(object)
    def _on_read(self, read: _Read) -> None:
        for step, frame in read.frames.items():
            if self.latest is None or step <= self.latest.step:
                self._put(step, frame)
        self.moments = read.moments
        self._thin()
        self.changed.emit()
        if read.problem:
            self.failed.emit(read.problem)


def _reading(folder: Path, known: frozenset[int]) -> Work:
    """Frames before the first that is at hand, and the steps whose weights are kept."""

    def work(progress: Progress) -> _Read:
        frames: dict[int, Packed] = {}
        problem = ""
        wanted = [step for step in frame_steps(folder) if not known or step < min(known)]
        for number, step in enumerate(wanted):
            progress(number / len(wanted), "reading the run's history")
            try:
                frames[step] = read_packed(folder, step)
            except UserError as error:  # one frame less is no reason to show none
                if step in frame_steps(folder):  # else it was thinned out meanwhile
                    problem = str(error)
        return _Read(frames, moment_steps(folder), problem)

    return work


def _size(frame: Packed) -> int:
    return sum(array.nbytes for array in frame[0].values())
