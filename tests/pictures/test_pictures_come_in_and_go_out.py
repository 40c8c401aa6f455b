"""What a picture's file holds survives: depth, transparency, profile, the right way up; or it is refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from aestudio.pictures import picture as module
from aestudio.pictures.picture import (
    Picture,
    eight_bits,
    glance,
    open_picture,
    packed_picture,
    save_picture,
)
from aestudio.spec.faults import UserError

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LOSSLESS = (".png", ".tif", ".bmp")


def _noise(shape: tuple[int, ...], dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_come_back_equal(channels: int, suffix: str) -> None:
    picture = Picture(_noise((30, 20, channels)))
    back = open_picture(packed_picture(picture, suffix))
    assert np.array_equal(back.pixels, picture.pixels)
    assert back.depth == 8
    assert back.alpha is None


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_come_back_equal(channels: int, alpha: bool, suffix: str) -> None:
    opacity = _noise((30, 20), np.uint16) if alpha else None
    picture = Picture(_noise((30, 20, channels), np.uint16), opacity, PROFILE)
    back = open_picture(packed_picture(picture, suffix))
    assert back.depth == 16
    assert (back.pixels == picture.pixels).all()  # of a TIFF, grey with transparency comes back as colour
    assert back.pixels.shape[2] in (channels, 3 if alpha and suffix == ".tif" else channels)
    assert back.icc == PROFILE
    if opacity is None:
        assert back.alpha is None
    else:
        assert back.alpha is not None
        assert np.array_equal(back.alpha, opacity)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp", ".webp", ".avif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pixels_to_an_inch_are_kept(suffix: str, dtype: type) -> None:
    """A scan's: Tesseract takes the size of letters from them."""
    picture = Picture(_noise((30, 20, 3), dtype), density=(300.0, 600.0))
    back = open_picture(packed_picture(picture, suffix))
    assert back.density == pytest.approx((300, 600), abs=0.1)
    assert back.with_pixels(back.pixels).density == back.density
    untold = open_picture(packed_picture(Picture(picture.pixels), suffix)).density
    assert untold is None or suffix == ".bmp"  # which always tells some


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_pixels_to_an_inch_are_turned_with_the_picture(kind: str) -> None:
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.fromarray(_noise((30, 20))).save(buffer, kind, exif=exif, dpi=(300, 600))
    assert open_picture(buffer.getvalue()).density == (600, 300)


def test_a_block_that_is_no_exif_costs_no_picture() -> None:
    buffer = io.BytesIO()
    Image.fromarray(_noise((30, 20, 3))).save(buffer, "WEBP", exif=b"Exif\0\0no such thing")
    assert open_picture(buffer.getvalue()).size == (20, 30)


@pytest.mark.parametrize("told", [(0, 0), (1, 1), (70_000, 300), (float("nan"), 300), "300", (300,)])
def test_nonsense_for_pixels_to_an_inch_is_none_at_all(told: object, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Image.open

    def opened(*arguments: Any, **options: Any) -> Image.Image:
        image = opening(*arguments, **options)
        image.info["dpi"] = told
        return image

    monkeypatch.setattr(Image, "open", opened)
    assert open_picture(packed_picture(Picture(_noise((30, 20, 1))), ".png")).density is None


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_tiffs_of_sixteen_bits_a_channel_are_read_whole(compression: str | None, tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    pixels = _noise((30, 20, 3), np.uint16)
    tifffile.imwrite(tmp_path / "deep.tif", pixels, compression=compression, photometric="rgb")
    assert np.array_equal(open_picture(tmp_path / "deep.tif").pixels, pixels)


def test_sixteen_bits_are_rounded_where_eight_are_written() -> None:
    values = np.array([0, 128, 129, 385, 386, 65535], np.uint16).reshape(1, 6, 1)
    back = open_picture(packed_picture(Picture(values), ".bmp"))
    assert back.pixels.ravel().tolist() == [0, 0, 1, 1, 2, 255]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".avif", ".tif"])
def test_the_profile_is_kept(suffix: str, photograph: np.ndarray) -> None:
    assert open_picture(packed_picture(Picture(photograph, icc=PROFILE), suffix)).icc == PROFILE


@pytest.mark.parametrize("suffix", [".png", ".webp", ".avif", ".tif"])
def test_transparency_is_kept(suffix: str, photograph: np.ndarray) -> None:
    alpha = np.zeros(photograph.shape[:2], np.uint8)
    alpha[50:] = 255
    back = open_picture(packed_picture(Picture(photograph, alpha), suffix))
    assert back.alpha is not None
    assert np.abs(back.alpha.astype(int) - alpha).max() < 20
    assert np.abs(back.pixels[60:].astype(int) - photograph[60:]).mean() < 5


