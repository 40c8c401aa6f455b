"""A run: data, model, objective and training, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from aestudio.spec.knobs import Spec, knob
from aestudio.spec.parts import Activation, Bottleneck, Corruption, Layer, Loss, Penalty


@dataclass(frozen=True, kw_only=True)
class Lesson(Spec):
    """What a preset teaches, in a few sentences."""

    title: str = knob("", help="The preset's name as a person reads it")
    shows: str = knob("", help="What one sees when it trains")
    formula: str = knob("", help="The objective, in plain text")
    source: str = knob("", help="Paper or book, with the equation")


@dataclass(frozen=True, kw_only=True)
class DataSpec(Spec):
    """Which images, and which of them train, validate and test."""

    source: str = knob(
        "mnist", help="A built-in name (mnist, digits, fashion-mnist) or a path to a folder or file"
    )
    train_limit: int = knob(
        0, low=0, high=100_000_000, unit="images", help="Use only so many training images; 0 uses all"
    )
    validation: float = knob(
        1 / 12,
        low=0.0,
        high=0.5,
        help="Share of the training images kept aside to choose by; 1/12 of MNIST is 5,000 images",
    )
    test: float = knob(
        0.15, low=0.01, high=0.5, help="Share kept for the test where the source does not come split"
    )
    seed: int = knob(0, low=0, high=2**31 - 1, help="Seed of the split")
    size: int = knob(
        0,
        low=0,
        high=1024,
        unit="pixels",
        help="Side that dropped images are brought to; 0 chooses 28, 32 or 64",
    )
    channels: Literal["auto", "grey", "colour"] = knob(
        "auto", help="Channels that dropped images are brought to"
    )


@dataclass(frozen=True, kw_only=True)
class ModelSpec(Spec):
    """The autoencoder's shape. Without a decoder of its own it is mirrored from the encoder."""

    encoder: tuple[Layer, ...] = knob((), help="Layers from the image to the code")
    bottleneck: Bottleneck = knob(help="The code layer")
    decoder: tuple[Layer, ...] | None = knob(
        None, help="Layers from the code to the image; left out, it mirrors the encoder"
    )
    output: Activation = knob("sigmoid", help="Activation of the last layer; it must reach the pixel range")
    pixels: Literal["0..1", "-1..1"] = knob(
        "0..1", help="Range that pixels are scaled to inside the network; errors are always told on [0, 1]"
    )


@dataclass(frozen=True, kw_only=True)
class TrainingSpec(Spec):
    """How the weights are found."""

    epochs: int = knob(10, low=1, high=100_000, help="Passes over the training images")
    seconds: float = knob(
        0.0,
        low=0.0,
        high=1e7,
        unit="s",
        label="Time limit",
        help="End after so many seconds of training, whatever the epochs; 0 for no limit",
    )
    batch: int = knob(128, low=1, high=65_536, unit="images", log=True, help="Images per step")
    optimiser: Literal["adam", "adamw", "sgd"] = knob(
        "adam", help="Kingma and Ba 2015, or plain gradient descent"
    )
    lr: float = knob(
        1e-3, low=1e-7, high=10.0, log=True, label="Learning rate", help="Size of a step, at its peak"
    )
    schedule: Literal["constant", "cosine", "one-cycle"] = knob(
        "constant",
        help="How the learning rate moves: one-cycle warms up, then falls along a cosine to nearly 0",
    )
    warm_up: float = knob(0.1, low=0.0, high=0.9, help="Share of a one-cycle schedule spent warming up")
    momentum: float = knob(0.9, low=0.0, high=0.999, help="SGD's momentum, or Adam's first β")
    beta2: float = knob(
        0.999,
        low=0.0,
        high=0.99999,
        label="β₂",
        help="Adam's second β: how long gradient sizes are remembered",
    )
    decay: float = knob(
        0.0, low=0.0, high=1.0, help="Decoupled weight decay of AdamW (Loshchilov and Hutter 2019)"
    )
    clip: float = knob(0.0, low=0.0, high=1e4, help="Largest norm of the gradient; 0 does not clip")
    average: float = knob(
        0.0,
        low=0.0,
        high=0.99999,
        help="Decay of a moving average of the weights, which is then used; 0 for none",
    )
    shift: int = knob(
        0, low=0, high=8, unit="pixels", help="Move each training image at random by up to so many pixels"
    )
    precision: Literal["auto", "float32", "bfloat16"] = knob(
        "float32", help="bfloat16 is faster where the processor has it; auto uses it only there"
    )
    seed: int = knob(0, low=0, high=2**31 - 1, help="Seed of weights, batches and corruption")


@dataclass(frozen=True, kw_only=True)
class RunSpec(Spec):
    """Everything that decides a run's result. Equal specs give equal runs on one device."""

    name: str = knob("untitled", help="The preset's or the run's name")
    lesson: Lesson = field(default_factory=Lesson)
    data: DataSpec = field(default_factory=DataSpec)
    model: ModelSpec = knob(help="Encoder, code and decoder")
    corruptions: tuple[Corruption, ...] = knob(
        (), help="What is done to the images before the encoder sees them"
    )
    loss: Loss = knob(help="What a reconstruction is compared by")
    penalties: tuple[Penalty, ...] = knob((), help="Terms added to the loss")
    training: TrainingSpec = field(default_factory=TrainingSpec)
