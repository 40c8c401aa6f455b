"""Attention takes from what is like a place, near it, and treats a picture and its parts alike."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from aestudio.pictures.denoising_net import DenoisingNet
from aestudio.pictures.halo_attention import BLOCK, HALO, HEADS, HaloAttention


def _attention() -> HaloAttention:
    torch.manual_seed(0)
    attention = HaloAttention(6, 4)
    torch.nn.init.normal_(attention.bias)
    return attention


def _at(attention: HaloAttention, x: Tensor, row: int, column: int) -> Tensor:
    """What comes out at one place, as the paper writes it: softmax of likeness and way, times values."""
    height, width = x.shape[2:]
    side = BLOCK + 2 * HALO
    places = x[0].permute(1, 2, 0)
    keys = attention.key(places).permute(2, 0, 1).unflatten(0, (HEADS, -1))
    keys = torch.nn.functional.normalize(keys, dim=1)
    values = attention.value(places).permute(2, 0, 1).unflatten(0, (HEADS, -1))
    top, left = row // BLOCK * BLOCK - HALO, column // BLOCK * BLOCK - HALO
    rows = torch.arange(top, top + side).clamp(0, height - 1)
    columns = torch.arange(left, left + side).clamp(0, width - 1)
    down, right = BLOCK - 1 - row % BLOCK, BLOCK - 1 - column % BLOCK
    ways = attention.bias[:, down : down + side, right : right + side].flatten(1)
    taken = []
    for head in range(HEADS):
        near, there = (t[head][:, rows][:, :, columns].flatten(1) for t in (keys, values))
        likeness = attention.sharpness[head, 0].exp() * keys[head, :, row, column] @ near
        taken.append(there @ (likeness + ways[head]).softmax(dim=0))
    return x[0, :, row, column] + attention.last(torch.cat(taken))


@pytest.mark.parametrize(("row", "column"), [(0, 0), (7, 8), (13, 30), (23, 31)])
@torch.no_grad()
def test_a_place_takes_by_likeness_from_its_neighbourhood(row: int, column: int) -> None:
    attention = _attention()
    x = torch.randn(1, 6, 24, 32)
    assert torch.allclose(attention(x)[0, :, row, column], _at(attention, x, row, column), atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (9, 20), (16, 7)])
@torch.no_grad()
def test_any_size_goes_through(height: int, width: int) -> None:
    assert _attention()(torch.randn(2, 6, height, width)).shape == (2, 6, height, width)


@torch.no_grad()
def test_a_part_on_the_grid_comes_out_as_in_the_whole() -> None:
    attention, x = _attention(), torch.randn(1, 6, 40, 48)
    whole, part = attention(x), attention(x[..., BLOCK:, 2 * BLOCK :])
    inside = slice(BLOCK, 3 * BLOCK)
    assert torch.allclose(whole[..., 2 * BLOCK : 32, 3 * BLOCK : 40], part[..., inside, inside], atol=1e-5)


@torch.no_grad()
def test_a_net_that_learns_to_look_does_at_first_what_it_did() -> None:
    torch.manual_seed(0)
    blind = DenoisingNet((8, 8, 8), (1, 1, 1), (1, 1))
    seeing = DenoisingNet((8, 8, 8), (1, 2, 1), (1, 1), look=4)
    seeing.begin_with(blind.state_dict())
    x = torch.rand(1, 3, 64, 96)
    assert torch.allclose(seeing(x), blind(x))
    with pytest.raises(RuntimeError, match="its layers are others"):
        blind.begin_with(seeing.state_dict())
    with pytest.raises(RuntimeError, match="its layers are others"):
        seeing.begin_with({k: v for k, v in blind.state_dict().items() if k != "tail.bias"})
