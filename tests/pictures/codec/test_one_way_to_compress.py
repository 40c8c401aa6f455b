"""What the command line, the batch and the page have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aestudio.pictures.codec.container import unseal
from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.packing import compress_one
from aestudio.pictures.codec.patches import unpack_picture
from aestudio.pictures.codec.settings import CompressSettings
from aestudio.pictures.codec.stream import decode
from aestudio.pictures.own_runs import open_own_run
from aestudio.pictures.picture import Picture
from aestudio.spec.faults import SpecError, UserError
from tests.library.kept_runs import kept
from tests.pictures.codec.conftest import flower
from tests.small import small_run

PICTURE = Picture(np.ascontiguousarray(flower()[60:156, 100:228]))


def test_the_codec_by_quality_and_by_size(model_path: Path) -> None:
    file, note = compress_one(PICTURE, CompressSettings(model=str(model_path), quality=60))
    assert decode(find_codec(str(model_path)), file).size == (128, 96)
    assert note == f"quality 60, {8 * len(file) / (128 * 96):.3g} bits a pixel"
    small, note = compress_one(PICTURE, CompressSettings(model=str(model_path), target_bytes=1500))
    assert 1350 < len(small) <= 1500
    assert note.startswith("quality ")


def test_a_run_by_bits_and_by_size(tmp_path: Path) -> None:
    kept(tmp_path / "run", small_run())
    settings = CompressSettings(model=str(tmp_path / "run"), bits=6)
    file, note = compress_one(PICTURE, settings)
    assert note.startswith("6 bits a number, ")
    run = open_own_run(tmp_path / "run")
    assert unpack_picture(run, unseal(file, "it"), "it").size == (128, 96)
    most = len(file) - 1
    small, note = compress_one(PICTURE, CompressSettings(model=settings.model, target_bytes=most))
    assert len(small) <= most
    assert note.startswith("5 bits a number, ")
    with pytest.raises(
        UserError, match=r"20 bytes are too few for 128 x 96 pixels, which take [\d,]+ at least"
    ):
        compress_one(PICTURE, CompressSettings(model=settings.model, target_bytes=20))


def test_bad_settings_are_told(tmp_path: Path, model_path: Path) -> None:
    with pytest.raises(UserError, match="is neither a model of the codec"):
        compress_one(PICTURE, CompressSettings(model=str(tmp_path / "none.safetensors")))
    with pytest.raises(UserError, match="is no run"):
        compress_one(PICTURE, CompressSettings(model=str(tmp_path)))
    with pytest.raises(SpecError, match="use a number from 1 to 100"):
        compress_one(PICTURE, CompressSettings(model=str(model_path), quality=0))


def test_work_is_broken_off_between_layers(model_path: Path) -> None:
    asked: list[float] = []

    def stop(share: float, doing: str) -> None:
        asked.append(share)
        if len(asked) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compress_one(PICTURE, CompressSettings(model=str(model_path)), stop)
    assert asked == [0.0] * 5, "all of one tile"
