"""Our product gives what torch's does, forward, back and once more, and leaves torch's where it must."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from aestudio.models import linear as module
from aestudio.models.linear import Linear, linear

SHAPES = [(7, 5, 3), (128, 784, 500), (1, 784, 2), (33, 2, 784), (256, 300, 100)]


def _drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).requires_grad_()


@pytest.mark.parametrize(("count", "inputs", "outputs"), SHAPES)
def test_values_and_gradients(count: int, inputs: int, outputs: int) -> None:
    x, weight, bias = _drawn(count, inputs), _drawn(outputs, inputs, seed=1), _drawn(outputs, seed=2)
    ours, theirs = linear(x, weight, bias), F.linear(x, weight, bias)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    for mine, its in zip(_gradients(ours, x, weight, bias), _gradients(theirs, x, weight, bias), strict=True):
        torch.testing.assert_close(mine, its, rtol=1e-3, atol=1e-3)


def _gradients(out: Tensor, *of: Tensor) -> tuple[Tensor, ...]:
    return torch.autograd.grad(out.square().sum(), of)


def test_second_derivatives() -> None:
    def curvature(product: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        x, weight = _drawn(6, 4), _drawn(3, 4, seed=1)
        (first,) = torch.autograd.grad(product(x, weight).sigmoid().sum(), x, create_graph=True)
        return torch.autograd.grad(first.square().sum(), weight)[0]

    torch.testing.assert_close(curvature(linear), curvature(F.linear), rtol=1e-4, atol=1e-5)


def test_any_strides() -> None:
    wide, tall = _drawn(9, 12).detach(), _drawn(4, 9, seed=1).detach()
    for x, weight in ((wide[:, ::2], tall[:, :6]), (wide.T, tall), (wide[:1].expand(5, 12), wide)):
        torch.testing.assert_close(linear(x, weight), F.linear(x, weight), rtol=1e-4, atol=1e-4)


def test_no_image_gives_no_output() -> None:
    assert Linear(5, 3)(torch.zeros(0, 5)).shape == (0, 3)


def test_a_gradient_that_nobody_wants_is_not_computed() -> None:
    layer, x = Linear(5, 3), torch.randn(4, 5)
    layer(x).sum().backward()
    assert x.grad is None
    assert layer.weight.grad is not None


def test_under_autocast_the_product_is_in_bfloat16() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert Linear(5, 3)(torch.randn(4, 5)).dtype == torch.bfloat16


def test_in_a_transform_torchs_own_is_taken() -> None:
    layer, x = Linear(5, 3), torch.randn(4, 5)
    jacobians = torch.func.vmap(torch.func.jacrev(lambda one: layer(one[None])[0]))(x)
    torch.testing.assert_close(jacobians, layer.weight.detach().expand(4, 3, 5))
    tangent = torch.func.jvp(layer, (x,), (x,))[1]
    torch.testing.assert_close(tangent, x @ layer.weight.detach().T)


@pytest.mark.skipif(not module._HAS_ONEDNN, reason="oneDNN multiplies on x86 processors only")
def test_float32_on_the_cpu_is_onednns(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("torch's own product was taken")

    monkeypatch.setattr(F, "linear", refuse)
    Linear(5, 3)(torch.randn(4, 5))
