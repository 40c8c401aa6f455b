"""The contractive penalty against Jacobians that autograd takes whole."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd.functional import jacobian

from aestudio.models.autoencoder import Autoencoder, build
from aestudio.objectives.penalties.contractive import Contractive, single_sigmoid_layer
from aestudio.spec.check import faults
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Layer, Shape
from aestudio.spec.run import ModelSpec
from tests.small import small_mnist, small_run

SIGMOID = BOTTLENECKS.make("plain", size=9, activation="sigmoid")
DIGIT = (1, 28, 28)


def _model(encoder: tuple[Layer, ...], shape: Shape = DIGIT, **options: Any) -> Autoencoder:
    made: dict[str, Any] = {"bottleneck": SIGMOID} | options
    return build(ModelSpec(encoder=encoder, **made), shape, seed=3)


def _digits(count: int) -> Tensor:
    return small_mnist().pixels(small_mnist().train[:count])


def _squared_norms(model: Autoencoder, x: Tensor) -> Tensor:
    """``‖∂z/∂x‖²`` of each image, by one whole Jacobian an image."""

    def norm(image: Tensor) -> Tensor:
        return jacobian(lambda one: model.encode(one[None]).mean, image).square().sum()  # type: ignore[union-attr]

    return torch.stack([norm(image) for image in x])


@pytest.mark.parametrize("options", [{}, {"pixels": "-1..1", "output": "tanh"}], ids=["0..1", "-1..1"])
def test_the_closed_form_is_the_jacobian(options: dict[str, Any]) -> None:
    model, x = _model((), **options), _digits(12)
    assert single_sigmoid_layer(model) is not None
    expected = _squared_norms(model, x).mean()
    assert Contractive()(model(x)).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_closed_form_holds_for_vectors() -> None:
    model, x = _model((), (13,)), torch.rand(7, 13, generator=torch.Generator().manual_seed(1))
    expected = _squared_norms(model, x).mean()
    assert Contractive()(model(x)).item() == pytest.approx(expected.item(), rel=1e-5)


ESTIMATED = {
    "two sigmoid layers": _model((LAYERS.make("dense", units=20, activation="sigmoid"),)),
    "tanh": _model((), bottleneck=BOTTLENECKS.make("plain", size=9, activation="tanh")),
    "tied": _model((), bottleneck=BOTTLENECKS.make("tied", size=9)),
    "variational": _model((), bottleneck=BOTTLENECKS.make("variational", size=9)),
    "convolution": _model(
        (LAYERS.make("conv", filters=3, stride=4, activation="tanh"),),
        bottleneck=BOTTLENECKS.make("conv", filters=1),
    ),
}


@pytest.mark.parametrize("name", ESTIMATED)
def test_the_estimate_is_the_jacobian_on_average(name: str) -> None:
    model, x = ESTIMATED[name], _digits(40)
    assert single_sigmoid_layer(model) is None
    generator = torch.Generator().manual_seed(0)
    # 40 images by 64 probes by 3: the mean of 7,680 draws, whose error is about 1 %.
    p = dataclasses.replace(model(x), generator=generator)
    estimate = sum(Contractive(probes=64)(p).item() for _ in range(3)) / 3
    assert estimate == pytest.approx(_squared_norms(model, x).mean().item(), rel=0.05)


def test_the_estimates_gradient_is_the_penaltys() -> None:
    """Not only the value: what training follows must be the derivative of the norm."""
    model = _model((), (5,), bottleneck=BOTTLENECKS.make("plain", size=3, activation="tanh"))
    x = torch.rand(400, 5, generator=torch.Generator().manual_seed(1))
    weight = next(model.bottleneck.parameters())
    exact = torch.autograd.grad(_of_weights(model, x), weight)[0]
    p = dataclasses.replace(model(x), generator=torch.Generator().manual_seed(0))
    estimated = torch.autograd.grad(Contractive(probes=64)(p), weight)[0]
    assert torch.nn.functional.cosine_similarity(exact.flatten(), estimated.flatten(), dim=0) > 0.99


def _of_weights(model: Autoencoder, x: Tensor) -> Tensor:
    """The mean squared norm for ``z = tanh(W x + b)``, written out: ``Σ_j (1 − z_j²)² ‖W_j‖²``."""
    slope = (1 - model.encode(x).z.square()).square()
    weight = next(model.bottleneck.parameters())
    return (slope @ weight.square().sum(dim=1)).mean()


def test_batch_norm_is_refused() -> None:
    run = small_run(("model.encoder", (LAYERS.make("batch-norm"),)), penalties=(Contractive(),))
    assert any("batch norm" in fault.what for fault in faults(run, DIGIT))
