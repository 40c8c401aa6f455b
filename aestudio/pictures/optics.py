"""What lenses and cameras leave in pictures besides noise: fringes, vivid colour, sharpened edges.

A photograph that was scaled down has lost all three, and a net that never saw them takes them for noise. All
takes and gives float32 ``(N, 3, H, W)`` in [0, 1], each picture with strengths of its own.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_FRINGE = 1.6  # pixels that red lies off green at most, as lenses do towards the corners
_VIVID = 2.0
_SHARP, _WIDTHS = 2.5, (0.5, 1.6)  # of an unsharp mask: most of its strength, and its widths in pixels
_REACH = 5


def fringed(x: Tensor, generator: torch.Generator) -> Tensor:
    """Red off green in one direction and blue in the other: lateral chromatic aberration."""
    draw = torch.rand(len(x), 3, generator=generator)
    angle, off = 2 * torch.pi * draw[:, 0], _FRINGE * draw[:, 1].square()
    way = off[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    red, green, blue = x.split(1, dim=1)
    return torch.cat([_moved(red, way), green, _moved(blue, -way * draw[:, 2:])], dim=1).clamp(0, 1)


def vivid(x: Tensor, generator: torch.Generator) -> Tensor:
    """Colours up to twice as far from grey."""
    grey = x.mean(dim=1, keepdim=True)
    factor = 1 + (_VIVID - 1) * torch.rand(len(x), 1, 1, 1, generator=generator)
    return (grey + factor * (x - grey)).clamp(0, 1)


def sharpened(x: Tensor, generator: torch.Generator) -> Tensor:
    """An unsharp mask: what a blur would take away is added once more, up to 2.5 times."""
    draw = torch.rand(len(x), 2, generator=generator)
    low, high = _WIDTHS
    at = torch.arange(-_REACH, _REACH + 1, dtype=torch.float32)
    lines = torch.exp(-0.5 * (at / (low + (high - low) * draw[:, :1])).square())
    lines = (lines / lines.sum(dim=1, keepdim=True)).repeat_interleave(x.shape[1], 0)[:, None]
    n, c, h, w = x.shape
    wide = F.pad(x, (_REACH,) * 4, mode="replicate").reshape(1, n * c, h + 2 * _REACH, w + 2 * _REACH)
    smooth = F.conv2d(F.conv2d(wide, lines[:, :, None], groups=n * c), lines[..., None], groups=n * c)
    strength = (_SHARP * draw[:, 1].square()).view(-1, 1, 1, 1)
    return (x + strength * (x - smooth.view(n, c, h, w))).clamp(0, 1)


def _moved(x: Tensor, way: Tensor) -> Tensor:
    """``(N, 1, H, W)`` moved by parts of pixels, ``way`` ``(N, 2)`` being right and down."""
    n, _, h, w = x.shape
    matrix = torch.eye(2, 3).repeat(n, 1, 1)
    matrix[:, :, 2] = -2 * way / torch.tensor([w, h])
    grid = F.affine_grid(matrix, [n, 1, h, w], align_corners=False)
    return F.grid_sample(x, grid, mode="bicubic", padding_mode="border", align_corners=False)
