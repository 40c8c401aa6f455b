"""Dense products and the layer made of them, by the quickest way that this machine has."""

from __future__ import annotations

import platform
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_HAS_ONEDNN = platform.machine().lower() in ("x86_64", "amd64") and torch.backends.mkldnn.is_available()


class Linear(nn.Linear):
    """``nn.Linear`` whose products, forward and back, are those of :func:`linear`."""

    def forward(self, input: Tensor) -> Tensor:  # torch's name for it
        """``input Wᵀ + b`` for ``input`` of ``(N, in)``."""
        return linear(input, self.weight, self.bias)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``x Wᵀ + b`` for ``x`` of ``(N, in)`` and ``weight`` of ``(out, in)``, as ``F.linear``.

    For float32 on an x86 processor oneDNN multiplies, which torch's convolutions run in as well. ``F.linear``
    goes to MKL, which knows AMD's processors less well: less than half the operations a second were measured.
    Elsewhere, under autocast and in ``torch.func``'s transforms, this is ``F.linear``.
    """
    if _is_for_onednn(x):
        return _product(x, weight, bias)
    return F.linear(x, weight, bias)


def _is_for_onednn(x: Tensor) -> bool:
    return (
        _HAS_ONEDNN
        and x.device.type == "cpu"
        and x.dtype == torch.float32
        and x.ndim == 2
        and not torch.is_autocast_enabled("cpu")
        and not torch._C._are_functorch_transforms_active()  # noqa: SLF001  # no public one
    )


class _Product(torch.autograd.Function):
    """``x Wᵀ + b`` and its derivatives, which are such products again and so can be derived further."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _multiplied(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        (grad,), (x, weight) = grads, ctx.saved_tensors
        of_x, of_weight, of_bias = ctx.needs_input_grad
        return (
            _product(grad, weight.T, None) if of_x else None,
            _product(grad.T, x.T, None) if of_weight else None,
            grad.sum(dim=0) if of_bias else None,
        )


def _product(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """``x Wᵀ + b``, noted for its derivatives only where any are wanted."""
    return (_Product.apply if torch.is_grad_enabled() else _multiplied)(x, weight, bias)  # type: ignore[no-any-return]  # the stubs know no type


def _multiplied(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """What torch's own compiler puts in the place of a linear layer; "none" is the activation after it."""
    return torch.ops.mkldnn._linear_pointwise.default(x, weight, bias, "none", [], "")  # noqa: SLF001
