"""Attention to the neighbourhood: what repeats in a picture helps to tell it from its noise."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from aestudio.models.linear import Linear

BLOCK = 8
"""Side of the blocks of places that look at one neighbourhood."""
HALO = 4
"""How much farther than its block each looks, on every side."""
HEADS = 2

_SIDE = BLOCK + 2 * HALO


class HaloAttention(nn.Module):
    """Each place takes from those around it that are like it, and adds that to itself.

    Non-local means (Buades et al. 2005), learnt: queries are the keys, so likeness is the cosine between two
    places; to it comes a number for the way from one to the other. Blocks of 8 × 8 look at the 16 × 16 around
    them (halo attention, Vaswani et al. 2021), one copy of which serves the whole block.

    Parameters
    ----------
    channels
        of what comes in and goes out.
    width
        of keys and values, in each of two heads.
    """

    way: Tensor

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.key = Linear(channels, HEADS * width, bias=False)
        self.value = Linear(channels, HEADS * width, bias=False)
        self.last = Linear(HEADS * width, channels)
        self.sharpness = nn.Parameter(torch.full((HEADS, 1, 1), math.log(10.0)))
        ways = BLOCK + _SIDE - 1
        self.bias = nn.Parameter(torch.zeros(HEADS, ways, ways))
        step = torch.arange(_SIDE) - torch.arange(BLOCK)[:, None] + BLOCK - 1
        way = ways * step[:, None, :, None] + step[None, :, None, :]
        self.register_buffer("way", way.reshape(BLOCK**2, _SIDE**2), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, H, W)``, of any size; blocks are counted from the upper left corner."""
        n, _, height, width = x.shape
        seen = F.pad(x, (0, -width % BLOCK, 0, -height % BLOCK), mode="replicate") if _odd(x) else x
        places = seen.permute(0, 2, 3, 1)  # as it lies in memory: channels last
        flat, sides = places.flatten(0, 2), places.shape[:3]
        values = self.value(flat).unflatten(0, sides)
        keys = F.normalize(self.key(flat).float().unflatten(1, (HEADS, -1)), dim=2)
        keys = keys.flatten(1).to(values.dtype).unflatten(0, sides)
        sharpness = self.sharpness.exp().to(values.dtype)
        queries = _heads(keys.unfold(1, BLOCK, BLOCK).unfold(2, BLOCK, BLOCK)) * sharpness
        bias = self.bias.flatten(1)[:, self.way].to(values.dtype)[None]
        near, there = _neighbourhoods(keys), _neighbourhoods(values)
        found = F.scaled_dot_product_attention(queries, near, there, bias, scale=1.0)
        rows, columns = places.shape[1] // BLOCK, places.shape[2] // BLOCK
        found = found.view(n, rows, columns, HEADS, BLOCK, BLOCK, -1).permute(0, 1, 4, 2, 5, 3, 6)
        found = self.last(found.reshape(len(flat), -1)).unflatten(0, sides)
        return x + found[:, :height, :width].permute(0, 3, 1, 2)


def _odd(x: Tensor) -> bool:
    """Whether blocks do not come out even."""
    return any(length % BLOCK for length in x.shape[2:])


def _neighbourhoods(x: Tensor) -> Tensor:
    """``(N, H, W, E)`` around each block: ``(blocks, heads, 256, E / heads)``; beyond the rim, the rim."""
    wide = F.pad(x.permute(0, 3, 1, 2), (HALO,) * 4, mode="replicate").permute(0, 2, 3, 1)
    return _heads(wide.unfold(1, _SIDE, BLOCK).unfold(2, _SIDE, BLOCK))


def _heads(parts: Tensor) -> Tensor:
    """``(N, rows, columns, E, side, side)`` for each block and head: ``(…, heads, side², E / heads)``."""
    parts = parts.unflatten(3, (HEADS, -1)).permute(0, 1, 2, 3, 5, 6, 4)
    return parts.reshape(-1, HEADS, parts.shape[4] * parts.shape[5], parts.shape[6])
