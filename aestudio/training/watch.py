"""Looks at a model while it trains: pictures often, the scatter as time allows."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aestudio.data.dataset import Dataset
from aestudio.models.autoencoder import Autoencoder
from aestudio.spec.run import RunSpec
from aestudio.training.events import Pictures, Scatter, Wanted, frozen
from aestudio.training.objective import corrupt
from aestudio.training.projection import Projection

PICTURE_SHARE = 0.02
"""Share of the trainer's time for pictures: unbounded, snapshots took 62 % of the throughput."""
SCATTER_SHARE = 0.003
"""Likewise for the codes of test images, which are brought up to date a slice at a time."""
FILL_SHARE = 0.03
"""The same until each of them has been encoded once: a tenth of a second, and the scatter is all there."""
EPOCH_SHARE = 0.0015
"""Share of an epoch's time that more of them may take at its end."""
LAST_LOOK = 1.0
"""Seconds that they may take when the run is over."""
FASTEST = 0.097
"""Seconds from one picture to the next: more cannot be told apart by eye, and the window must paint them."""
_SLICE = 0.01  # seconds a slice takes: smaller batches waste time, larger ones are felt
_HELD_SLICE = 0.05  # and while nothing trains
_BATCH = 1_024  # points encoded at once
_FIRST = 64  # points of the first slice, whose cost is not yet known
_KEPT_NUMBERS = 32_000_000  # of corrupted test images, at 2 bytes each; more are corrupted anew each time
_CHEAP_TO_FIT = 64  # codes up to this length have their axes fitted at every slice, longer ones once a round
NOISE_SEED = 20_110
"""Evaluation corrupts every time with the same noise, so that figures and pictures can be compared."""


