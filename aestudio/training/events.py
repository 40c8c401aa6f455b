"""What training tells: frozen values of numpy arrays, read-only, on the CPU, each with its run's id.

They cross threads, so nothing in them is shared with the trainer, and nothing here needs torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aestudio.training.resting import State

Floats = NDArray[np.float32]


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, marked read-only."""
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class Wanted:
    """What the listener wants of the next step; it is asked before each.

    Parameters
    ----------
    pictures
        a new picture snapshot may be made when its time has come (the last one is drawn).
    scatter
        codes of test images may be sent along.
    hold
        do not train; only bring pictures and scatter up to date (the run is paused).
    stop
        end after this, with a final validation.
    checkpoint
        hand over the run's state before the next step, as a :class:`Checkpoint`.
    pins
        which test images are shown, as positions within the test split.
    lr
        peak learning rate to use from now on, or None for the spec's.
    weights
        penalty weights to use from now on, by kind.
    """

    pictures: bool = False
    scatter: bool = False
    hold: bool = False
    stop: bool = False
    checkpoint: bool = False
    pins: tuple[int, ...] = ()
    lr: float | None = None
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Anything that training tells. ``run_id`` says of which run, so that stale ones can be dropped."""

    run_id: str


@dataclass(frozen=True)
class Started(Event):
    """The first event: what was built, and where it runs.

    Parameters
    ----------
    parameters
        weights and biases.
    code_shape
        shape of the code.
    steps
        steps in the whole run.
    steps_per_epoch
        steps in one epoch.
    epochs
        epochs planned.
    device
        for example ``cpu`` or ``cuda:0``.
    precision
        ``float32`` or ``bfloat16``.
    terms
        names of the loss terms, the reconstruction loss first.
    units
        the unit of each term.
    step
        steps done before, where a run goes on.
    limit
        seconds after which it ends, whatever the epochs; 0 where there is none.
    """

    parameters: int
    code_shape: tuple[int, ...]
    steps: int
    steps_per_epoch: int
    epochs: int
    device: str
    precision: str
    terms: tuple[str, ...]
    units: tuple[str, ...]
    step: int = 0
    limit: float = 0.0


@dataclass(frozen=True)
class Stepped(Event):
    """One batch has been learnt (or looked at, when held). Carries nothing else, so it costs nothing."""

    step: int


@dataclass(frozen=True)
class Curves:
    """Losses of every step since the last snapshot.

    Parameters
    ----------
    steps
        step numbers, ``(n,)``, from 1.
    mse
        squared error per pixel on [0, 1] against the clean image, ``(n,)``; the common metric.
    terms
        each weighted loss term per image, ``{name: (n,)}``.
    """

    steps: NDArray[np.int64]
    mse: Floats
    terms: Mapping[str, Floats]


def no_curves() -> Curves:
    """Losses of no step at all."""
    return Curves(frozen(np.empty(0, np.int64)), frozen(np.empty(0, np.float32)), {})


@dataclass(frozen=True)
class Pictures:
    """The pinned test images as the model sees and gives them, pixels in [0, 1].

    Parameters
    ----------
    pins
        their positions within the test split, ``(k,)``.
    clean
        ``(k, *data_shape)``.
    corrupted
        what the encoder was given, or None without corruption.
    reconstructed
        ``(k, *data_shape)``, clipped to [0, 1].
    samples
        as many images drawn from the prior, ``(k, *data_shape)``, the same codes each time; None unless the
        model is variational.
    """

    pins: NDArray[np.int64]
    clean: Floats
    corrupted: Floats | None
    reconstructed: Floats
    samples: Floats | None = None


@dataclass(frozen=True)
class Scatter:
    """The test set's codes in the plane.

    Parameters
    ----------
    points
        ``(n, 2)`` for the whole test split, NaN where not yet encoded.
    labels
        class of each point, ``(n,)``, or None.
    axes
        what the two axes are, for example ``("PC 1 (31 %)", "PC 2 (20 %)")``.
    explained
        share of the codes' variance in the two axes, or None where the code is shown itself.
    """

    points: Floats
    labels: NDArray[np.int64] | None
    axes: tuple[str, str]
    explained: float | None


@dataclass(frozen=True)
class Snapshot(Event):
    """A look at a run: curves always, pictures and scatter when they were due.

    Parameters
    ----------
    step
        steps done.
    epoch
        epochs done, with a fraction.
    seconds
        training time so far, pauses left out.
    images_per_second
        lately.
    lr
        learning rate at this step.
    memory_mb
        memory on the device, where the device can tell, else 0.
    complete
        whether every point of the scatter is of these weights; tells a held run that it may sleep.
    """

    step: int
    epoch: float
    seconds: float
    images_per_second: float
    lr: float
    memory_mb: float
    curves: Curves
    pictures: Pictures | None = None
    scatter: Scatter | None = None
    complete: bool = False


@dataclass(frozen=True)
class EpochEnded(Event):
    """One pass over the training images is done, and the validation images were looked at.

    Parameters
    ----------
    epoch
        epochs done, from 1.
    step
        steps done.
    train_mse
        mean over the epoch's batches, per pixel; the weights moved meanwhile.
    validation_mse
        per pixel, against the clean images, with a fixed noise seed.
    validation_terms
        each weighted loss term on the validation images.
    best
        whether this is the smallest validation loss so far; these weights are kept.
    seconds
        training time so far.
    """

    epoch: int
    step: int
    train_mse: float
    validation_mse: float
    validation_terms: Mapping[str, float]
    best: bool
    seconds: float


@dataclass(frozen=True)
class Checkpoint(Event):
    """A run's state, told when it was wanted and once before :class:`Finished`, unless the run failed."""

    state: State


