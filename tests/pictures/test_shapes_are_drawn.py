"""Drawn crops are pictures, each another, with the long edges and stripes that they are drawn for."""

from __future__ import annotations

import torch

from aestudio.pictures.drawn import drawn
from aestudio.pictures.recipes.photo_denoiser import PhotoDenoiser

COUNT = 64


def _drawn(seed: int = 0) -> torch.Tensor:
    return drawn(COUNT, 48, torch.Generator().manual_seed(seed))


def test_they_are_pictures() -> None:
    x = _drawn()
    assert x.shape == (COUNT, 3, 48, 48)
    assert x.min() >= 0
    assert x.max() <= 1
    assert x.std(dim=0).min() > 0.1, "one place is the same in all of them"


def test_equal_seeds_draw_equal_pictures() -> None:
    assert torch.equal(_drawn(), _drawn())
    assert not torch.equal(_drawn(), _drawn(1))


def test_none_is_nothing() -> None:
    assert drawn(0, 48, torch.Generator()).shape == (0, 3, 48, 48)


def test_they_have_flat_parts_and_edges() -> None:
    """Half of all steps between neighbours are below a grey level, and some are above twenty."""
    steps = 255 * _drawn().mean(dim=1).diff(dim=-1).abs().flatten()
    assert steps.median() < 1
    assert 0.01 < (steps > 20).float().mean() < 0.2


def test_a_tenth_of_what_the_denoiser_sees_is_drawn() -> None:
    crops = torch.zeros(400, 3, 16, 16)
    x, _ = PhotoDenoiser().pairs(crops, torch.Generator().manual_seed(0))
    assert 0.05 < (x.flatten(1).amax(dim=1) > 0).float().mean() < 0.16
    assert not crops.any(), "the caller's own crops were drawn on"
