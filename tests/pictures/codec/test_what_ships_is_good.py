"""The codec that ships opens, codes a real photograph well, and expects what it expected when made."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import torch

from aestudio.data.resources import resource
from aestudio.pictures.codec.found import SHIPPED, find_codec
from aestudio.pictures.codec.rate import level_of
from aestudio.pictures.codec.stream import Encoder, decode
from aestudio.pictures.curves import RIVALS, Point, psnr, psnr_at, rival_curve
from aestudio.pictures.picture import Picture
from aestudio.spec.faults import UserError
from tests.pictures.codec.conftest import flower


def test_it_has_a_card_and_is_small() -> None:
    card = json.loads(resource("models", f"{SHIPPED}.json").read_text(encoding="utf-8"))
    assert card["kind"] == SHIPPED
    assert {"data", "licence", "recipe", "hours", "figures", "command"} <= set(card)
    assert find_codec().bytes < 10_000_000


def test_it_beats_jpeg_on_a_photograph() -> None:
    """In whole files, header and all; the benchmark says by how much."""
    pixels = np.ascontiguousarray(flower()[100:356, 200:456])
    model = find_codec()
    encoder = Encoder(model, Picture(pixels))
    jpeg = rival_curve(RIVALS[0], pixels)
    for quality in (30, 60):
        encoded = encoder.at(level_of(quality, model.exact.top))
        found = decode(model, encoded.file).pixels
        assert np.array_equal(found, encoded.preview().pixels)
        point = Point(8 * len(encoded.file) / (256 * 256), psnr(pixels, found))
        assert point.psnr > psnr_at(jpeg, point.bits) + 1.0


def test_its_expectations_are_the_same_on_every_machine() -> None:
    """Whole numbers through the whole prior, their digest taken when the model was made."""
    model = find_codec()
    at = model.exact.at(level_of(50, model.exact.top))
    generator = np.random.default_rng(0)
    z = torch.from_numpy(generator.integers(-3, 4, (len(at.hyper_scales), 2, 2)))
    told = hashlib.sha256()

    def read(mu: torch.Tensor, scales: torch.Tensor, own: slice, fields: torch.Tensor) -> torch.Tensor:
        told.update(mu.long().numpy().tobytes())
        told.update(scales.long().numpy().tobytes())
        return torch.from_numpy(generator.integers(-2, 3, tuple(mu.shape))).double()

    y = model.exact.walk(model.exact.features(z, at), at, read)
    told.update(y.long().numpy().tobytes())
    assert told.hexdigest()[:16] == "4544494b3febc3a7"


def test_another_name_is_refused() -> None:
    with pytest.raises(UserError, match=r"nothing\.safetensors: is neither .* folder; use photo-codec"):
        find_codec("nothing.safetensors")
