"""Archives and pictures through trained runs: what comes back is what was promised, or a sentence."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from aestudio.models.autoencoder import build
from aestudio.pictures.codec.archive import ArchiveEncoder, mark, unpack_images
from aestudio.pictures.codec.codes import packed_codes
from aestudio.pictures.codec.container import ARCHIVE, PATCHES, chunk, number, seal, unseal
from aestudio.pictures.codec.extras import extras_of
from aestudio.pictures.codec.inspection import inspect
from aestudio.pictures.codec.opening import sheet_of
from aestudio.pictures.codec.patches import PatchEncoder, unpack_picture
from aestudio.pictures.own_runs import OwnRun, _slides
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.parts import BOTTLENECKS, LAYERS
from aestudio.spec.run import ModelSpec
from tests.pictures.codec.conftest import flower
from tests.small import small_mnist, small_run, trained


@functools.cache
def _dense() -> OwnRun:
    """784-32-8-32-784, trained for two epochs on 512 digits."""
    return OwnRun(trained(small_run())[0].eval(), False, Path("dense"), b"8 bytes.")


@functools.cache
def _convolutional(channels: int) -> OwnRun:
    """A small map for a code, untrained. Pooling is undone by a layer of one size, which does not slide."""
    layers = (LAYERS.make("conv", filters=4), LAYERS.make("conv", filters=3, stride=2))
    spec = ModelSpec(encoder=layers, bottleneck=BOTTLENECKS.make("conv", filters=2), output="sigmoid")
    model = build(spec, (channels, 16, 16)).eval()
    assert _slides(model)
    return OwnRun(model, True, Path("convolutional"), b"8 bytes!")


def _digits() -> torch.Tensor:
    data = small_mnist()
    return data.images[data.test]


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_images_come_back_as_promised(bits: int) -> None:
    file = ArchiveEncoder(_dense(), _digits()).file(bits)
    back = unpack_images(_dense(), unseal(file, "it"), "it")
    assert back.shape == (300, 1, 28, 28)
    assert np.array_equal(back, ArchiveEncoder(_dense(), _digits()).preview(bits))
    assert len(file) / 300 < 8 * bits / 8 + 12, "eight numbers an image, and the header"


def test_eight_bits_lose_next_to_nothing() -> None:
    run, digits = _dense(), _digits()
    with torch.inference_mode():
        plain = (run.model.decode(run.model.encode(digits.float() / 255).z) * 255).round().numpy()
    assert psnr(plain, ArchiveEncoder(run, digits).preview(8), 255) > 40


def test_the_entropy_coder_takes_the_codes_surprise_and_no_more() -> None:
    """Beside the size that the counts themselves promise."""
    run = _dense()
    codes = run.model.encode(_digits().float() / 255).z.detach().numpy()
    low, high = codes.min(axis=0), codes.max(axis=0)
    symbols = np.round((codes - low) / ((high - low) / 15)).astype(int)
    counts = [np.bincount(column, minlength=16) for column in symbols.T]
    ideal = sum(-n * math.log2(n / 300) for column in counts for n in column if n) / 8
    header = 8 * 8 + sum(map(len, map(str, counts))) // 2
    assert ideal < len(ArchiveEncoder(run, _digits()).file(4)) < 1.02 * ideal + header


def test_no_images_make_an_empty_archive() -> None:
    file = ArchiveEncoder(_dense(), _digits()[:0]).file(5)
    assert unpack_images(_dense(), unseal(file, "it"), "it").shape == (0, 1, 28, 28)


def test_wrong_images_bits_and_runs_are_told() -> None:
    with pytest.raises(UserError, match="takes images of 1 x 28 x 28, these are 1 x 14 x 14"):
        ArchiveEncoder(_dense(), _digits()[:, :, ::2, ::2])
    with pytest.raises(SpecError, match="use a whole number from 1 to 8"):
        ArchiveEncoder(_dense(), _digits()).file(9)
    other = dataclasses.replace(_dense(), digest=b"another.")
    sealed = unseal(ArchiveEncoder(_dense(), _digits()).file(5), "it")
    with pytest.raises(UserError, match="give that run's folder with --model"):
        unpack_images(other, sealed, "it")


def test_mutated_archives_are_a_sentence_or_images() -> None:
    sealed = unseal(ArchiveEncoder(_dense(), _digits()).file(4), "it")
    generator = np.random.default_rng(0)
    for _ in range(200):
        data = bytearray(sealed.payload)
        for place in generator.integers(0, min(len(data), 200), 3):
            data[place] = generator.integers(256)
        mended = unseal(seal(ARCHIVE, sealed.digest, bytes(data)), "it")
        try:
            assert unpack_images(_dense(), mended, "it").shape[1:] == (1, 28, 28)
        except UserError as error:
            assert "is damaged inside" in str(error)  # noqa: PT017  # either is right


def test_an_archive_of_more_than_fits_into_memory_is_refused() -> None:
    payload = number(10_000_000) + bytes([4]) + number(8) + number(8)
    with pytest.raises(UserError, match="is damaged inside"):
        unpack_images(_dense(), unseal(seal(ARCHIVE, _dense().digest, payload), "it"), "it")


@pytest.mark.parametrize(("height", "width"), [(28, 28), (50, 100), (1, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_goes_through_a_run_patch_by_patch(height: int, width: int, channels: int) -> None:
    picture = Picture(np.ascontiguousarray(flower()[:height, :width, :channels]))
    back = unpack_picture(_dense(), unseal(PatchEncoder(_dense(), picture).file(5), "it"), "it")
    assert back.pixels.shape == picture.pixels.shape
    assert np.array_equal(back.pixels, PatchEncoder(_dense(), picture).preview(5).pixels)


def _dressed(channels: int = 3, depth: int = 8) -> Picture:
    """A picture with everything, and its transparency."""
    scale, kind = (1, np.uint8) if depth == 8 else (257, np.uint16)
    pixels = np.ascontiguousarray(flower()[:50, :60, :channels].astype(kind) * scale)
    alpha = np.ascontiguousarray(flower()[100:150, :60, 1].astype(kind) * scale)
    return Picture(pixels, alpha, b"a profile " * 30, density=(300.0, 72.01))


@pytest.mark.parametrize("run", [_dense, lambda: _convolutional(3)], ids=["patches", "whole"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_transparency_profile_and_pixels_to_an_inch_survive(
    run: Callable[[], OwnRun], depth: int, channels: int
) -> None:
    encoder = PatchEncoder(run(), _dressed(channels, depth))
    for seen in (unpack_picture(run(), unseal(encoder.file(5), "it"), "it"), encoder.preview(5)):
        assert seen.pixels.shape == (50, 60, channels)
        assert seen.alpha is not None
        assert np.array_equal(seen.alpha, flower()[100:150, :60, 1])
        assert (seen.icc, seen.density, seen.depth) == (b"a profile " * 30, (300.0, 72.01), 8)


@pytest.mark.parametrize("left_out", [{"alpha": None}, {"icc": None}, {"density": None}])
def test_each_is_kept_without_the_others(left_out: dict[str, None]) -> None:
    picture = dataclasses.replace(_dressed(), **left_out)
    file = PatchEncoder(_dense(), picture).file(5)
    back, told = unpack_picture(_dense(), unseal(file, "it"), "it"), inspect(file, "it")
    assert (back.alpha is None, back.icc is None, back.density is None) == (
        picture.alpha is None,
        picture.icc is None,
        picture.density is None,
    )
    assert told["transparency"] == (back.alpha is not None)
    assert told["profile"] == (back.icc is not None)
    assert told["pixels_per_inch"] == back.density


@pytest.mark.parametrize(("flags", "channels"), [(0, 3), (1, 1), (2, 3), (3, 1)])
def test_files_of_before_open_and_bare_pictures_are_still_written_so(flags: int, channels: int) -> None:
    """Flags for grey and for whole, width, height, and the codes."""
    run = _convolutional(1) if flags & 2 else _dense()
    picture = Picture(np.ascontiguousarray(flower()[:48, :64, :channels]))
    encoder = PatchEncoder(run, picture)
    codes = packed_codes(encoder._codes, run.model.code_shape, 5)
    old = seal(PATCHES, mark(run), bytes([flags]) + number(64) + number(48) + codes)
    assert encoder.file(5) == old
    back = unpack_picture(run, unseal(old, "it"), "it")
    assert np.array_equal(back.pixels, encoder.preview(5).pixels)
    assert (back.alpha, back.icc, back.density) == (None, None, None)


def test_mutated_pictures_are_a_sentence_or_a_picture() -> None:
    sealed = unseal(PatchEncoder(_dense(), _dressed()).file(4), "it")
    generator = np.random.default_rng(0)
    for _ in range(300):
        data = bytearray(sealed.payload)
        for place in generator.integers(0, len(data), generator.integers(1, 6)):
            data[place] = generator.integers(256)
        cut = int(generator.integers(len(data))) if generator.random() < 0.3 else len(data)
        mended = unseal(seal(PATCHES, sealed.digest, bytes(data[:cut])), "it")
        try:
            back = unpack_picture(_dense(), mended, "it")
            assert back.alpha is None or back.alpha.shape == back.pixels.shape[:2]
        except UserError as error:
            assert "is damaged inside" in str(error)  # noqa: PT017  # either is right


def test_extras_that_make_no_sense_are_refused() -> None:
    bare = unseal(PatchEncoder(_dense(), Picture(np.ascontiguousarray(flower()[:50, :60]))).file(4), "it")
    size, codes = bare.payload[1:3], bare.payload[3:]
    other_size = Picture(flower()[:28, :28], np.zeros((28, 28), np.uint8))
    alpha = chunk(extras_of(other_size).alpha or b"")
    for flags, extras in ((4, alpha), (8, chunk(b"no zip")), (16, number(0) + number(0)), (32, b"")):
        sealed = unseal(seal(PATCHES, bare.digest, bytes([flags]) + size + extras + codes), "it")
        with pytest.raises(UserError, match="it: is damaged inside; get another copy"):
            unpack_picture(_dense(), sealed, "it")


@pytest.mark.parametrize("seen", [1, 3])
@pytest.mark.parametrize("channels", [1, 3])
def test_convolutions_see_the_whole_picture(seen: int, channels: int) -> None:
    """So that there are no seams: what comes out is what the net makes of the picture as one."""
    run = _convolutional(seen)
    picture = Picture(np.ascontiguousarray(flower()[:48, :64, :channels]))
    back = unpack_picture(run, unseal(PatchEncoder(run, picture).file(8), "it"), "it")
    assert back.size == (64, 48)
    x = torch.from_numpy(picture.pixels).permute(2, 0, 1).float() / 255
    x = x.expand(3, -1, -1)[None] if seen == 3 else x[:, None]
    with torch.inference_mode():
        whole = run.model.decode(run.model.encode(x).z).flatten(0, 1)
    whole = whole.mean(dim=0, keepdim=True) if channels == 1 else whole
    assert np.abs(back.pixels / 255 - whole.permute(1, 2, 0).numpy()).max() < 0.03


def test_a_picture_too_large_for_memory_is_not_seen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is the widest layer: 4 numbers for each of 48 x 64 pixels here."""
    run, picture = _convolutional(1), Picture(np.ascontiguousarray(flower()[:48, :64]))
    whole = PatchEncoder(run, picture).preview(8).pixels
    monkeypatch.setattr("aestudio.pictures.codec.patches._MOST_NUMBERS", 4 * 48 * 64 - 1)
    encoder = PatchEncoder(run, picture)
    back = unpack_picture(run, unseal(encoder.file(8), "it"), "it").pixels
    assert np.array_equal(back, encoder.preview(8).pixels)
    assert not np.array_equal(back, whole), "patch by patch"


