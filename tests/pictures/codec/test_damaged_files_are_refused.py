"""Foreign, truncated and altered .aes files: each a sentence, no crash, no hang, and memory within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from aestudio.pictures.codec.container import MAGIC, PICTURE, Short, Source, number, seal, unseal
from aestudio.pictures.codec.inspection import inspect
from aestudio.pictures.codec.model import CodecModel, open_model
from aestudio.pictures.codec.stream import Encoder, decode
from aestudio.pictures.picture import Picture
from aestudio.spec.faults import UserError
from tests.pictures.codec.conftest import flower, model_file

MUTANTS = 300
"""Here; ``tests/benchmarks/pictures.py`` tries 10,000."""


@pytest.fixture(scope="module")
def file(model: CodecModel) -> bytes:
    """A picture with everything, small."""
    alpha = np.arange(64 * 70).reshape(64, 70).astype(np.uint8)
    picture = Picture(np.ascontiguousarray(flower()[:64, :70]), alpha, b"a profile" * 9, density=(300, 300))
    return Encoder(model, picture).at(150).file


def _mutants(file: bytes, count: int) -> Iterator[bytes]:
    generator = np.random.default_rng(0)
    for _ in range(count):
        data = bytearray(file)
        for place in generator.integers(0, len(file), generator.integers(1, 6)):
            data[place] = generator.integers(256)
        cut = int(generator.integers(len(file))) if generator.random() < 0.3 else len(file)
        yield bytes(data[:cut])


def test_every_mutant_is_refused(model: CodecModel, file: bytes) -> None:
    for mutant in _mutants(file, MUTANTS):
        if mutant != file:
            with pytest.raises(UserError, match=r"^mutant: .+; .+"):
                decode(model, mutant, name="mutant")


def test_mutants_whose_checksum_was_mended_do_no_harm(model: CodecModel, file: bytes) -> None:
    """What gets past the checksum is a picture or a sentence, and never a large picture from a small file."""
    sealed = unseal(file, "it")
    for payload in _mutants(sealed.payload, MUTANTS):
        if (area := _area(payload)) > 1_000_000:
            continue  # a legal header of a large picture, which takes its time
        try:
            found = decode(model, seal(PICTURE, sealed.digest, payload), name="mutant")
        except UserError as error:
            assert str(error).startswith("mutant: is damaged inside")  # noqa: PT017  # either is right
        else:
            assert found.pixels.shape[0] * found.pixels.shape[1] == area


def _area(payload: bytes) -> int:
    source = Source(payload[3:])
    try:
        return source.number() * source.number()
    except Short:
        return 0


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"hello", bytes(100)])
def test_foreign_files_are_told_so(model: CodecModel, data: bytes) -> None:
    with pytest.raises(UserError, match=r"is no \.aes file; give one that 'aestudio compress' wrote"):
        decode(model, data)


@pytest.mark.parametrize("left", [1, 4, 13, 14, 15, 40, -5, -1])
def test_a_cut_file_says_so(model: CodecModel, file: bytes, left: int) -> None:
    with pytest.raises(UserError, match="is cut short"):
        decode(model, file[:left])


def test_a_newer_version_is_told(file: bytes) -> None:
    newer = MAGIC + bytes([9]) + file[len(MAGIC) + 1 :]
    with pytest.raises(UserError, match=r"is of version 9 of .aes, not 1"):
        unseal(newer, "it")


def test_one_altered_byte_is_found(file: bytes) -> None:
    altered = bytearray(file)
    altered[len(file) // 2] ^= 1
    with pytest.raises(UserError, match="was altered, its checksum does not fit"):
        unseal(bytes(altered), "it")


@pytest.mark.parametrize(("width", "height"), [(0, 5), (20_000, 20_000)])
def test_impossible_sizes_are_refused(model: CodecModel, width: int, height: int) -> None:
    payload = bytes([0, 0, 0]) + number(width) + number(height)
    with pytest.raises(UserError, match=r"is damaged inside \(\d+ x \d+ pixels"):
        decode(model, seal(PICTURE, model.digest, payload))


@pytest.mark.parametrize("density", [0, 10**9])
def test_impossible_pixels_to_an_inch_are_refused(model: CodecModel, density: int) -> None:
    payload = bytes([8, 0, 0]) + number(8) + number(8) + number(density) + number(density)
    with pytest.raises(UserError, match=r"is damaged inside .* to an inch"):
        decode(model, seal(PICTURE, model.digest, payload))


def test_a_profile_that_unpacks_without_end_is_cut(model: CodecModel) -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    tile = Encoder(model, Picture(np.zeros((8, 8, 3), np.uint8))).at(0).file
    inside = unseal(tile, "it").payload
    payload = bytes([4]) + inside[1:5] + number(len(bomb)) + bomb + inside[5:]
    profile = decode(model, seal(PICTURE, model.digest, payload)).icc
    assert profile is not None
    assert len(profile) == 8_000_000


def test_inspection_tells_or_refuses(file: bytes) -> None:
    told = inspect(file, "it")
    assert (told["width"], told["height"], told["kind"]) == (70, 64, "picture")
    assert told["bytes"] == len(file)
    for mutant in _mutants(file, 50):
        if mutant != file:
            with pytest.raises(UserError):
                inspect(mutant, "it")


def test_damaged_models_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.safetensors"
    data = model_file()
    newer = data.replace(b"photo-codec 1", b"photo-codec 9")
    for damaged in (b"", b"nonsense", data[:500], data[: len(data) // 2], newer):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="is no model of the photo codec"):
            open_model(path)
