"""The smallest validation loss chooses the weights; a moving average of them is used where one is kept."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from aestudio.models.autoencoder import build
from aestudio.spec.parts import LAYERS, PENALTIES
from aestudio.training.events import EpochEnded, Finished, Wanted
from aestudio.training.objective import forward, loss_terms
from aestudio.training.optimiser import Average, make_optimiser
from aestudio.training.validation import Choice, validate
from aestudio.training.watch import NOISE_SEED
from tests.small import only, small_mnist, small_run, trained

STEPS = 8


def test_choice_keeps_the_smallest() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    choice, taken = Choice(model), []
    for epoch, loss in enumerate([3.0, float("nan"), 2.0, 2.0, 5.0], start=1):
        torch.nn.init.constant_(model.weight, epoch)
        taken.append(choice.consider(epoch, loss))
    assert taken == [True, False, True, False, False]
    assert choice.epoch == 3
    assert choice.best()["weight"].item() == 3


def test_a_spoilt_epoch_is_not_kept() -> None:
    """The second of three epochs runs at a huge rate."""
    asked = itertools.count()
    run = small_run(("training.epochs", 3))
    spoiling = range(STEPS, 2 * STEPS)
    model, told = trained(run, ask=lambda: Wanted(lr=3.0 if next(asked) in spoiling else 1e-7))
    epochs, (end,) = only(told, EpochEnded), only(told, Finished)
    assert [e.best for e in epochs] == [True, False, False]
    assert end.best_epoch == 1
    _, mse = validate(model, small_mnist(), run)
    assert mse == pytest.approx(epochs[0].validation_mse, rel=1e-5)
    assert any(not np.array_equal(end.best[name], end.last[name]) for name in end.best)


def test_the_whole_loss_chooses() -> None:
    """Not the reconstruction alone: with a heavy penalty the figure that counts is their sum."""
    run = small_run(penalties=(PENALTIES.make("l1", weight=1.0),))
    told = only(trained(run)[1], EpochEnded)
    for e in told:
        assert set(e.validation_terms) == {"bce", "penalty l1"}
    totals = [sum(e.validation_terms.values()) for e in told]
    assert [e.best for e in told] == [True, totals[1] < totals[0]]


def test_validation_is_a_mean_over_the_validation_images() -> None:
    data, run = small_mnist(), small_run()
    model = build(run.model, data.shape, 1)
    terms, mse = validate(model, data, run)
    x = data.pixels(data.validation)
    with torch.inference_mode():
        p = forward(model.eval(), x, run, torch.Generator().manual_seed(NOISE_SEED))
        assert terms["bce"] == pytest.approx(float(loss_terms(p, run)["bce"]), rel=1e-5)
        assert mse == pytest.approx(float((p.x_hat - x).square().mean()), rel=1e-5)


def test_batches_of_unequal_size_weigh_by_their_images() -> None:
    data, run = small_mnist(), small_run()
    model = build(run.model, data.shape, 1)
    whole = replace(data, validation=data.train[:250])  # 200 and 50 at a time
    x = data.pixels(whole.validation)
    with torch.inference_mode():
        expected = float((model(x).x_hat - x).square().mean())
    assert validate(model, whole, run)[1] == pytest.approx(expected, rel=1e-5)


def test_without_validation_images_training_ones_choose() -> None:
    data = replace(small_mnist(), validation=small_mnist().validation[:0])
    _, told = trained(small_run(), data)
    assert all(np.isfinite(e.validation_mse) for e in only(told, EpochEnded))


def test_validating_leaves_the_model_in_training() -> None:
    run = small_run(("model.encoder", (LAYERS.make("dense", units=9), LAYERS.make("batch-norm"))))
    model = build(run.model, (1, 28, 28)).train()
    before = {name: w.clone() for name, w in model.state_dict().items()}
    validate(model, small_mnist(), run)
    assert model.training
    assert all(torch.equal(before[name], w) for name, w in model.state_dict().items())


def test_the_average_is_an_exponential_one() -> None:
    run = small_run()
    model = build(run.model, (1, 28, 28))
    average = Average(model, 0.9)
    weight, expected = next(model.parameters()), None
    for value in (1.0, 2.0, 4.0):
        torch.nn.init.constant_(weight, value)
        average.update()
        expected = value if expected is None else 0.9 * expected + 0.1 * value
    assert next(average.model.parameters()).unique().item() == pytest.approx(expected)
    assert weight.unique().item() == 4, "what trains is left as it is"


def test_without_a_decay_the_model_itself_is_used() -> None:
    model = build(small_run().model, (1, 28, 28))
    assert Average(model, 0.0).model is model


def test_an_averaged_run_keeps_the_average() -> None:
    """Its last weights are those of the average, which lags behind the trained ones."""
    plain, averaged = (
        only(trained(small_run(("training.average", decay)))[1], Finished)[0] for decay in (0.0, 0.95)
    )
    assert any(not np.array_equal(plain.last[name], averaged.last[name]) for name in plain.last)


def test_the_average_takes_batch_norms_figures_too() -> None:
    layers = (LAYERS.make("dense", units=9), LAYERS.make("batch-norm"))
    run = small_run(("model.encoder", layers), ("training.average", 0.5))
    model, told = trained(run)
    variance = next(w for name, w in model.state_dict().items() if name.endswith("running_var"))
    assert not torch.equal(variance, torch.ones_like(variance))
    assert only(told, EpochEnded)[-1].validation_mse < 0.1


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)]
)
def test_the_optimiser_is_the_one_named(name: str, kind: type) -> None:
    run = small_run(
        *(("training.optimiser", name), ("training.lr", 0.02), ("training.momentum", 0.8)),
        *(("training.beta2", 0.95), ("training.decay", 0.1)),
    )
    optimiser = make_optimiser(build(run.model, (1, 28, 28)), run.training)
    assert type(optimiser) is kind
    (group,) = optimiser.param_groups
    assert group["lr"] == 0.02
    assert group.get("momentum", group.get("betas")) in (0.8, (0.8, 0.95))
    assert group["weight_decay"] == (0.0 if name == "adam" else 0.1)


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_every_optimiser_learns(name: str) -> None:
    lr = 3e-4 if name == "sgd" else 1e-3
    told = only(trained(small_run(("training.optimiser", name), ("training.lr", lr)))[1], EpochEnded)
    assert told[1].validation_mse < told[0].validation_mse


def test_clipping_bounds_the_step() -> None:
    """One step of plain SGD at rate 1 moves the weights by the clipped norm."""
    run = small_run(
        *(("training.optimiser", "sgd"), ("training.lr", 1.0), ("training.momentum", 0.0)),
        *(("training.clip", 0.25), ("training.batch", 512), ("training.epochs", 1)),
    )
    start = only(trained(run, ask=lambda: Wanted(stop=True))[1], Finished)[0].last
    end = only(trained(run)[1], Finished)[0].last
    moved = sum(float(np.square(end[name] - start[name]).sum()) for name in start) ** 0.5
    assert moved == pytest.approx(0.25, rel=1e-3)


@pytest.mark.parametrize("precision", ["bfloat16", "auto"])
def test_bfloat16_learns_nearly_as_well(precision: str) -> None:
    full, half = (
        only(trained(small_run(("training.precision", p)))[1], EpochEnded)[-1] for p in ("float32", precision)
    )
    assert half.validation_mse == pytest.approx(full.validation_mse, rel=0.03)
