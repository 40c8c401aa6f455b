"""The codec's net: one for all qualities (Ballé et al. 2018 and Cui et al. 2021, with a linear start)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from aestudio.pictures.codec.basis import UNIT, Basis
from aestudio.pictures.codec.blocks import Anchors, rounded
from aestudio.pictures.codec.prior import LEAST_LOG_STD, Prior, trained_bits
from aestudio.pictures.codec.transforms import Analysis, Synthesis


@dataclass(frozen=True)
class Sizes:
    """How large the net is: channels and residual blocks at a quarter, an eighth and a sixteenth."""

    analysis: tuple[int, int, int] = (48, 96, 128)
    analysis_depths: tuple[int, int, int] = (1, 1, 2)
    synthesis: tuple[int, int, int] = (64, 96, 128)
    synthesis_depths: tuple[int, int, int] = (1, 1, 2)
    slices: tuple[int, ...] = (24, 40, 64, 128, 192)
    hidden: int = 96
    hyper: int = 64


@dataclass(frozen=True, eq=False)
class Coded:
    """One pass in training: ``x_hat`` (N, 3, H, W) not clipped, and bits (N,) of latents and hyperlatents."""

    x_hat: Tensor
    y_bits: Tensor
    z_bits: Tensor


class PhotoCodec(nn.Module):
    """Pictures, through latents that are rounded, to pictures.

    ::

        x ► analysis ► y ► gain ► round ► y_hat ► gain off ► synthesis ► x_hat
                            └► prior: z ► mu, log_std of y_hat, slice by slice

    ``lambdas`` are the anchors' weights of distortion in bits a pixel per squared level (of 255).
    """

    def __init__(self, basis: Basis, lambdas: Sequence[float], sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.lambdas: Tensor
        self.register_buffer("lambdas", torch.tensor(list(lambdas), dtype=torch.float32))
        count = len(lambdas)
        gain = _starting_gains(self.lambdas)[:, None].expand(count, len(basis.std))
        self.log_unit: Tensor
        self.register_buffer("log_unit", torch.from_numpy(basis.std).log()[:, None, None])
        # Most latents are smaller than their deviation, which a few large ones make.
        log_std = (gain + self.log_unit[:, 0, 0] - 0.7).clamp_min(LEAST_LOG_STD)
        self.analysis = Analysis(basis, sizes.analysis, sizes.analysis_depths)
        self.synthesis = Synthesis(basis, sizes.synthesis, sizes.synthesis_depths, count)
        self.prior = Prior(log_std, sizes.slices, sizes.hidden, sizes.hyper)
        self.gain = Anchors(gain)
        self.ungain = Anchors(torch.zeros_like(gain))

    def weight(self, position: Tensor) -> Tensor:
        """λ at positions (N,) among the anchors, interpolated geometrically."""
        index = position.floor().long().clamp(0, len(self.lambdas) - 2)
        logs = self.lambdas.log()
        return torch.lerp(logs[index], logs[index + 1], position - index).exp()

    def log_ungain(self, position: Tensor) -> Tensor:
        """Logarithm (N, M, 1, 1) of what takes the gain off again: nearly, but not quite, its inverse."""
        return self.ungain.at(position) - self.gain.at(position)

    def forward(self, x: Tensor, position: Tensor, generator: torch.Generator) -> Coded:
        """Code ``x`` (N, 3, H, W) in [0, 1], sides multiples of 64, at ``position`` (N,), 0 … anchors − 1.

        Bits are of latents with uniform noise, whose gradient tells more; the picture is of rounded ones.
        """
        gain = self.gain.at(position)
        y, norm = self.analysis(x) * gain.exp(), (gain + self.log_unit).exp()
        z = self.prior.hyperlatents(y / norm, position)
        y_hat, mu, log_std = self.prior.expect(y, norm, rounded(z), position)
        x_hat = self.synthesis(y_hat * self.log_ungain(position).exp(), position)
        y_bits = trained_bits(y, _noise(y, generator), mu, log_std)
        z_bits = self.prior.z_bits(z + _noise(z, generator), position)
        return Coded(x_hat, y_bits.sum((1, 2, 3)), z_bits.sum((1, 2, 3)))


def _noise(y: Tensor, generator: torch.Generator) -> Tensor:
    """Uniform noise for ``y``, drawn where the generator is."""
    return torch.empty(y.shape, device=generator.device).uniform_(-0.5, 0.5, generator=generator).to(y)


def _starting_gains(lambdas: Tensor) -> Tensor:
    """Log gains at which uniform steps are best for cosines at high rate.

    With step Δ, bits fall as −log2 Δ and the squared error grows as Δ²/12 in each coefficient; their sum,
    λ times the error, is least at Δ² = 18 / (λ ln 2). A latent is UNIT / 255 times a coefficient.
    """
    step = torch.sqrt(18 / (lambdas * math.log(2)))
    return torch.log(255 / UNIT / step)