def test_a_file_that_no_run_wrote_as_a_whole_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    run, picture = _convolutional(1), Picture(np.ascontiguousarray(flower()[:48, :64]))
    sealed = unseal(PatchEncoder(run, picture).file(8), "it")
    with pytest.raises(UserError, match="is damaged inside"):
        unpack_picture(dataclasses.replace(run, slides=False), sealed, "it")
    monkeypatch.setattr("aestudio.pictures.codec.patches._MOST_NUMBERS", 4 * 48 * 64 - 1)
    with pytest.raises(UserError, match="is damaged inside"):
        unpack_picture(run, sealed, "it")


def test_a_run_on_vectors_takes_no_pictures() -> None:
    spec = ModelSpec(encoder=(LAYERS.make("dense", units=4),), bottleneck=BOTTLENECKS.make("plain", size=2))
    run = OwnRun(build(spec, (13,)).eval(), False, Path("vectors"), b"8 bytes?")
    with pytest.raises(UserError, match="was not trained on pictures"):
        PatchEncoder(run, Picture(flower()))


@pytest.mark.parametrize(("count", "size"), [(1, (28, 28)), (10, (84, 112)), (300, (476, 504))])
def test_an_archive_is_seen_as_one_sheet(count: int, size: tuple[int, int]) -> None:
    images = _digits()[:count].numpy()
    sheet = sheet_of(images, "it")
    assert sheet.size == size
    across = size[0] // 28
    row, column = divmod(count - 1, across)
    last = sheet.pixels[28 * row : 28 * row + 28, 28 * column : 28 * column + 28, 0]
    assert np.array_equal(last, images[-1, 0])


def test_what_is_no_sheet_says_so() -> None:
    with pytest.raises(UserError, match="holds vectors, which are no pictures; 'aestudio decompress'"):
        sheet_of(np.zeros((3, 40), np.float32), "it")
    with pytest.raises(UserError, match="holds no images"):
        sheet_of(np.zeros((0, 1, 28, 28), np.uint8), "it")
    many = np.broadcast_to(np.zeros((1, 1, 100, 100), np.uint8), (30_000, 1, 100, 100))
    with pytest.raises(UserError, match="too many images to be seen at once"):
        sheet_of(many, "it")
