"""Equal specs give equal runs, bit for bit, whoever looks and whatever else draws random numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from aestudio.models.autoencoder import build
from aestudio.spec.edit import with_value
from aestudio.spec.parts import BOTTLENECKS, CORRUPTIONS, LAYERS, PENALTIES
from aestudio.spec.run import ModelSpec, RunSpec
from aestudio.training.events import EpochEnded, Event, Finished, Wanted
from aestudio.training.train import train
from tests.small import only, small_mnist, small_run, trained

CONV = (LAYERS.make("conv", filters=4, stride=2), LAYERS.make("batch-norm"), LAYERS.make("dropout"))
RUNS: dict[str, RunSpec] = {
    "plain": small_run(),
    "dropout": small_run(
        ("model.encoder", (LAYERS.make("dense", units=32), LAYERS.make("dropout", rate=0.5)))
    ),
    "denoising": small_run(corruptions=(CORRUPTIONS.make("gaussian"), CORRUPTIONS.make("masking"))),
    "contractive": small_run(penalties=(PENALTIES.make("contractive"),)),
    "variational": small_run(
        model=ModelSpec(bottleneck=BOTTLENECKS.make("variational", size=3)),
        penalties=(PENALTIES.make("kl-prior"),),
    ),
    "convolutional": small_run(model=ModelSpec(encoder=CONV, bottleneck=BOTTLENECKS.make("plain", size=4))),
    "shifted and averaged": small_run(("training.shift", 2), ("training.average", 0.9)),
}
EVERY = pytest.mark.parametrize("name", RUNS)


def _end(run: RunSpec, **wishes: Any) -> Finished:
    (end,) = only(trained(run, **wishes)[1], Finished)
    return end


def _same(one: Finished, other: Finished) -> bool:
    pairs = [(getattr(one, kept), getattr(other, kept)) for kept in ("best", "last")]
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a)


@EVERY
def test_twice_the_same(name: str) -> None:
    one = _end(RUNS[name])
    torch.manual_seed(12345)
    torch.rand(1000)
    assert _same(one, _end(RUNS[name]))


@EVERY
def test_a_listener_changes_nothing(name: str) -> None:
    """Pictures, the scatter and a pause look at the model; they must not draw from its randomness."""
    quiet = _end(RUNS[name])
    assert _same(quiet, _end(RUNS[name], ask=_curious()))


def _curious() -> Callable[[], Wanted]:
    asked = 0

    def ask() -> Wanted:
        nonlocal asked
        asked += 1
        return Wanted(pictures=True, scatter=True, pins=(0, 1), hold=asked % 4 == 0)

    return ask


@EVERY
def test_training_draws_nothing_from_the_process(name: str) -> None:
    data, run = small_mnist(), RUNS[name]
    model = build(run.model, data.shape)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    list(train(model, data, run))
    assert torch.equal(before, torch.get_rng_state())


@EVERY
def test_two_models_trained_in_turn_do_not_disturb_each_other(name: str) -> None:
    """As in a race: a step of one, a step of the other."""
    data, run = small_mnist(), RUNS[name]
    alone = _end(run)
    races = [train(build(r.model, data.shape, r.training.seed), data, r) for r in (run, RUNS["dropout"])]
    ends: list[Event] = []
    for pair in zip(*races, strict=False):
        ends += pair
    ends += [event for race in races for event in race]
    assert any(_same(alone, end) for end in only(ends, Finished))


@EVERY
def test_another_seed_gives_another_run(name: str) -> None:
    assert not _same(_end(RUNS[name]), _end(with_value(RUNS[name], "training.seed", 1)))


def test_noise_does_not_change_the_order_of_the_batches() -> None:
    """Each purpose has its own stream: adding a corruption of strength 0 leaves everything as it was."""
    still = small_run(corruptions=(CORRUPTIONS.make("gaussian", sigma=0.0),))
    assert _same(_end(RUNS["plain"]), _end(still))


def test_validation_noise_is_the_same_each_epoch() -> None:
    """With a rate of next to nothing the weights stand still, and so must the noisy figures."""
    run = small_run(("training.lr", 1e-7), ("training.epochs", 3), corruptions=(CORRUPTIONS.make("masking"),))
    figures = [e.validation_terms["bce"] for e in only(trained(run)[1], EpochEnded)]
    assert figures[2] == pytest.approx(figures[0], rel=1e-4)
