"""What latents are expected to be before they are read: a hyperprior, and what was read before.

Latents lie in slices of channels, from slow to fine, and each slice in two passes like the fields of a
chessboard (Minnen and Singh 2020, Channel-wise autoregressive entropy models; He et al. 2021, Checkerboard
context model). This is the version that is trained; :mod:`aestudio.pictures.codec.exact` evaluates it in
whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aestudio.pictures.codec.blocks import Anchors, companded, rounded, zeroed

LEAST_LOG_STD = math.log(0.11)  # below it a latent is zero all but surely
_LEAST_PROBABILITY = 1e-9

# A field of the chessboard sees its four neighbours, which all have the other colour.
NEIGHBOURS = ((0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, 0.0))


def first_fields(height: int, width: int) -> Tensor:
    """1 for the fields (height, width) that are read first, 0 for the others."""
    return ((torch.arange(height)[:, None] + torch.arange(width)) % 2 == 0).float()


def bits(y: Tensor, mu: Tensor, log_std: Tensor) -> Tensor:
    """Bits of each latent ``y`` under a Gaussian integrated over the unit interval around it."""
    distance = (y - mu).abs()
    scale = torch.exp(-log_std)
    return _bits(_normal((0.5 - distance) * scale) - _normal((-0.5 - distance) * scale))


def trained_bits(y: Tensor, noise: Tensor, mu: Tensor, log_std: Tensor) -> Tensor:
    """Bits of ``y`` once it is rounded about ``mu``, with gradients that teach.

    The deviation learns from what is really sent; under noise it would never dare to be sure of a zero.
    Latents and means learn from noise, since rounding has no gradient.
    """
    sent = bits((y - mu).detach().round(), torch.zeros_like(mu), log_std)
    soft = bits(y + noise, mu, log_std.detach())
    return sent + soft - soft.detach()


def _normal(x: Tensor) -> Tensor:
    return 0.5 * torch.erfc(-math.sqrt(0.5) * x)


def _bits(probability: Tensor) -> Tensor:
    return -probability.clamp_min(_LEAST_PROBABILITY).log2()


class HyperAnalysis(nn.Module):
    """Normal latents (N, M, h, w) → hyperlatents (N, Z, h/4, w/4), before their gain."""

    def __init__(self, latents: int, hidden: int, hyper: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(latents, hidden, 1),
            nn.ReLU(),
            nn.Conv2d(hidden, hidden, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, hyper, 3, stride=2, padding=1),
        )

    def forward(self, v: Tensor) -> Tensor:
        return self.layers(companded(v)).float()


class HyperSynthesis(nn.Module):
    """Hyperlatents (N, Z, h/4, w/4), their gain taken off → features (N, F, h, w) that every slice sees."""

    def __init__(self, hyper: int, hidden: int, anchors: int) -> None:
        super().__init__()
        self.quality = Anchors(torch.zeros(anchors, hidden))
        self.first = nn.Conv2d(hyper, 4 * hidden, 3, padding=1)
        self.second = nn.Conv2d(hidden, 4 * hidden, 3, padding=1)

    def forward(self, z: Tensor, position: Tensor) -> Tensor:
        h = F.relu(F.pixel_shuffle(self.first(z), 2))
        return F.relu(F.pixel_shuffle(self.second(h), 2) + self.quality.at(position))


class Slice(nn.Module):
    """Mean and log deviation of one slice of channels.

    ::

        features ► 1 × 1 ┐
        earlier slices ► 3 × 3 ┼ + ► relu ► 1 × 1 ► relu ► 1 × 1 ► mu, log_std
        this slice, first fields ► neighbours ┘

    With ``direct``, neighbours also shift the mean linearly: brightness goes on across blocks.
    """

    def __init__(self, hidden: int, before: int, own: int, *, board: bool, direct: bool) -> None:
        super().__init__()
        self.from_features = nn.Conv2d(hidden, hidden, 1)
        self.from_before = nn.Conv2d(before, hidden, 3, padding=1, bias=False) if before else None
        self.from_own = nn.Conv2d(own, hidden, 3, padding=1, bias=False) if board else None
        self.direct = zeroed(nn.Conv2d(own, own, 3, padding=1, bias=False)) if direct else None
        self.middle = nn.Conv2d(hidden, hidden, 1)
        self.last = zeroed(nn.Conv2d(hidden, 2 * own, 1))

    def base(self, features: Tensor, before: Tensor) -> Tensor:
        """What all fields know (N, hidden, h, w); ``before`` (N, B, h, w) are companded normal latents."""
        h = self.from_features(features)
        return h if self.from_before is None else h + self.from_before(before)

    def look(self, own: Tensor) -> tuple[Tensor, Tensor | float]:
        """What first fields of normal latents ``own`` (N, C, h, w), zero elsewhere, tell the others."""
        assert self.from_own is not None  # a slice without a board is not asked
        cross = own.new_tensor(NEIGHBOURS)
        hidden = F.conv2d(companded(own), self.from_own.weight * cross, padding=1)
        if self.direct is None:
            return hidden, 0.0
        with torch.autocast(own.device.type, enabled=False):
            return hidden, F.conv2d(own, self.direct.weight * cross, padding=1)

    def read(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log deviation (N, C, h, w)."""
        h = F.relu(self.middle(F.relu(h))).float()
        # bfloat16 would round large means to whole numbers.
        with torch.autocast(h.device.type, enabled=False):
            mu, log_std = self.last(h).chunk(2, dim=1)
        return mu, log_std


