"""What the codec's nets are put together from."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Residual(nn.Module):
    """``x + conv(relu(conv(x)))`` with 3 × 3 kernels; the second starts at a fifth of its usual scale."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(0.2)
            self.second.bias.zero_()  # type: ignore[union-attr]  # it has one

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(x)))


def zeroed(conv: nn.Conv2d) -> nn.Conv2d:
    """The convolution starting at zero, so that what it is added to decides at first."""
    nn.init.zeros_(conv.weight)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
    return conv


class Anchors(nn.Module):
    """One vector (channels) for each anchor quality, interpolated for the qualities between them.

    Gain units (Cui et al. 2021, Asymmetric gained deep image compression).
    """

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.table = nn.Parameter(start.clone())

    def at(self, position: Tensor) -> Tensor:
        """The vectors (N, channels, 1, 1) at positions (N,) in 0 … anchors − 1."""
        index = position.floor().long().clamp(0, len(self.table) - 2)
        share = (position - index)[:, None]
        return torch.lerp(self.table[index], self.table[index + 1], share)[..., None, None]


COMPANDING = 8.0


def companded(v: Tensor) -> Tensor:
    """``sign(v) ln(1 + 8 |v|)``: large latents and small ones on one scale, for nets to look at."""
    return v.sign() * (COMPANDING * v.abs()).log1p()


def rounded(y: Tensor) -> Tensor:
    """Rounded, with the gradient of no rounding (straight through)."""
    return y + (y.round() - y).detach()
