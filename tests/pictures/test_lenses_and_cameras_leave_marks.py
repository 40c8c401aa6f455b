"""Fringes, vivid colour and sharpening, as the denoiser meets them in training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from skimage import data
from torch import Tensor

from aestudio.pictures.optics import fringed, sharpened, vivid

Mark = Callable[[Tensor, torch.Generator], Tensor]
MARKS = (fringed, vivid, sharpened)


def cats(count: int = 6) -> Tensor:
    crop = np.ascontiguousarray(data.chelsea()[100:164, 150:214].transpose(2, 0, 1))
    return (torch.from_numpy(crop).float() / 255).repeat(count, 1, 1, 1)


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("mark", MARKS)
def test_marks_differ_from_picture_to_picture_and_come_again_with_the_seed(mark: Mark) -> None:
    x = cats()
    y = mark(x, seeded())
    assert y.shape == x.shape
    assert 0 <= y.min() <= y.max() <= 1
    assert torch.equal(y, mark(x, seeded()))
    assert len({float(each.sum()) for each in y}) == len(x)


def test_red_and_blue_lie_on_opposite_sides_of_green() -> None:
    x = torch.zeros(20, 3, 33, 33)
    x[:, :, 14:19, 14:19] = 1
    places = torch.stack(torch.meshgrid(torch.arange(33.0), torch.arange(33.0), indexing="ij"))
    y = fringed(x, seeded())
    centres = torch.einsum("nchw,ahw->nca", y, places) / y.sum(dim=(2, 3))[..., None]
    off = centres - centres[:, 1:2]
    assert torch.equal(y[:, 1], x[:, 1])
    assert (off[:, 0] * off[:, 2]).sum(dim=1).max() < 1e-3
    assert 0.5 < off[:, 0].norm(dim=1).max() < 1.7  # pixels


def test_vivid_colours_lie_farther_from_grey_and_grey_stays() -> None:
    x = cats()
    y = vivid(x, seeded())
    assert (y.std(dim=1).mean(dim=(1, 2)) > x.std(dim=1).mean(dim=(1, 2))).all()
    grey = x.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
    assert torch.allclose(vivid(grey, seeded()), grey, atol=1e-6)


def test_sharpening_raises_edges_and_leaves_planes() -> None:
    x = cats()
    steps = (sharpened(x, seeded()) - x).abs().mean(dim=(1, 2, 3))
    assert steps.max() > 0.01
    rough = [each.diff(dim=3).abs().mean() for each in (x, sharpened(x, seeded()))]
    assert rough[1] > 1.1 * rough[0]
    plane = torch.full((3, 3, 40, 40), 0.4)
    assert torch.allclose(sharpened(plane, seeded()), plane, atol=1e-6)
