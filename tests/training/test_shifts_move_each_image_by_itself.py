"""Random moves: by themselves, by up to the reach, zeros moving in."""

from __future__ import annotations

import torch
from torch import Tensor

from aestudio.training.shifts import shifted
from tests.small import small_mnist

COUNT, REACH = 500, 2


def _seed(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _places(x: Tensor) -> list[tuple[int, int]]:
    """Where the one bright pixel of each image is."""
    return [tuple((image[0] > 0).nonzero()[0].tolist()) for image in x]


def _dots() -> Tensor:
    x = torch.zeros(COUNT, 1, 9, 11)
    x[:, :, 4, 5] = 1
    return x


def test_every_move_within_the_reach_comes_about_as_often() -> None:
    places = _places(shifted(_dots(), REACH, _seed()))
    wanted = {(4 + dy, 5 + dx) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)}
    assert set(places) == wanted
    assert min(places.count(place) for place in wanted) > COUNT / 25 / 3


def test_an_image_moves_whole() -> None:
    x = small_mnist().pixels(small_mnist().train[:20])
    y = shifted(x, REACH, _seed())
    padded = torch.nn.functional.pad(x, (REACH,) * 4)
    size = 2 * REACH + 1
    for image, wide in zip(y, padded, strict=True):
        windows = [wide[:, i : i + 28, j : j + 28] for i in range(size) for j in range(size)]
        assert any(torch.equal(image, window) for window in windows)


def test_zeros_move_in() -> None:
    y = shifted(torch.ones(COUNT, 3, 6, 6), REACH, _seed())
    kept = y.sum(dim=(1, 2, 3)) / 3
    assert set(kept.int().tolist()) == {(6 - a) * (6 - b) for a in range(3) for b in range(3)}
    assert set(y.unique().tolist()) == {0.0, 1.0}


def test_channels_move_together() -> None:
    x = _dots().repeat(1, 3, 1, 1)
    y = shifted(x, REACH, _seed())
    assert torch.equal(y[:, 0], y[:, 1])
    assert torch.equal(y[:, 0], y[:, 2])


def test_moves_follow_the_seed_and_leave_the_input() -> None:
    x = _dots()
    before = x.clone()
    assert torch.equal(shifted(x, REACH, _seed(1)), shifted(x, REACH, _seed(1)))
    assert not torch.equal(shifted(x, REACH, _seed(1)), shifted(x, REACH, _seed(2)))
    assert torch.equal(x, before)


def test_no_reach_no_move() -> None:
    x = _dots()
    assert shifted(x, 0, _seed()) is x
