"""Noise is as strong as it is said to be, and of the kind that it is said to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from aestudio.pictures import noise
from aestudio.pictures.wear import worn


def _seed(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_white_noise_has_its_level() -> None:
    sigma = torch.tensor([0.0, 0.1, 0.2])
    y = noise.white(torch.full((3, 3, 64, 64), 0.5), sigma, _seed())
    assert torch.allclose(y.std(dim=(1, 2, 3)), sigma, rtol=0.03, atol=1e-7)
    neighbours = ((y - 0.5)[..., 1:] * (y - 0.5)[..., :-1]).mean(dim=(1, 2, 3))
    assert neighbours.abs().max() < 0.001


def test_a_cameras_noise_grows_with_the_light() -> None:
    """In linear light: what makes it Poisson's."""
    dark, bright = (noise.to_display(torch.full((64, 3, 32, 32), light)) for light in (0.02, 0.5))
    levels = [noise.to_linear(noise.camera(x, _seed())).std(dim=(1, 2, 3)).mean() for x in (dark, bright)]
    assert levels[1] > 2 * levels[0]


def test_most_of_a_cameras_noise_is_correlated() -> None:
    x = torch.full((64, 3, 48, 48), 0.5)
    error = noise.camera(x, _seed()) - x
    error = error - error.mean(dim=(2, 3), keepdim=True)
    beside = (error[..., 1:] * error[..., :-1]).mean(dim=(1, 2, 3)) / error.square().mean(dim=(1, 2, 3))
    assert (beside > 0.1).float().mean() > 0.3
    assert (beside < 0.1).float().mean() > 0.2


def test_as_many_pictures_as_asked_go_through_jpeg() -> None:
    x = torch.rand(200, 1, 16, 16, generator=_seed(9)).expand(-1, 3, -1, -1)
    rounded = (x * 255).round() / 255
    for share in (0.0, 0.4, 1.0):
        y = noise.recompressed(x, _seed(), share=share, quality=(75, 98))
        changed = (y != rounded).flatten(1).any(dim=1).float().mean()
        assert float(changed) == pytest.approx(share, abs=0.08)
    coarse, fine = (
        (noise.recompressed(x, _seed(), share=1, quality=(q, q)) - x).square().mean() for q in (75, 98)
    )
    assert coarse > 2 * fine


def test_tone_curves_undo_each_other() -> None:
    x = torch.linspace(0, 1, 1001)
    assert torch.allclose(noise.to_display(noise.to_linear(x)), x, atol=1e-5)
    assert float(noise.to_linear(torch.tensor(0.5))) == pytest.approx(0.21404, abs=1e-4)


@pytest.mark.parametrize("spoil", [noise.camera, worn])
def test_equal_seeds_give_equal_noise(spoil: Callable[[torch.Tensor, torch.Generator], torch.Tensor]) -> None:
    x = torch.rand(4, 3, 32, 32, generator=_seed(9))
    before = x.clone()
    a, b, c = (spoil(x, _seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert torch.equal(x, before), "it changes its input in place"
    assert a.min() >= 0
    assert a.max() <= 1
