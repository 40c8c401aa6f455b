"""Picture to latents and back: a linear transform, and a net beside it that starts at nothing.

Photographs are coded well by cosines alone; the nets learn the rest, edges and textures, from the first
step on instead of first learning to be a transform.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aestudio.pictures.codec.basis import SIDE, UNIT, Basis
from aestudio.pictures.codec.blocks import Anchors, Residual, zeroed

FINE = 4  # side of the pixel blocks that the nets see as one place
# What the nets add is scaled so that Adam's first steps, which move every weight alike, move pixels by a
# level or so and latents by a hundredth of what they vary; at full scale they drown the transform before
# they learn.
_PIXEL_STEP = 1 / 64
_LATENT_STEP = 1 / 16
_MOST_STD = 8.0


class Analysis(nn.Module):
    """``x`` (N, 3, H, W) in [0, 1] → ``y`` (N, M, H/16, W/16), float32.

    ::

        x ── 16 × 16 transform ───────────────────────────► + ──► y
        └─► unshuffle 4 ► conv, block ► /2 ► block ► /2 ► blocks ► 1 × 1 ┘
    """

    def __init__(self, basis: Basis, widths: Sequence[int], depths: Sequence[int]) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.linear = nn.Parameter(torch.from_numpy(basis.vectors) * UNIT)
        self.step: Tensor
        self.register_buffer("step", _LATENT_STEP * _map(basis.std).clamp_max(_MOST_STD))
        self.enter = nn.Conv2d(3 * FINE**2, fine, 3, padding=1)
        self.fine = nn.Sequential(*(Residual(fine) for _ in range(depths[0])))
        self.to_middle = nn.Conv2d(fine, middle, 2, stride=2)
        self.middle = nn.Sequential(*(Residual(middle) for _ in range(depths[1])))
        self.to_coarse = nn.Conv2d(middle, coarse, 2, stride=2)
        self.coarse = nn.Sequential(*(Residual(coarse) for _ in range(depths[2])))
        self.leave = zeroed(nn.Conv2d(coarse, len(basis.std), 1))

    def forward(self, x: Tensor) -> Tensor:
        x = x - 0.5
        h = self.fine(self.enter(F.pixel_unshuffle(x, FINE)))
        h = self.leave(self.coarse(self.to_coarse(self.middle(self.to_middle(h))))).float()
        # bfloat16 has three digits; the top of the slider needs more of the transform.
        with torch.autocast(x.device.type, enabled=False):
            blocks = F.pixel_unshuffle(x.float(), SIDE)
            return F.conv2d(blocks, _matrix(self.linear)) + self.step * h


class Synthesis(nn.Module):
    """``y_hat`` (N, M, H/16, W/16), its gain taken off → ``x_hat`` (N, 3, H, W), float32, not clipped.

    ::

        y_hat ── transposed transform ──┬─────────────────────────────────────► + ──► x_hat
        └─► 1 × 1 ► blocks ► ×2 ► block ► ×2 ─► + ◄─ conv ◄─ unshuffle 4 ┘ ► blocks ► conv ┘

    ``quality`` adds a vector for each anchor to two of its layers: coarse pictures need more mending.
    """

    def __init__(self, basis: Basis, widths: Sequence[int], depths: Sequence[int], anchors: int) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.linear = nn.Parameter(torch.from_numpy(basis.vectors) * UNIT)
        self.std: Tensor
        self.register_buffer("std", _map(basis.std))
        self.enter = nn.Conv2d(len(basis.std), coarse, 1)
        self.coarse = nn.Sequential(*(Residual(coarse) for _ in range(depths[2])))
        self.to_middle = nn.Conv2d(coarse, 4 * middle, 1)
        self.middle = nn.Sequential(*(Residual(middle) for _ in range(depths[1])))
        self.to_fine = nn.Conv2d(middle, 4 * fine, 1)
        self.look = nn.Conv2d(3 * FINE**2, fine, 3, padding=1)
        self.fine = nn.Sequential(*(Residual(fine) for _ in range(depths[0])))
        self.leave = zeroed(nn.Conv2d(fine, 3 * FINE**2, 3, padding=1))
        self.coarse_quality = Anchors(torch.zeros(anchors, coarse))
        self.fine_quality = Anchors(torch.zeros(anchors, fine))

    def forward(self, y: Tensor, position: Tensor) -> Tensor:
        with torch.autocast(y.device.type, enabled=False):
            # Both transforms are kept at one scale, since Adam moves all weights by the same amount.
            blocks = F.conv2d(y.float() / UNIT**2, _matrix(self.linear).transpose(0, 1))
            plain = F.pixel_shuffle(blocks, SIDE)
        h = self.coarse(self.enter(y / self.std) + self.coarse_quality.at(position))
        h = self.middle(F.pixel_shuffle(self.to_middle(h), 2))
        seen = self.look(F.pixel_unshuffle(plain, FINE))
        h = self.fine(F.pixel_shuffle(self.to_fine(h), 2) + seen + self.fine_quality.at(position))
        return plain + _PIXEL_STEP * F.pixel_shuffle(self.leave(h).float(), FINE) + 0.5


def _map(values: np.ndarray) -> Tensor:
    """A value for each channel, (C, 1, 1)."""
    return torch.from_numpy(values)[:, None, None]


def _matrix(vectors: Tensor) -> Tensor:
    """Vectors (M, 3, 16, 16) as the 1 × 1 convolution of a block's pixels: faster than a stride of 16."""
    return vectors.flatten(1)[..., None, None]
