"""Our short way to an optimiser's step moves the weights as torch's own step does, bit for bit."""

from __future__ import annotations

from typing import Literal

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aestudio.models.autoencoder import build
from aestudio.spec.run import TrainingSpec
from aestudio.training.optimiser import drop_gradients, make_optimiser, set_lr, take_step
from tests.small import small_mnist, small_run

STEPS, BATCH = 5, 32
Kind = Literal["adam", "adamw", "sgd"]
SPECS = {kind: TrainingSpec(optimiser=kind, decay=0.1, beta2=0.9) for kind in ("adam", "adamw", "sgd")}


def _model() -> nn.Module:
    model: nn.Module = build(small_run().model, small_mnist().shape)
    model.register_parameter("unused", nn.Parameter(torch.ones(3)))  # it never gets a gradient
    return model


def _batches() -> list[Tensor]:
    data = small_mnist()
    return [data.pixels(indices) for indices in data.train[: STEPS * BATCH].split(BATCH)]


def _ours(spec: TrainingSpec) -> nn.Module:
    model = _model()
    optimiser = make_optimiser(model, spec)
    for i, x in enumerate(_batches()):
        set_lr(optimiser, spec.lr / (i + 1))
        drop_gradients(optimiser)
        F.mse_loss(model(x).x_hat, x).backward()
        take_step(optimiser)
    return model


def _torchs(spec: TrainingSpec) -> nn.Module:
    model = _model()
    optimiser = make_optimiser(model, spec)
    for i, x in enumerate(_batches()):
        optimiser.param_groups[0]["lr"] = spec.lr / (i + 1)
        optimiser.zero_grad()
        F.mse_loss(model(x).x_hat, x).backward()
        optimiser.step()
    return model


@pytest.mark.parametrize("kind", SPECS)
def test_the_weights_are_those_that_torchs_own_step_gives(kind: Kind) -> None:
    ours, torchs = _ours(SPECS[kind]).state_dict(), _torchs(SPECS[kind]).state_dict()
    for name, weight in torchs.items():
        assert torch.equal(ours[name], weight), name


@pytest.mark.parametrize("kind", SPECS)
def test_a_weight_without_a_gradient_stays(kind: Kind) -> None:
    assert torch.equal(_ours(SPECS[kind]).state_dict()["unused"], torch.ones(3))