def test_what_is_transparent_is_white_in_a_jpeg(photograph: np.ndarray) -> None:
    alpha = np.zeros(photograph.shape[:2], np.uint8)
    assert open_picture(packed_picture(Picture(photograph, alpha), ".jpg")).pixels.min() > 250


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("depth", [8, 16])
def test_pictures_are_upright(orientation: int, depth: int) -> None:
    """Against Pillow's own turning; at a glance too."""
    pixels = (np.arange(6) * 2 ** (depth - 3)).astype(np.uint8 if depth == 8 else np.uint16).reshape(2, 3)
    image, exif, buffer = Image.fromarray(pixels), Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    image.save(buffer, "PNG", exif=exif)
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
    upright = image.transpose(Image.Transpose(turned[orientation])) if orientation > 1 else image
    picture = open_picture(buffer.getvalue())
    assert np.array_equal(picture.pixels[..., 0], np.asarray(upright))
    small, size, _ = glance(buffer.getvalue(), 80)
    assert size == upright.size == picture.size
    assert np.array_equal(small[..., 0], eight_bits(picture.pixels)[..., 0])


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiffs_are_turned_once(orientation: int, dtype: type) -> None:
    """Pillow turns them itself, while it reads them."""
    pixels, buffer = np.zeros((40, 60), dtype), io.BytesIO()
    pixels[:10, :10] = 1 if dtype is np.float32 else np.iinfo(dtype).max
    Image.fromarray(pixels).save(buffer, "TIFF", tiffinfo={0x0112: orientation})
    picture = open_picture(buffer.getvalue())
    small, size, _ = glance(buffer.getvalue(), 80)
    turns = {1: 0, 3: 2, 6: 3, 8: 1}[orientation]
    upright = np.rot90(pixels.astype(float), turns)
    assert np.array_equal(picture.pixels[..., 0] > 0, upright > 0)
    assert np.array_equal(small[..., 0] > 0, upright > 0)
    assert size == picture.size


@pytest.mark.parametrize(("top", "dtype"), [(1, np.float32), (255, np.int32), (65535, np.int32)])
def test_white_is_white_in_tiffs_of_32_bits(top: int, dtype: type) -> None:
    values, buffer = (np.array([[0, 0.5, 1]]) * top).astype(dtype), io.BytesIO()
    Image.fromarray(values).save(buffer, "TIFF")
    pixels = open_picture(buffer.getvalue()).pixels
    assert pixels[0, [0, 2], 0].tolist() == [0, 65535]
    assert abs(int(pixels[0, 1, 0]) - 32768) < 260


def test_one_colour_of_sixteen_bits_stands_for_transparency() -> None:
    pixels = _noise((6, 5, 3), np.uint16)
    file = packed_picture(Picture(pixels), ".png")
    colour = pixels[2, 3].astype(">u2").tobytes()
    body = b"tRNS" + colour
    chunk = struct.pack(">I", 6) + body + struct.pack(">I", zlib.crc32(body))
    picture = open_picture(file[:33] + chunk + file[33:])
    assert picture.alpha is not None
    assert np.argwhere(picture.alpha == 0).tolist() == [[2, 3]]
    assert np.array_equal(picture.pixels, pixels)


def test_a_profile_of_grey_goes_into_no_file_of_colour(photograph: np.ndarray) -> None:
    profile = PROFILE[:16] + b"GRAY" + PROFILE[20:]
    grey = Picture(photograph[..., :1], None, profile)
    for suffix in (".webp", ".avif"):
        assert open_picture(packed_picture(grey, suffix)).icc is None
    deep = Picture(_noise((30, 20, 1), np.uint16), _noise((30, 20), np.uint16), profile)
    assert open_picture(packed_picture(deep, ".tif")).icc is None, "which is colour there"
    assert open_picture(packed_picture(grey, ".png")).icc == profile


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "LA", "I;16"])
def test_other_modes_become_grey_or_colour(mode: str, photograph: np.ndarray) -> None:
    image = Image.fromarray(photograph)
    image = image.convert("L" if mode in ("LA", "I;16") else "RGB")
    image = image.convert(mode) if mode != "I;16" else Image.fromarray(_noise((9, 9), np.uint16))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF" if mode == "CMYK" else "PNG")
    picture = open_picture(buffer.getvalue())
    assert picture.pixels.shape[2] == (3 if mode in ("P", "CMYK") else 1)
    assert picture.depth == (16 if mode == "I;16" else 8)
    small, size, _ = glance(buffer.getvalue(), 500)
    assert size == picture.size
    assert np.abs(small.astype(int) - eight_bits(picture.pixels)).mean() < 2


