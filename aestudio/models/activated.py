"""Activations, and how the weights in front of them start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn

    from aestudio.spec.parts import Activation

_OPEN_SUM = 2.0  # what the weights of an opened unit add up to: its code then starts near the size of a pixel
_RECTIFIERS = {"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"}


def activation_module(activation: Activation) -> nn.Module:
    """The activation as a module; ``linear`` is the identity."""
    from torch import nn

    classes = {
        "linear": nn.Identity,
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "elu": nn.ELU,
        "selu": nn.SELU,
        "gelu": nn.GELU,
        "silu": nn.SiLU,
        "softplus": nn.Softplus,
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
    }
    return classes[activation]()


def activated(weighted: nn.Module, activation: Activation) -> nn.Module:
    """``weighted`` followed by its activation; it remembers the gain its weights should start with."""
    from torch import nn

    # He et al. 2015, eq. 10: a rectifier halves the variance, so the weights start with twice as much.
    weighted.gain = math.sqrt(2.0) if activation in _RECTIFIERS else 1.0  # type: ignore[assignment]  # a mark, no module
    return weighted if activation == "linear" else nn.Sequential(weighted, activation_module(activation))


def opened(weighted: nn.Module) -> nn.Module:
    """Mark a code map's layer in front of a ReLU: it starts with no weight below 0, so no cell starts dead.

    A map of few rectified numbers has none to spare; those that start at 0 for every image stay there.
    """
    weighted.starts_open = True  # type: ignore[assignment]  # a mark, no module
    return weighted


def initialise(model: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight of ``model`` anew: uniform with variance gain² / fan-in; biases start at 0."""
    from torch import nn

    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            bound = getattr(module, "gain", 1.0) * math.sqrt(3.0 / _fan_in(module))
            nn.init.uniform_(module.weight, -bound, bound, generator=generator)
            if getattr(module, "starts_open", False):
                weights = module.weight.data.abs_()
                weights.mul_(_OPEN_SUM / weights.flatten(1).sum(dim=1).view(-1, *[1] * (weights.ndim - 1)))
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _fan_in(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> float:
    """Inputs that reach one output value."""
    from torch import nn

    if isinstance(module, nn.ConvTranspose2d):
        # Weights are (in, out, k, k), and only one kernel position in stride² meets a given output pixel.
        return module.in_channels * math.prod(module.kernel_size) / math.prod(module.stride)
    return module.weight[0].numel()