@dataclass(frozen=True)
class Finished(Event):
    """The last event.

    Parameters
    ----------
    reason
        ``done``, or ``stopped`` or ``failed`` before its time.
    step
        steps done.
    seconds
        training time, pauses left out.
    images_per_second
        over the whole run.
    best_epoch
        the epoch whose weights the model holds now, 0 for none.
    best
        weights chosen by validation loss, by name.
    last
        weights after the last step, by name.
    """

    reason: Literal["done", "stopped", "failed"]
    step: int
    seconds: float
    images_per_second: float
    best_epoch: int
    best: Mapping[str, NDArray[Any]]
    last: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class FloorsKnown(Event):
    """What any model of this code size on these data is held against; all on the test split.

    Parameters
    ----------
    pca_mse
        squared error per pixel of PCA with as many components as the code has numbers.
    mean_mse
        squared error per pixel of always answering with the mean training image.
    noisy_mse
        squared error per pixel of the corrupted images themselves, or None without corruption.
    bce_nats
        cross-entropy per image of a perfect reconstruction, which grey pixels keep above 0.
    """

    pca_mse: float
    mean_mse: float
    noisy_mse: float | None
    bce_nats: float


@dataclass(frozen=True)
class Kept(Event):
    """Told before anything else of a run that is written to disk.

    Parameters
    ----------
    folder
        where it is kept.
    """

    folder: Path


@dataclass(frozen=True)
class NotKept(Event):
    """The run could not be written to disk just now; training goes on, and writing is tried again.

    Parameters
    ----------
    sentence
        what is wrong, and what would be right.
    """

    sentence: str


@dataclass(frozen=True)
class LaneFailed(Event):
    """One run of a race has ended on an error; the others go on.

    Parameters
    ----------
    sentence
        what is wrong, and what would be right.
    """

    sentence: str


@dataclass(frozen=True)
class Measured(Event):
    """The finished run's figures on the test split, with the weights chosen by validation.

    Parameters
    ----------
    metrics
        values by name, None where one does not apply; names end in their unit where they have one.
    details
        arrays behind the figures, for example the KL of each code dimension.
    protocol
        one sentence that says how they were taken.
    """

    metrics: Mapping[str, float | int | str | None]
    details: Mapping[str, tuple[float, ...]]
    protocol: str
