"""Sizes of levels that were not tried, from those that were."""

from __future__ import annotations

import numpy as np
import pytest

from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.rate import fitted
from aestudio.pictures.codec.sizes import SizeLaw
from aestudio.pictures.codec.stream import Coding, Encoder
from aestudio.pictures.picture import Picture
from tests.pictures.codec.conftest import flower


def test_nothing_is_expected_of_one_level() -> None:
    law = SizeLaw().with_tried(100, 5000)
    assert (law.at(100), law.at(101), law.level_for(5000, 800)) == (5000, None, None)


def test_logarithms_go_straight_between_and_beyond() -> None:
    law = SizeLaw().with_tried(0, 1000).with_tried(200, 4000)
    assert law.at(100) == pytest.approx(2000)
    assert law.at(400) == pytest.approx(16_000)
    assert law.level_for(2001, 800) == 100
    assert law.level_for(10, 800) == 0
    assert law.level_for(10**9, 800) == 800


def test_a_sample_is_moved_to_meet_what_was_tried() -> None:
    law = SizeLaw().with_sample(0, 500).with_sample(400, 8000).with_tried(200, 3000)
    assert law.at(200) == 3000
    assert law.at(400) == pytest.approx(12_000)


def test_expecting_saves_tries_and_changes_nothing(model: CodecModel) -> None:
    picture = Picture(np.ascontiguousarray(flower()[60:188, 100:228]))
    encoder = Encoder(model, picture)
    law = SizeLaw()
    for level in (48, 336):
        law = law.with_tried(level, len(encoder.at(level).file))
    tried: list[str] = []
    found = fitted(encoder, 3000, lambda share, doing: tried.append(doing), law)
    assert 0.9 * 3000 < len(found.file) <= 3000
    assert abs(found.level - fitted(encoder, 3000).level) < 12


def test_what_was_written_is_painted_as_it_was(model: CodecModel) -> None:
    encoder = Encoder(model, Picture(np.ascontiguousarray(flower()[60:188, 100:228])))
    encoded = encoder.at(200)
    coding = Coding.of(encoder, encoded)
    tile = next(iter(encoder.layout))
    assert np.array_equal(coding.paint(tile), encoded.preview().pixels)
    assert coding.encoded() is encoded
    down, right, inside = coding.paint_inside(tile)
    assert (down, right) == (0, 0), "it has no neighbours"
    assert np.array_equal(inside, encoded.preview().pixels)
