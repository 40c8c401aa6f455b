"""What the tests train on: a small part of the real MNIST, four patterns, and nets that learn in a second."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from aestudio.data.dataset import Dataset, Report
from aestudio.data.door import open_data
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.spec.edit import with_value
from aestudio.spec.parts import BOTTLENECKS, LAYERS, LOSSES
from aestudio.spec.run import DataSpec, ModelSpec, RunSpec, TrainingSpec
from aestudio.training.train import train

if TYPE_CHECKING:
    from aestudio.training.events import Event

E = TypeVar("E")


@functools.cache
def small_mnist() -> Dataset:
    """512 training, 200 validation and 300 test images of the real MNIST."""
    data = open_data(DataSpec(train_limit=512))
    return replace(data, validation=data.validation[:200], test=data.test[:300])


def dataset(images: torch.Tensor, *, validation: int = 0, test: int = 1) -> Dataset:
    """A data set of these images (uint8) or vectors, the last of which validate and test."""
    order = torch.arange(len(images))
    train = len(images) - validation - test
    parts = order[:train], order[train : train + validation], order[train + validation :]
    return Dataset("made up", images, None, (), *parts, split_rule="as given", report=Report())


@functools.cache
def four_patterns() -> Dataset:
    """Four digits, no more: any net with a weight to move gets better at them."""
    mnist = small_mnist()
    four = mnist.train[:4]
    return replace(mnist, train=four, validation=four, test=four)


def small_run(*changes: tuple[str, Any], **parts: Any) -> RunSpec:
    """784-32-8-32-784 with cross-entropy for 2 epochs; then each ``(path, value)`` set."""
    model = ModelSpec(encoder=(LAYERS.make("dense", units=32),), bottleneck=BOTTLENECKS.make("plain", size=8))
    whole: dict[str, Any] = {
        "model": model,
        "loss": LOSSES.make("bce"),
        "training": TrainingSpec(epochs=2, batch=64),
    }
    run = RunSpec(**(whole | parts))
    for path, value in changes:
        run = with_value(run, path, value)
    return run


def trained(run: RunSpec, data: Dataset | None = None, **wishes: Any) -> tuple[Autoencoder, list[Event]]:
    """The model that the run asks for after training, and everything that was told."""
    data = data or small_mnist()
    model = build(run.model, data.shape, run.training.seed)
    return model, list(train(model, data, run, **wishes))


def only(events: list[Event], kind: type[E]) -> list[E]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]
