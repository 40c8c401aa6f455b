"""A pyramid patched part by part is the pyramid of the whole, at every size."""

from __future__ import annotations

import numpy as np
import pytest

from aestudio.pictures.picture import Picture
from aestudio.pictures.pyramid import Pyramid, halved, pyramid_of
from aestudio.pictures.tiles import Box, tiles


def _noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.mark.parametrize("size", [(1000, 1333), (1025, 2047), (64, 700), (5, 4000), (300, 300)])
def test_patches_make_the_whole(size: tuple[int, int]) -> None:
    new = Pyramid(_noise(*size))
    shown = Pyramid(np.zeros((*size, 3), np.uint8)).copy()
    for box in tiles(*size):
        shown.paste(shown.patch(box, new.levels[0][box.slices]))
    assert len(shown.levels) == len(new.levels)
    for a, b in zip(shown.levels, new.levels, strict=True):
        assert np.array_equal(a, b)


def test_a_half_is_the_mean_of_four() -> None:
    pixels = np.array([[1, 2, 9], [4, 6, 10]], np.uint8)[..., None]
    assert halved(pixels)[..., 0].tolist() == [[3, 10]]  # 13 / 4 and, the odd end twice, 38 / 4


def test_a_copy_is_pasted_into_alone() -> None:
    first = pyramid_of(Picture(_noise(256, 256)))
    before = first.levels[0].copy()
    second = first.copy()
    second.paste(second.patch(Box(0, 0, 64, 64), np.zeros((64, 64, 3), np.uint8)))
    assert np.array_equal(first.levels[0], before)
    assert second.levels[0][:64, :64].max() == 0
    assert (first.version, second.version) == (0, 1)


def test_sixteen_bits_are_shown_in_eight() -> None:
    deep = Picture(np.full((64, 64, 1), 65535, np.uint16))
    assert pyramid_of(deep).levels[0].max() == 255


@pytest.mark.parametrize(("pixels", "level"), [(0.1, 0), (1.9, 0), (2.0, 1), (7.9, 2), (1000.0, 4)])
def test_the_level_has_at_least_a_pixel_for_each_of_the_screen(pixels: float, level: int) -> None:
    assert Pyramid(_noise(100, 4000)).scale_for(pixels) == level
