"""The frames of a run: what its views showed, kept for the timeline and thinned as they become many."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aestudio.library.disk import read_tensors, write_tensors
from aestudio.training.events import Pictures, Scatter, Snapshot, frozen, no_curves

FRAMES, MOMENTS = "frames", "moments"
"""The folders of a run that hold frames, and weights of some moments."""

FIRST_EVERY = 0.25
"""Seconds of training between two frames at first; each thinning doubles it."""
MOST_FRAMES = 240
MOST_FRAME_BYTES = 24_000_000
MOST_MOMENT_BYTES = 18_000_000
"""Frames, moments and curves together stay below 50 MB however long a run trains."""
MOST_MOMENTS = 24


class Thinned:
    """Files named by step in one folder; when they become too many, every second is dropped.

    Parameters
    ----------
    folder
        where the files are; made when the first is written.
    most
        files at the most.
    most_bytes
        bytes of all of them at the most.
    """

    def __init__(self, folder: Path, most: int, most_bytes: int) -> None:
        self.folder, self._most, self._most_bytes = folder, most, most_bytes
        self.sizes = {
            int(path.stem): path.stat().st_size for path in sorted(folder.glob("[0-9]*.safetensors"))
        }

    def path(self, step: int) -> Path:
        """The file of a step."""
        return self.folder / f"{step:010d}.safetensors"

    def add(self, step: int, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, str]) -> bool:
        """Write one more; whether others were dropped for it."""
        self.folder.mkdir(exist_ok=True)
        write_tensors(self.path(step), arrays, facts, synced=False)
        self.sizes[step] = self.path(step).stat().st_size
        thinned = False
        while len(self.sizes) > 1 and self._too_much():
            self._drop(sorted(self.sizes)[-2::-2])  # the newest stays
            thinned = True
        return thinned

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: the run goes on from there, perhaps elsewhere."""
        self._drop([one for one in self.sizes if one > step])

    def _too_much(self) -> bool:
        return len(self.sizes) > self._most or sum(self.sizes.values()) > self._most_bytes

    def _drop(self, steps: list[int]) -> None:
        for step in steps:
            with contextlib.suppress(OSError):
                self.path(step).unlink()
            del self.sizes[step]


