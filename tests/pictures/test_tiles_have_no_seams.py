"""Tiles cover a picture once, and what is worked in tiles is what is worked whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from aestudio.pictures import tiles as module
from aestudio.pictures.cleaners import KINDS, find_cleaner
from aestudio.pictures.denoise import find_noise
from aestudio.pictures.photographs import Photographs
from aestudio.pictures.picture import Picture
from aestudio.pictures.tiles import Box, padded, tiles

SIZES = [(1, 1), (5, 2000), (200, 300), (1024, 1024), (1500, 2500), (3001, 1027)]


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("visible", [None, Box(100, 1200, 180, 1400), Box(9000, 9000, 9001, 9001)])
def test_every_pixel_is_covered_once(height: int, width: int, visible: Box | None) -> None:
    count = np.zeros((height, width), int)
    for box in tiles(height, width, visible):
        count[box.slices] += 1
        assert box.top % 64 == box.left % 64 == 0
    assert (count == 1).all()


def test_what_is_in_sight_comes_first() -> None:
    visible = Box(1200, 2100, 1700, 2900)
    order = [box.within(visible).area > 0 for box in tiles(3000, 4000, visible)]
    first = tiles(3000, 4000, visible)[0]
    assert order[0]
    assert first.top <= 1450 < first.bottom
    assert first.left <= 2500 < first.right


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 50), (70, 33), (128, 300)])
@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(64, 128, 100, 250)])
def test_a_part_lies_where_it_should_with_its_margin(height: int, width: int, box: Box) -> None:
    """Each pixel tells where it is."""
    rows, columns = np.mgrid[:height, :width]
    box = box.within(Box(0, 0, height, width))
    if not box.area:
        return
    part, inner = padded(1000 * rows + columns, box, 9, 8)
    assert part.shape[0] % 8 == part.shape[1] % 8 == 0
    assert np.array_equal(part[inner.slices], (1000 * rows + columns)[box.slices])
    assert inner.top >= min(9, box.top)
    assert inner.left >= min(9, box.left)
    assert part.shape[0] - inner.bottom >= min(9, height - box.bottom)
    assert part.shape[1] - inner.right >= min(9, width - box.right)


def test_no_tile_is_a_narrow_rest() -> None:
    whole = Box(0, 0, 1536, 2048)
    looked_at = tiles(1536, 2048, whole)[12:]  # the first comes in twelve parts
    unseen = tiles(1536, 2048)
    assert len(unseen) == len(looked_at) + 1
    for box in (*looked_at, *unseen):
        assert min(box.bottom - box.top, box.right - box.left) > 500


class Smoothing:
    """Takes the mean over 9 x 9 pixels, so it needs a margin of 4."""

    multiple, margin = 8, 8

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.avg_pool2d(x, 9, 1, 4, count_include_pad=False)


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tiles in a small picture."""
    monkeypatch.setattr(module, "SIDE", 128)
    monkeypatch.setattr(module, "FIRST", 64)


def _worked(picture: Picture, cleaner: Callable[[Tensor], Tensor]) -> np.ndarray:
    noise = np.zeros(picture.pixels.shape, np.float16)
    for tile in find_noise(picture, cleaner, precision="float32"):  # type: ignore[arg-type]  # it is one
        noise[tile.box.slices] = tile.noise
    return noise


@pytest.mark.usefixtures("small_tiles")
def test_there_are_no_seams(photograph: np.ndarray) -> None:
    picture = Picture(photograph)
    tiled = _worked(picture, Smoothing())
    x = torch.from_numpy(photograph.astype(np.float32) / 255).permute(2, 0, 1)[None]
    whole = (x - Smoothing()(x))[0].permute(1, 2, 0).half().numpy()
    inside = slice(5, -5), slice(5, -5)  # at the rim a mean over mirrored pixels is another
    assert np.abs(tiled[inside].astype(float) - whole[inside]).max() < 1e-3


@pytest.mark.parametrize("name", KINDS)
def test_nets_that_ship_leave_no_seams(
    name: str, photographs: Photographs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside one tile that is the whole picture; edges of tiles lie where all nets see one grid."""
    clean = photographs.train[0][:384, :448]
    noise = np.random.default_rng(0).normal(0, 15, clean.shape)
    picture = Picture(np.clip(np.rint(clean + noise), 0, 255).astype(np.uint8))
    model = find_cleaner(name)
    assert model.margin % model.multiple == 0, "else margins are larger than need be"
    whole = _worked(picture, model).astype(float)
    monkeypatch.setattr(module, "SIDE", 192)
    difference = 255 * np.abs(_worked(picture, model) - whole)
    assert difference.mean() < 0.1
    assert np.quantile(difference, 0.999) < 3


@pytest.mark.usefixtures("small_tiles")
def test_progress_tells_and_can_end_the_work(photograph: np.ndarray) -> None:
    told: list[float] = []

    def progress(share: float, doing: str) -> None:
        told.append(share)
        if len(told) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(find_noise(Picture(photograph), Smoothing(), progress=progress))
    assert told == sorted(told)
    assert told[0] == 0
    told.clear()
    list(find_noise(Picture(photograph), Smoothing(), progress=lambda share, _: told.append(share)))
    assert told[-1] == 1.0