class Prior(nn.Module):
    """Bits of latents and hyperlatents. ``slices`` are the numbers of channels; the last has no chessboard.

    Nets see and predict normal latents ``v = y / norm``, whose size hardly depends on the quality.
    """

    def __init__(self, log_std: Tensor, slices: Sequence[int], hidden: int, hyper: int) -> None:
        super().__init__()
        anchors = len(log_std)
        self.sizes = tuple(slices)
        self.analysis = HyperAnalysis(sum(slices), hidden, hyper)
        self.synthesis = HyperSynthesis(hyper, hidden, anchors)
        starts, last = (0, *accumulate(slices)), len(slices) - 1
        self.slices = nn.ModuleList(
            Slice(hidden, starts[i], size, board=i != last, direct=i == 0) for i, size in enumerate(slices)
        )
        self.log_std = Anchors(log_std)
        self.z_gain = Anchors(torch.linspace(1.0, 2.5, anchors)[:, None].repeat(1, hyper))
        self.z_log_scale = Anchors(torch.zeros(anchors, hyper))

    def hyperlatents(self, v: Tensor, position: Tensor) -> Tensor:
        """Hyperlatents (N, Z, h/4, w/4) of normal latents, with their gain: rounded and sent first."""
        return self.analysis(v) * self.z_gain.at(position).exp()

    def features(self, z_hat: Tensor, position: Tensor) -> Tensor:
        """What all slices see (N, F, h, w) of rounded hyperlatents."""
        return self.synthesis(z_hat * (-self.z_gain.at(position)).exp(), position)

    def z_bits(self, z: Tensor, position: Tensor) -> Tensor:
        """Bits of each hyperlatent under a logistic distribution for its channel."""
        scale, distance = torch.exp(-self.z_log_scale.at(position)), z.abs()
        return _bits(torch.sigmoid((0.5 - distance) * scale) - torch.sigmoid((-0.5 - distance) * scale))

    def expect(
        self, y: Tensor, norm: Tensor, z_hat: Tensor, position: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Gained latents ``y`` (N, M, h, w) rounded about their means, those means, and log deviations."""
        features = self.features(z_hat, position)
        board = first_fields(*y.shape[2:]).to(y.device)
        found: list[tuple[Tensor, Tensor, Tensor]] = []
        seen = y[:, :0]
        parts = (each.split(self.sizes, dim=1) for each in (y, norm, self.log_std.at(position)))
        for part, own, unit, prior in zip(self.slices, *parts, strict=True):
            found.append(_expect_slice(cast("Slice", part), own, unit, features, seen, board, prior))
            seen = torch.cat([seen, companded(found[-1][0] / unit)], dim=1)
        y_hat, mu, log_std = (torch.cat(each, dim=1) for each in zip(*found, strict=True))
        return y_hat, mu, log_std


def _expect_slice(
    part: Slice, own: Tensor, unit: Tensor, features: Tensor, seen: Tensor, board: Tensor, prior: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    base = part.base(features, seen)
    mean, log_std = part.read(base)
    mu = mean * unit
    if part.from_own is not None:
        first = (rounded(own - mu) + mu) * board
        hidden, shift = part.look(first / unit)
        second_mean, second_log_std = part.read(base + hidden)
        mu = torch.lerp((second_mean + shift) * unit, mu, board)
        log_std = torch.lerp(second_log_std, log_std, board)
    return rounded(own - mu) + mu, mu, _at_least(log_std + prior, LEAST_LOG_STD)


def _at_least(x: Tensor, least: float) -> Tensor:
    """Clipped from below, with a gradient that still lets it rise again."""
    return x + (x.clamp_min(least) - x).detach()
