"""Drawn pictures for denoisers to learn from: straight and round edges, stripes and even shades.

What people build is full of them and photographs of nature are not: a net that saw those alone was 5 dB
behind BM3D along a straight edge. After the dead leaves model (Achddou et al. 2021, "Synthetic images as a
regularity prior for image restoration neural networks"), with shapes that have long edges.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from aestudio.pictures.noise import log_uniform

_LAYERS = 5
_EDGES = (1.0, 4.0)  # pixels from one side of an edge to the other
_PERIODS = (3.0, 40.0)  # pixels, of stripes


def drawn(count: int, side: int, generator: torch.Generator) -> Tensor:
    """``count`` pictures float32 ``(count, 3, side, side)`` in [0, 1]: shapes laid over each other."""
    out = _shades(count, side, generator)
    for _ in range(_LAYERS):
        edge = log_uniform(_EDGES, count, generator)
        cover = (_distance(count, side, generator) / edge + 0.5).clamp(0, 1)
        out = out + cover * (_shades(count, side, generator) - out)
    return out


def _shades(count: int, side: int, generator: torch.Generator) -> Tensor:
    """A colour for each picture that runs evenly into another, or hardly does; most are pale."""
    grey, colour = torch.rand(2, count, 1, 1, 1, generator=generator)
    one, other = grey + colour**2 * (torch.rand(2, count, 3, 1, 1, generator=generator) - grey)
    strength = torch.rand(count, 1, 1, 1, generator=generator) ** 3
    along = (_across(count, side, generator) / (1.5 * side) + 0.5).clamp(0, 1)
    return one + strength * along * (other - one)


def _distance(count: int, side: int, generator: torch.Generator) -> Tensor:
    """Pixels to the edge of a shape ``(count, 1, side, side)``, inside above 0: one kind for each picture."""
    across, along = _across(count, side, generator), _across(count, side, generator)
    width, length = (log_uniform((2.0, side / 2), count, generator) for _ in range(2))
    period = log_uniform(_PERIODS, count, generator)
    radius = (across.square() + along.square()).sqrt()
    band, stripes = width - across.abs(), period / math.tau * (math.tau * across / period).sin()
    kinds = torch.stack(
        [
            across,  # half of the picture
            band,
            torch.minimum(band, length - along.abs()),  # a piece of it, or of a corner
            length - radius,  # an ellipse, since the two lines need not be at right angles
            stripes,
            torch.minimum(stripes, width - along.abs()),
        ]
    )
    which = torch.randint(len(kinds), (count,), generator=generator)
    return kinds[which, torch.arange(count)]


def _across(count: int, side: int, generator: torch.Generator) -> Tensor:
    """Pixels from a line at a random place and slope, ``(count, 1, side, side)``."""
    at = torch.arange(side) - (side - 1) / 2
    slope = math.tau * torch.rand(count, 1, 1, 1, generator=generator)
    offset = side * (torch.rand(count, 1, 1, 1, generator=generator) - 0.5)
    return slope.cos() * at + slope.sin() * at[:, None] + offset
