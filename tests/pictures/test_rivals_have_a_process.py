"""Pillow's codecs in a process of their own: the largest that fits, and an end when nobody waits."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from aestudio.pictures import rival_process
from aestudio.pictures.curves import RIVALS, Rival, middle, psnr, rival_curve
from aestudio.pictures.rivals import RivalProcess
from aestudio.spec.faults import UserError


class Enough(Exception):
    """Nobody waits."""


def _nothing() -> None:
    """Go on."""


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return np.ascontiguousarray(load_sample_image("flower.jpg")[60:188, 100:260])


@pytest.fixture
def process(photograph: np.ndarray) -> Iterator[RivalProcess]:
    made = RivalProcess(photograph)
    yield made
    made.close()


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_the_largest_that_fits(rival: Rival, photograph: np.ndarray, process: RivalProcess) -> None:
    most = 2500
    found = process.fitted(rival.name, most, _nothing)
    assert found.bytes <= most
    at = rival.settings.index(found.setting)
    assert len(rival.encode(photograph, rival.settings[at + 1])) > most
    with Image.open(io.BytesIO(rival.encode(photograph, found.setting))) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), found.pixels)
    assert found.psnr == psnr(photograph, found.pixels)


def test_what_cannot_be_so_small_is_the_smallest(process: RivalProcess) -> None:
    found = process.fitted("JPEG", 10, _nothing)
    assert found.setting == RIVALS[0].settings[0]
    assert found.bytes > 10


def test_points_are_those_of_the_curve(photograph: np.ndarray, process: RivalProcess) -> None:
    curve = rival_curve(RIVALS[0], photograph)
    assert [process.point("JPEG", step, _nothing) for step in RIVALS[0].steps] == curve


def test_a_part_tells_where_to_try(photograph: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = rival_process.fitted(RIVALS[1], photograph, 2500)
    monkeypatch.setattr(rival_process, "_PART", 3000)
    assert middle(photograph, 3000).shape[:2] == (48, 61)
    assert rival_process.fitted(RIVALS[1], photograph, 2500) == exact


def test_grey_stays_grey(photograph: np.ndarray) -> None:
    process = RivalProcess(photograph[..., :1])
    found = process.fitted("WebP", 2500, _nothing)
    process.close()
    assert found.pixels.shape == (128, 160, 1)


def test_nobody_waits_for_long(photograph: np.ndarray) -> None:
    process = RivalProcess(np.tile(photograph, (12, 12, 1)))
    began = time.monotonic()

    def ask() -> None:
        if time.monotonic() - began > 0.3:
            raise Enough

    with pytest.raises(Enough):
        process.fitted("AVIF", 50_000, ask)
    assert time.monotonic() - began < 3, "all of it takes longer"
    assert process.point("JPEG", 50, _nothing).bits > 0, "it begins anew"
    process.close()


def test_what_pillow_lacks_is_told(process: RivalProcess) -> None:
    with pytest.raises(UserError, match="JPEG 2000 cannot encode this picture here"):
        process.point("JPEG 2000", "much", _nothing)  # type: ignore[arg-type]