class Watch:
    """What the listener sees of a run between its steps.

    Parameters
    ----------
    model
        the model to look at; its weights may be a moving average.
    data
        whose test split is shown.
    run
        for the corruptions.
    """

    def __init__(self, model: Autoencoder, data: Dataset, run: RunSpec) -> None:
        self._model, self._data, self._run = model, data, run
        self._codes = np.full((len(data.test), int(np.prod(model.code_shape))), np.nan, np.float32)
        labels = None if data.labels is None else data.labels[data.test].cpu().numpy()
        self._labels = None if labels is None else frozen(labels.astype(np.int64))
        self._projection = Projection()
        self._scatter: Scatter | None = None
        self._corrupted = self._room_for_corrupted()
        self._next, self._fresh = 0, 0
        self._filled = False  # whether each test image has been encoded once
        self._rate = 0.0  # points encoded a second, once measured
        self._picture_due = 0.0
        self._pin(())
        self._saved, self._saved_at = _SLICE, time.perf_counter()

    def due(self, wanted: Wanted) -> bool:
        """Whether it is time for pictures."""
        return wanted.hold or (wanted.pictures and time.perf_counter() >= self._picture_due)

    def stale(self) -> None:
        """Note that the weights have moved: every point of the scatter is of older ones."""
        self._fresh = 0

    @property
    def complete(self) -> bool:
        """Whether every point is of the present weights."""
        return self._fresh >= len(self._codes)

    def pictures(self, wanted: Wanted) -> Pictures:
        """The pinned test images, before and after."""
        # The thread's own time, here and below: what the window takes meanwhile must not make pictures rarer.
        began = time.thread_time()
        if wanted.pins != self._pins:
            self._pin(wanted.pins)
        with looking(self._model):
            x_hat = self._model.decode(self._model.encode(self._pinned).mean)
            drawn = None if self._prior is None else self._model.decode(self._prior).clamp(0, 1)
        shown = replace(
            self._before,
            reconstructed=frozen(_numpy(x_hat.clamp(0, 1))),
            samples=None if drawn is None else frozen(_numpy(drawn)),
        )
        cost = time.thread_time() - began
        now = time.perf_counter()
        # Counted from when these were due, so that they come as often however long a step takes.
        due = max(self._picture_due, now - FASTEST / 2) + FASTEST
        self._picture_due = max(due, now + cost / PICTURE_SHARE)
        return shown

    def _pin(self, pins: tuple[int, ...]) -> None:
        """Pick the images, and corrupt them once: their noise has a fixed seed."""
        places = np.array([pin for pin in pins if 0 <= pin < len(self._data.test)], np.int64)
        x = self._data.pixels(self._data.test[torch.from_numpy(places)])
        self._pins, self._pinned = pins, corrupt(x, self._run, _noise(x.device))
        clean = frozen(_numpy(x))
        seen = frozen(_numpy(self._pinned)) if self._run.corruptions else None
        self._before = Pictures(frozen(places), clean, seen, clean)
        self._prior = self._codes_of_prior(len(places)) if self._model.spec.bottleneck.variational else None

    def _codes_of_prior(self, count: int) -> Tensor:
        """The same standard normal codes each time, so that one sees what becomes of each."""
        z = torch.randn(count, *self._model.code_shape, generator=_noise(torch.device("cpu")))
        return z.to(self._model.device)

    def scatter(self, *, hold: bool) -> Scatter | None:
        """The scatter with the next slice brought up to date, when it has saved up the time for one."""
        if hold:  # somebody looks anew, who may have seen nothing of it yet
            return self.bring_up(_HELD_SLICE) or self._scatter
        now = time.perf_counter()
        # What is saved is bounded, and so is the debt of a slice that cost more than it should have.
        share = SCATTER_SHARE if self._filled else FILL_SHARE
        self._saved = min(self._saved + share * (now - self._saved_at), 2 * _SLICE)
        self._saved_at = now
        if self._saved < _SLICE:
            return None
        began = time.thread_time()
        shown = self.bring_up(self._saved)
        self._saved = max(self._saved - (time.thread_time() - began), -2 * _SLICE)
        return shown

    def bring_up(self, seconds: float) -> Scatter | None:
        """The scatter after so many seconds of encoding, None where all of it was up to date."""
        if self.complete:
            return None
        began = time.thread_time()
        # A power of two: for each new size of a batch oneDNN compiles its kernels anew, and keeps them.
        count = 1 << max(int(seconds * self._rate), 1).bit_length() - 1 if self._rate else _FIRST
        count = min(count, len(self._codes) - self._fresh)
        wraps = self._next + count >= len(self._codes)
        self._encode(count)
        self._filled |= wraps
        self._rate = count / max(time.thread_time() - began, 1e-6)
        cheap = self._codes.shape[1] <= _CHEAP_TO_FIT
        axes, explained = self._projection.follow(self._codes, refit=cheap or wraps)
        self._scatter = Scatter(frozen(self._projection.points), self._labels, axes, explained)
        return self._scatter

    def _encode(self, count: int) -> None:
        """Encode the next ``count`` test images, going round."""
        for start in range(0, count, _BATCH):
            self._encode_at((np.arange(start, min(start + _BATCH, count)) + self._next) % len(self._codes))
        self._next = (self._next + count) % len(self._codes)
        self._fresh += count

    def _encode_at(self, places: NDArray[np.int64]) -> None:
        x = self._seen(places)
        with looking(self._model):
            z = self._model.encode(x).mean
        self._codes[places] = _numpy(z.flatten(1))

    def _seen(self, places: NDArray[np.int64]) -> Tensor:
        """Test images as the encoder is given them; noise takes as long as encoding, so it is drawn once."""
        kept, rows = self._corrupted, torch.from_numpy(places)
        if kept is not None and self._filled:
            return kept[rows].float()
        x = self._data.pixels(self._data.test[rows])
        if not self._run.corruptions:
            return x
        x = corrupt(x, self._run, _noise(x.device))
        if kept is not None:
            kept[rows] = x.to(kept.dtype)
        return x

    def _room_for_corrupted(self) -> Tensor | None:
        shape = (len(self._data.test), *self._data.shape)
        is_of_images = len(shape) == 4  # whose pixels a half can hold; vectors may be of any size
        if not self._run.corruptions or not is_of_images or math.prod(shape) > _KEPT_NUMBERS:
            return None
        return torch.empty(shape, dtype=torch.float16, device=self._model.device)


def _noise(device: torch.device) -> torch.Generator:
    return torch.Generator(device).manual_seed(NOISE_SEED)


def _numpy(x: Tensor) -> np.ndarray:
    return x.float().cpu().numpy()


@contextmanager
def looking(model: Autoencoder) -> Iterator[None]:
    """The model in evaluation mode without gradients, and back as it was."""
    was_training = model.training
    _set_mode(model, training=False)
    try:
        with torch.inference_mode():
            yield
    finally:
        _set_mode(model, training=was_training)


def _set_mode(model: Autoencoder, *, training: bool) -> None:
    """What ``train()`` does, without its look at what is assigned: a sixth of a look went to that."""
    for module in model.parts:
        module.__dict__["training"] = training
