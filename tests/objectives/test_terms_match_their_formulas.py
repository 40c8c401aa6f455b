"""Losses and penalties against torch.distributions, scikit-learn and sums by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from aestudio.models.autoencoder import build
from aestudio.objectives.penalties.kl_prior import kl_per_dimension
from aestudio.spec.parts import BOTTLENECKS, LOSSES, PENALTIES, Code, Pass
from aestudio.spec.run import ModelSpec
from aestudio.training.objective import loss_terms, mse_per_pixel, term_units
from tests.small import small_mnist, small_run

DIGIT = (1, 28, 28)


def _pass(**options: Any) -> Pass:
    model = build(ModelSpec(encoder=(), **options), DIGIT, seed=3)
    with torch.no_grad():
        x = small_mnist().pixels(small_mnist().train[:16])
        return model(x, generator=torch.Generator().manual_seed(0))


PLAIN = _pass(bottleneck=BOTTLENECKS.make("plain", size=12, activation="sigmoid"))


def test_squared_and_absolute_error_are_scikit_learns() -> None:
    x, x_hat = PLAIN.x.flatten(1).numpy(), PLAIN.x_hat.flatten(1).numpy()
    assert float(LOSSES.make("mse")(PLAIN)) == pytest.approx(784 * mean_squared_error(x, x_hat), rel=1e-5)
    assert float(LOSSES.make("l1")(PLAIN)) == pytest.approx(784 * mean_absolute_error(x, x_hat), rel=1e-5)
    assert float(mse_per_pixel(PLAIN, {})) == pytest.approx(mean_squared_error(x, x_hat), rel=1e-5)


def test_cross_entropy_is_the_bernoulli_likelihood() -> None:
    """scikit-learn's log loss of each pixel, black and white weighted by how grey it is."""
    x, x_hat = (values.flatten().double().numpy() for values in (PLAIN.x, PLAIN.x_hat))
    weights, truth = np.concatenate([x, 1 - x]), np.repeat([1, 0], len(x))
    expected = log_loss(truth, np.concatenate([x_hat, x_hat]), sample_weight=weights, normalize=False)
    assert float(LOSSES.make("bce")(PLAIN)) == pytest.approx(expected / len(PLAIN.x), rel=1e-5)


def test_cross_entropy_stays_finite_where_the_sigmoid_is_full() -> None:
    x = torch.tensor([[0.0, 1.0]])
    p = Pass(torch.nn.Identity(), x, x, Code(x), torch.tensor([[200.0, -200.0]]), 1 - x)
    assert float(LOSSES.make("bce")(p)) == pytest.approx(400)


def test_kl_to_the_prior_is_torchs() -> None:
    p = _pass(bottleneck=BOTTLENECKS.make("variational", size=5))
    posterior, prior = Normal(_known(p.code.mu), (0.5 * _known(p.code.log_var)).exp()), Normal(0.0, 1.0)
    expected = kl_divergence(posterior, prior)
    torch.testing.assert_close(kl_per_dimension(p.code), expected, rtol=1e-5, atol=1e-6)
    whole = PENALTIES.make("kl-prior")(p)
    torch.testing.assert_close(whole, expected.sum(dim=1).mean(), rtol=1e-5, atol=1e-6)


def _known(values: Tensor | None) -> Tensor:
    assert values is not None
    return values


def test_kl_of_a_code_without_a_distribution_is_refused() -> None:
    with pytest.raises(TypeError, match="variational"):
        kl_per_dimension(PLAIN.code)


@pytest.mark.parametrize("rho", [0.001, 0.05, 0.5])
def test_kl_sparsity_is_torchs(rho: float) -> None:
    means = PLAIN.code.z.mean(dim=0)
    expected = kl_divergence(Bernoulli(torch.tensor(rho)), Bernoulli(means)).sum()
    torch.testing.assert_close(PENALTIES.make("kl-sparsity", rho=rho)(PLAIN), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dead", [0.0, 1.0])
def test_kl_sparsity_of_a_dead_unit_is_finite(dead: float) -> None:
    z = torch.full((4, 3), dead, requires_grad=True)
    p = Pass(torch.nn.Identity(), z, z, Code(z), z, z)
    term = PENALTIES.make("kl-sparsity")(p)
    term.backward()
    assert term.isfinite()
    assert z.grad is not None
    assert z.grad.isfinite().all()


def test_l1_is_the_sum_of_absolute_values() -> None:
    expected = PLAIN.code.z.abs().sum(dim=1).mean()
    torch.testing.assert_close(PENALTIES.make("l1")(PLAIN), expected)


def test_weight_decay_is_half_the_squared_matrices() -> None:
    matrices = [w.detach() for name, w in PLAIN.model.named_parameters() if name.endswith("weight")]
    assert [tuple(w.shape) for w in matrices] == [(12, 784), (784, 12)]
    expected = sum(float(w.double().square().sum()) for w in matrices) / 2
    assert PENALTIES.make("weight-decay")(PLAIN).item() == pytest.approx(expected, rel=1e-5)


def test_biases_decay_not() -> None:
    model = build(PLAIN.model.spec, DIGIT, seed=3)  # type: ignore[arg-type]  # an Autoencoder's
    with torch.no_grad():
        before = float(PENALTIES.make("weight-decay")(model(PLAIN.x)))
        for name, w in model.named_parameters():
            if name.endswith("bias"):
                w.add_(5.0)
        assert float(PENALTIES.make("weight-decay")(model(PLAIN.x))) == before


def test_terms_are_weighted_by_the_spec_or_by_the_listener() -> None:
    run = small_run(penalties=(PENALTIES.make("l1", weight=0.25), PENALTIES.make("weight-decay", weight=2.0)))
    raw = {part.kind: part(PLAIN).item() for part in run.penalties}
    spec, live = loss_terms(PLAIN, run), loss_terms(PLAIN, run, {"l1": 4.0})
    assert list(spec) == ["bce", "penalty l1", "penalty weight-decay"] == list(term_units(run))
    assert spec["penalty l1"].item() == pytest.approx(0.25 * raw["l1"])
    assert live["penalty l1"].item() == pytest.approx(4 * raw["l1"])
    assert spec["penalty weight-decay"] == live["penalty weight-decay"]
    assert live["penalty weight-decay"].item() == pytest.approx(2 * raw["weight-decay"])
    assert math.isclose(spec["bce"].item(), run.loss(PLAIN).item())