def test_a_glance_is_small_and_tells_the_size_of_the_whole(photograph: np.ndarray) -> None:
    whole = Picture(np.tile(photograph, (3, 4, 1)))
    small, size, _ = glance(packed_picture(whole, ".jpg"), 80)
    assert size == whole.size
    assert max(small.shape[:2]) == 80
    assert abs(small.mean() - whole.pixels.mean()) < 3


@pytest.mark.parametrize(
    ("kind", "others", "pages"), [("TIFF", 2, 3), ("WEBP", 1, 2), ("MPO", 1, 1), ("TIFF", 0, 1)]
)
def test_of_several_pictures_in_a_file_the_first_is_taken_and_their_number_told(
    kind: str, others: int, pages: int, photograph: np.ndarray
) -> None:
    """A phone's second view of the same scene is no page."""
    buffer, more = io.BytesIO(), [Image.fromarray(255 - photograph)] * others
    Image.fromarray(photograph).save(buffer, kind, save_all=True, append_images=more)
    picture = open_picture(buffer.getvalue())
    assert picture.pages == glance(buffer.getvalue(), 20)[2] == pages
    assert np.abs(picture.pixels.astype(int) - photograph).mean() < 15


# -------------------------------------------------------------------------------------------- refusals


def test_an_original_is_never_overwritten(photograph: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(packed_picture(Picture(photograph), ".png"))
    picture, before = open_picture(path), path.read_bytes()
    alias = tmp_path / "alias.png"
    alias.symlink_to(path)
    for target in (path, alias):
        with pytest.raises(UserError, match="is an original, which is never overwritten"):
            save_picture(picture, target, overwrite=True)
    other = tmp_path / "other.png"
    other.write_bytes(b"mine")
    with pytest.raises(UserError, match="is there already"):
        save_picture(picture, other)
    assert (path.read_bytes(), other.read_bytes()) == (before, b"mine")
    save_picture(picture, other, overwrite=True)
    assert np.array_equal(open_picture(other).pixels, photograph)


def test_an_unknown_kind_lists_the_known(photograph: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\.gif is no kind of picture written here; use one of \.png, "):
        save_picture(Picture(photograph), tmp_path / "it.gif")


def test_what_a_format_cannot_hold_is_a_sentence(tmp_path: Path) -> None:
    wide = Picture(np.zeros((2, 17_000, 3), np.uint8))
    with pytest.raises(UserError, match=r"WEBP cannot hold 17,000 × 2 pixels .*; use png"):
        packed_picture(wide, ".webp")
    with pytest.raises(UserError, match=r"cannot be written .*; choose another folder"):
        save_picture(wide, tmp_path / f"{'a' * 300}.png")


def test_a_huge_picture_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEGAPIXELS", 0.001)
    with pytest.raises(UserError, match="megapixels is larger than can be worked on"):
        open_picture(packed_picture(Picture(_noise((40, 30, 1))), ".png"))


@pytest.mark.parametrize("data", [b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"GIF89a"])
def test_what_is_no_picture_is_a_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "thing.png"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"thing.png: is no picture in a format known here; use PNG"):
        open_picture(path)


def test_an_absent_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        open_picture(tmp_path / "absent.png")


def _refusal(look: Callable[[bytes], object], data: bytes) -> str:
    try:
        look(data)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".avif", ".tif", ".bmp"])
def test_mutated_files_open_or_are_a_sentence(suffix: str, photograph: np.ndarray) -> None:
    """Bytes exchanged, cut, doubled: a picture or a UserError, nothing else."""
    whole = np.frombuffer(packed_picture(Picture(photograph[:40, :40]), suffix), np.uint8)
    generator = np.random.default_rng(0)
    refused: list[str] = []
    for i in range(120):
        data = whole.copy()
        at = generator.integers(0, len(data) if i % 2 else min(len(data), 200), size=1 + i % 5)
        data[at] = generator.integers(0, 256, len(at))
        data = data[: generator.integers(1, len(data))] if i % 3 == 0 else data
        refused += [_refusal(look, data.tobytes()) for look in (open_picture, partial(glance, side=20))]
    refused = [sentence for sentence in refused if sentence]
    assert len(refused) > 40
    assert not any("\n" in sentence for sentence in refused)


def test_a_small_file_cannot_hold_a_large_picture(tmp_path: Path) -> None:
    """Else a few bytes would make the program take gigabytes."""
    path = tmp_path / "bomb.tif"
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(path)
    data = path.read_bytes()
    height = struct.pack("<HHII", 0x0101, 4, 1, 64)
    assert height in data
    path.write_bytes(data.replace(height, struct.pack("<HHII", 0x0101, 4, 1, 1_800_000)))
    with pytest.raises(UserError, match=r"cannot hold 64 x 1800000 pixels"):
        open_picture(path)