class Film:
    """Takes frames of a run in progress, and weights of some moments."""

    def __init__(self, run_folder: Path) -> None:
        self._frames = Thinned(run_folder / FRAMES, MOST_FRAMES, MOST_FRAME_BYTES)
        self._moments = Thinned(run_folder / MOMENTS, MOST_MOMENTS, MOST_MOMENT_BYTES)
        self.every = FIRST_EVERY
        self._last = -1.0
        self._states, self._states_a_moment = 0, 1
        self._pictures: Pictures | None = None
        self._scatter: Scatter | None = None
        self._seen: Snapshot | None = None

    def due(self, seconds: float) -> bool:
        """Whether it is time for a frame after so many seconds of training."""
        return seconds >= self._last + self.every

    def see(self, snapshot: Snapshot) -> Snapshot | None:
        """A frame when it is time for one: the latest pictures and scatter, without the losses."""
        self._pictures = snapshot.pictures or self._pictures
        self._scatter = snapshot.scatter or self._scatter
        self._seen = snapshot
        if self._pictures is None or not snapshot.step or not self.due(snapshot.seconds):
            return None
        return self._frame(snapshot)

    def end(self) -> Snapshot | None:
        """The last frame of all, of the moment that was seen last."""
        return self._frame(self._seen) if self._pictures and self._seen else None

    def _frame(self, snapshot: Snapshot) -> Snapshot:
        self._last = snapshot.seconds
        return replace(snapshot, curves=no_curves(), pictures=self._pictures, scatter=self._scatter)

    def keep(self, frame: Snapshot) -> None:
        """Write a frame."""
        if self._frames.add(frame.step, *packed(frame)):
            self.every *= 2

    def keep_moment(self, step: int, weights: Mapping[str, NDArray[Any]]) -> None:
        """Write the weights of a moment, from which a run can go on; none where two would not fit.

        It is called for every state; as with frames each thinning halves how many are taken.
        """
        fits = 2 * sum(w.nbytes for w in weights.values()) <= MOST_MOMENT_BYTES
        if fits and self._states % self._states_a_moment == 0:
            thinned = self._moments.add(step, weights, {"step": str(step)})
            self._states_a_moment *= 2 if thinned else 1
        self._states += 1

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``."""
        self._frames.forget_after(step)
        self._moments.forget_after(step)


def frame_steps(run_folder: Path) -> tuple[int, ...]:
    """The steps that a run has frames of, ascending."""
    return _steps(run_folder / FRAMES)


def moment_steps(run_folder: Path) -> tuple[int, ...]:
    """The steps whose weights are kept, ascending."""
    return _steps(run_folder / MOMENTS)


Packed = tuple[Mapping[str, NDArray[Any]], Mapping[str, str]]
"""A frame as it is kept, on disk and in memory: arrays by name, and facts as text."""


def read_packed(run_folder: Path, step: int) -> Packed:
    """A frame as it is kept. Raises UserError where its file is missing or damaged."""
    return read_tensors(run_folder / FRAMES / f"{step:010d}.safetensors")


def read_frame(run_folder: Path, step: int, run_id: str) -> Snapshot:
    """A frame as it was seen. Raises UserError where its file is missing or damaged."""
    return unpacked(*read_packed(run_folder, step), run_id)


def read_moment(run_folder: Path, step: int) -> dict[str, NDArray[Any]]:
    """The weights of a moment, by name. Raises UserError where its file is missing or damaged."""
    return read_tensors(run_folder / MOMENTS / f"{step:010d}.safetensors")[0]


def _steps(folder: Path) -> tuple[int, ...]:
    return tuple(sorted(int(path.stem) for path in folder.glob("[0-9]*.safetensors")))


_HALF = 60_000.0  # the largest that a half can hold is 65,504; codes that blow up lie beyond
_NUMBERS = ("epoch", "seconds", "images_per_second", "lr", "memory_mb")
_SHOWN = ("clean", "corrupted", "reconstructed", "samples")


def packed(snapshot: Snapshot) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Images as bytes and points as halves: a screen shows no more."""
    facts = {"step": str(snapshot.step)} | {name: repr(float(getattr(snapshot, name))) for name in _NUMBERS}
    arrays: dict[str, NDArray[Any]] = {}
    if pictures := snapshot.pictures:
        arrays["pins"] = pictures.pins
        for name in _SHOWN:
            if (shown := getattr(pictures, name)) is not None:
                arrays[name] = _to_bytes(shown)
    if scatter := snapshot.scatter:
        arrays["points"] = np.clip(scatter.points, -_HALF, _HALF).astype(np.float16)
        if scatter.labels is not None:
            arrays["labels"] = _small(scatter.labels)
        facts |= {"axes": json.dumps(scatter.axes), "explained": json.dumps(scatter.explained)}
    return arrays, facts


def _to_bytes(images: NDArray[Any]) -> NDArray[Any]:
    """Pixels in 256 steps; vectors stay numbers."""
    return (
        np.clip(images, -_HALF, _HALF).astype(np.float16)
        if images.ndim == 2
        else np.rint(images.clip(0, 1) * 255).astype(np.uint8)
    )


def _small(labels: NDArray[np.int64]) -> NDArray[Any]:
    return labels.astype(np.uint8) if labels.max(initial=0) < 256 else labels


def unpacked(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, str], run_id: str) -> Snapshot:
    """The frame again, its pixels and points to the digits that were kept."""
    shown = {name: _from_bytes(arrays[name]) for name in _SHOWN if name in arrays}
    pictures = None
    if "pins" in arrays:
        pictures = Pictures(
            frozen(arrays["pins"]),
            shown["clean"],
            shown.get("corrupted"),
            shown["reconstructed"],
            shown.get("samples"),
        )
    scatter = None
    if "points" in arrays:
        labels = frozen(arrays["labels"].astype(np.int64)) if "labels" in arrays else None
        first, second = json.loads(facts["axes"])
        points = frozen(arrays["points"].astype(np.float32))
        scatter = Scatter(points, labels, (first, second), json.loads(facts["explained"]))
    numbers = {name: float(facts[name]) for name in _NUMBERS}
    nothing = no_curves()
    return Snapshot(
        run_id,
        step=int(facts["step"]),
        curves=nothing,
        pictures=pictures,
        scatter=scatter,
        complete=True,
        **numbers,
    )


def _from_bytes(images: NDArray[Any]) -> NDArray[np.float32]:
    shown = images.astype(np.float32)
    return frozen(shown / 255 if images.dtype == np.uint8 else shown)
