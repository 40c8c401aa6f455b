"""What befalls a page between the press and the scanner's file.

Everything takes and gives float32 ``(N, C, H, W)`` in [0, 1], white being 1, with randomness passed in.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from aestudio.pictures.noise import recompressed

_REACH = 6  # pixels that a blur reaches to each side


def worn(page: Tensor, generator: torch.Generator) -> Tensor:
    """``page`` faded, blurred, with its back showing through, stained, unevenly lit, speckled, compressed."""
    n = len(page)
    ink = 1 - page.mean(dim=1, keepdim=True)
    fading = uneven(page, 0.5, 1.0, generator)
    front = blurred(ink, _uniform(n, 0.25, 1.2, generator)) * fading * _column(n, 0.55, 1.0, generator)
    back = ink.roll(1, 0).flip(3)
    through = blurred(back, _uniform(n, 0.8, 2.5, generator)) * _sometimes(n, 0.5, 0.05, 0.4, generator)
    paper = stained(page, generator) * uneven(page, 0.45, 1.0, generator) * _tint(n, generator)
    y = paper * (1 - front) * (1 - 0.9 * through * (1 - front)) + grain(page, generator)
    return recompressed(speckled(y, generator), generator)


def blurred(x: Tensor, width: Tensor) -> Tensor:
    """``x`` ``(N, C, H, W)`` under a Gaussian of standard deviation ``width`` ``(N,)`` pixels."""
    at = torch.arange(-_REACH, _REACH + 1, dtype=torch.float32)
    line = torch.exp(-0.5 * (at / width[:, None]).square())
    line = (line / line.sum(dim=1, keepdim=True)).repeat_interleave(x.shape[1], 0)
    n, c, h, w = x.shape
    flat = F.pad(x, (_REACH,) * 4, mode="replicate").reshape(1, n * c, h + 2 * _REACH, w + 2 * _REACH)
    flat = F.conv2d(flat, line[:, None, None, :], groups=n * c)
    return F.conv2d(flat, line[:, None, :, None], groups=n * c).view(n, c, h, w)


def uneven(x: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """A smooth field ``(N, 1, H, W)`` between ``low`` and ``high``, as of a lamp or a fold."""
    n, _, h, w = x.shape
    coarse = torch.rand(n, 1, 4, 4, generator=generator)
    floor = _column(n, low, high, generator)
    smooth = F.interpolate(coarse, size=(h, w), mode="bicubic", align_corners=True).clamp(0, 1)
    return floor + (high - floor) * smooth


def stained(x: Tensor, generator: torch.Generator) -> Tensor:
    """Factors ``(N, 3, H, W)`` of two blots, some with a darker rim; a quarter of the pages bear none."""
    n, _, h, w = x.shape
    y, x_ = torch.meshgrid(torch.linspace(0, 1, h), torch.linspace(0, 1, w), indexing="ij")
    out = torch.ones(n, 3, h, w)
    for _ in range(2):
        place = torch.rand(n, 6, 1, 1, generator=generator)
        wobble = 0.15 * (uneven(x, 0.0, 1.0, generator)[:, 0] - 0.5)
        far = ((y - place[:, 0]) ** 2 + (x_ - place[:, 1]) ** 2).sqrt() + wobble
        radius, rim = 0.08 + 0.4 * place[:, 2], 0.5 * (place[:, 4] < 0.5)
        inside = torch.sigmoid((radius - far) * 60)
        ring = torch.exp(-0.5 * ((far - radius) / 0.015).square())
        depth = (inside * 0.35 * place[:, 3] + ring * rim * 0.5 * place[:, 3]) * (place[:, 5] < 0.5)
        out = out * (1 - depth[:, None] * torch.tensor([0.6, 0.8, 1.0]).view(3, 1, 1))
    return out


def grain(x: Tensor, generator: torch.Generator) -> Tensor:
    """The paper's texture and the scanner's noise, ``(N, 3, H, W)`` about 0."""
    n, _, h, w = x.shape
    coarse = F.interpolate(
        torch.randn(n, 1, h // 4, w // 4, generator=generator), size=(h, w), mode="bilinear"
    )
    fine = torch.randn(n, 3, h, w, generator=generator)
    grey = torch.randn(n, 1, h, w, generator=generator)
    return (
        coarse * _column(n, 0.0, 0.04, generator)
        + blurred(grey, _uniform(n, 0.1, 0.8, generator)) * _column(n, 0.0, 0.16, generator)
        + fine * _column(n, 0.0, 0.05, generator)
    )


def speckled(x: Tensor, generator: torch.Generator) -> Tensor:
    """``x`` with dark dust and light flaws of one to three pixels."""
    n, _, h, w = x.shape
    for value in (0.1, 0.95):
        share = _sometimes(n, 0.6, 0.0, 0.012, generator)
        dots = (torch.rand(n, 1, h, w, generator=generator) < share).float()
        large = F.max_pool2d(dots * (torch.rand(n, 1, h, w, generator=generator) < 0.25), 3, 1, 1)
        dots = torch.maximum(dots, large) * (0.4 + 0.6 * torch.rand(n, 1, h, w, generator=generator))
        x = x + dots * (value - x)
    return x


def _tint(n: int, generator: torch.Generator) -> Tensor:
    """Colours of paper ``(N, 3, 1, 1)``: white to brown."""
    depth = torch.rand(n, 1, generator=generator) ** 2 * 0.35
    return (1 - depth * torch.tensor([[0.25, 0.5, 1.0]])).view(n, 3, 1, 1)


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator)


def _column(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return _uniform(n, low, high, generator).view(n, 1, 1, 1)


def _sometimes(n: int, share: float, low: float, high: float, generator: torch.Generator) -> Tensor:
    there = torch.rand(n, 1, 1, 1, generator=generator) < share
    return _column(n, low, high, generator) * there
