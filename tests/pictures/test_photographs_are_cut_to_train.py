"""Photographs come in scaled, some are kept apart, and crops are parts of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aestudio.pictures.photographs import Photographs, open_photographs
from aestudio.pictures.tiles import nothing_told
from aestudio.spec.faults import UserError


def test_what_was_compressed_is_scaled_down(folder: Path, tmp_path: Path) -> None:
    for part in ("train", "held-out"):
        shutil.copytree(folder, tmp_path / part)
    photographs = open_photographs(tmp_path, side=32, progress=nothing_told)
    # 640 x 427: the JPEG to four fifths, the PNG as it is, and both at the scales below.
    sides = sorted(min(p.shape[:2]) for p in photographs.train)
    assert sides == [210, 210, 300, 300, 341, 420, 427]
    assert sorted(min(p.shape[:2]) for p in photographs.held_out) == [300, 300]
    assert len(open_photographs(folder, side=32, progress=nothing_told).held_out) == 1


def test_folders_that_say_so_are_kept_apart(photographs: Photographs, tmp_path: Path) -> None:
    for name, pixels in (("train", photographs.train[0]), ("held-out", photographs.held_out[0])):
        (tmp_path / name).mkdir()
        Image.fromarray(pixels).save(tmp_path / name / "it.png")
    found = open_photographs(tmp_path, side=32, progress=nothing_told)
    assert [p.shape for p in found.held_out] == [photographs.held_out[0].shape]


def test_a_damaged_photograph_is_left_out(folder: Path) -> None:
    whole = (folder / "temple.jpg").read_bytes()
    (folder / "zz-cut.jpg").write_bytes(whole[: len(whole) // 3])
    found = open_photographs(folder, side=32, progress=nothing_told)
    assert [line.split(":")[0] for line in found.skipped] == ["zz-cut.jpg"]


@pytest.mark.parametrize("what", ["absent", "empty"])
def test_too_few_are_a_sentence(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "absent" if what == "absent" else tmp_path
    with pytest.raises(UserError, match=r"is no folder|too few photographs"):
        open_photographs(folder, side=32, progress=nothing_told)


def test_crops_are_parts_of_the_photographs() -> None:
    """Each pixel of this picture tells where it is, so that a crop tells how it was cut."""
    y, x = np.mgrid[:100, :120].astype(np.uint8)
    photographs = Photographs((np.stack([y, x, y // 2], axis=2),), ())
    for crop in photographs.crops(64, 20, np.random.default_rng(1)):
        steps = np.abs(np.diff(crop[..., :].astype(int), axis=0)).max(axis=(0, 1))
        steps += np.abs(np.diff(crop.astype(int), axis=1)).max(axis=(0, 1))
        assert sorted(steps.tolist()) == [1, 1, 1], "neighbours stay neighbours"


def test_equal_generators_give_equal_crops(photographs: Photographs) -> None:
    a, b, c = (photographs.crops(4, 32, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)
