"""One picture with all that has to survive: depth, transparency, colour profile; in and out of files."""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from aestudio.library.disk import write_whole
from aestudio.pictures.sixteen_bits import deep_pixels, deep_png, deep_tiff, is_deep, is_of_grey
from aestudio.spec.faults import UserError

MEGAPIXELS = 200
LEAST_DENSITY, MOST_DENSITY = 1.0, 60_000.0
"""Pixels to an inch that are believed are between these; JPEG has 16 bits for them."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".tif", ".tiff", ".bmp")
_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "AVIF", "TIFF", "BMP", "DIB")
_WRITTEN = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".jfif": "JPEG", ".webp": "WEBP"}
_WRITTEN |= {".avif": "AVIF", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP"}
_SQUEEZED = ("PNG", "TIFF", "BMP", "DIB")
_MOST_SQUEEZED = 2000  # raw bytes for one in these formats: deflate reaches 1,032, LZW some more
_VIEWS = ("MPO",)  # what else is in there is of the same scene: a depth map, the other eye's view
_NO_ALPHA, _NO_PROFILE = ("JPEG", "BMP"), ("BMP",)
_COLOUR = ("WEBP", "AVIF")  # have no grey, which a profile of grey would not fit
_OPTIONS: dict[str, dict[str, Any]] = {"PNG": {"compress_level": 4}, "WEBP": {"method": 4}}
_OPTIONS["TIFF"] = {"compression": "tiff_adobe_deflate"}
_DEEP = {"PNG": deep_png, "TIFF": deep_tiff}
_TOLD_IN_EXIF = ("WEBP", "AVIF")  # have no other place for it
_ORIENTATION, _ACROSS, _DOWN, _UNIT = 0x0112, 0x011A, 0x011B, 0x0128  # tags of EXIF
_INCH, _CENTIMETRE = 2, 3
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError)
_BROKEN += (RuntimeError, AttributeError, struct.error, zlib.error)


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels and what goes with them.

    Parameters
    ----------
    pixels
        uint8 or uint16 ``(H, W, C)``, C being 1 (grey) or 3 (colour), upright as EXIF says.
    alpha
        transparency ``(H, W)`` of the same type, or None.
    icc
        the colour profile that the pixels are meant in, or None for sRGB.
    source
        the file it came from, which is never overwritten, or None.
    pages
        pictures in that file, of which this is the first: pages of a scan, frames of an animation.
    density
        pixels to an inch, across and down, or None where the file does not tell; OCR and printers ask for it.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    source: Path | None = None
    pages: int = 1
    density: tuple[float, float] | None = None

    @property
    def depth(self) -> int:
        """Bits a channel, 8 or 16."""
        return 8 * self.pixels.itemsize

    @property
    def peak(self) -> int:
        """The value of white."""
        return 2**self.depth - 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def megapixels(self) -> float:
        """Width times height, in millions."""
        return self.pixels.shape[0] * self.pixels.shape[1] / 1e6

    def with_pixels(self, pixels: np.ndarray) -> Picture:
        """The same picture with other pixels of the same shape."""
        return replace(self, pixels=pixels)


def eight_bits(pixels: np.ndarray) -> np.ndarray:
    """Pixels uint8 of such, or of uint16."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)


def open_picture(source: Path | bytes) -> Picture:
    """The picture in a file, or in the bytes of one; PNG, JPEG, WebP, AVIF, TIFF or BMP.

    Raises
    ------
    UserError
        it cannot be read, is damaged, of no such format, or larger than 200 megapixels.
    """
    name, data = _read(source)
    with _telling(name), own_limits():
        image = _opened(data)
        pages, turned = _pages(image), _is_turned_tiff(image)
        pixels, alpha, icc = _unpacked(image, lambda: _opened(data))
        file = source if isinstance(source, Path) else None
        return Picture(
            pixels, alpha, icc, file, pages, _density(image, turned=turned or _orientation(image) > 4)
        )


def glance(source: Path | bytes, side: int) -> tuple[np.ndarray, tuple[int, int], int]:
    """A picture small, uint8 ``(h, w, 3)`` of at most ``side`` pixels each way.

    With it come its width and height, and of how many pictures in its file it is the first. Much sooner than
    the whole where its format allows that. Transparency is left out.

    Raises
    ------
    UserError
        as :func:`open_picture`.
    """
    name, data = _read(source)
    with _telling(name), own_limits():
        image = _opened(data)
        orientation, (width, height), pages = _orientation(image), image.size, _pages(image)
        small = Image.fromarray(eight_bits(_deep_grey(image))) if image.mode[0] in "IF" else image
        small.thumbnail((side, side))  # JPEG is decoded at an eighth of its size, at once
        pixels = _upright(np.asarray(small.convert("RGB")), orientation)
        return pixels, (height, width) if orientation > 4 else (width, height), pages


def _read(source: Path | bytes) -> tuple[str, bytes]:
    """What it is called, and its bytes."""
    if not isinstance(source, Path):
        return "the picture from the pipe", source
    try:
        return str(source), source.read_bytes()
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise UserError(f"{source}: cannot be read ({reason}); give a picture") from fault


@contextlib.contextmanager
def own_limits() -> Iterator[None]:
    """Our own bound on the size in place of Pillow's, and no chatter about odd metadata."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


@contextlib.contextmanager
def _telling(name: str) -> Iterator[None]:
    try:
        yield
    except Image.UnidentifiedImageError as fault:
        formats = "PNG, JPEG, WebP, AVIF, TIFF or BMP"
        raise UserError(f"{name}: is no picture in a format known here; use {formats}") from fault
    except _BROKEN as fault:
        reason = str(fault).strip() or type(fault).__name__
        raise UserError(f"{name}: is damaged ({reason}); use another copy of it") from fault


def _opened(data: bytes) -> ImageFile:
    Image.init()
    image = Image.open(io.BytesIO(data), formats=[f for f in _FORMATS if f in Image.OPEN])
    if image.format in _SQUEEZED and _raw_bytes(image) > _MOST_SQUEEZED * len(data):
        raise OSError(f"{len(data):,} bytes cannot hold {image.width} x {image.height} pixels")
    megapixels = image.width * image.height / 1e6
    if megapixels > MEGAPIXELS:
        raise UserError(
            f"a picture of {megapixels:,.0f} megapixels is larger than can be worked on; "
            f"use one of at most {MEGAPIXELS}"
        )
    return image


def _pages(image: ImageFile) -> int:
    return 1 if image.format in _VIEWS else getattr(image, "n_frames", 1)


def _is_turned_tiff(image: ImageFile) -> bool:
    """Whether it is a TIFF to be turned by a quarter; once it is read, it does not tell that any more."""
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_ORIENTATION, 1) > 4


def _density(image: ImageFile, *, turned: bool) -> tuple[float, float] | None:
    try:
        told = _density_of(_exif(image)) if image.format in _TOLD_IN_EXIF else image.info["dpi"]
        across, down = map(float, told)
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None
    if not all(LEAST_DENSITY < each < MOST_DENSITY for each in (across, down)):
        return None  # nonsense, or 1: Pillow's word for a TIFF that tells none
    return (down, across) if turned else (across, down)


def _density_of(exif: Image.Exif) -> tuple[float, float]:
    """Pixels to an inch. Raises LookupError or ValueError where there are none."""
    to_an_inch = {_INCH: 1.0, _CENTIMETRE: 2.54}[exif.get(_UNIT, _INCH)]
    return float(exif[_ACROSS]) * to_an_inch, float(exif[_DOWN]) * to_an_inch


def _exif_of(density: tuple[float, float]) -> Image.Exif:
    exif = Image.Exif()
    exif[_ACROSS], exif[_DOWN] = density
    exif[_UNIT] = _INCH
    return exif


def _raw_bytes(image: ImageFile) -> int:
    """What the pixels take unpacked, at least."""
    return image.width * image.height * len(image.getbands()) if image.mode != "1" else 0


Unpacked = tuple[np.ndarray, np.ndarray | None, bytes | None]


def _unpacked(image: ImageFile, open_again: Callable[[], ImageFile]) -> Unpacked:
    icc = image.info.get("icc_profile") or None
    deep = is_deep(image)  # asked first: reading EXIF may decode a PNG
    orientation = _orientation(image)
    if deep or image.mode[0] in "IF":
        pixels = deep_pixels(open_again) if deep else _deep_grey(image)[..., None]
        pixels = _upright(pixels, orientation)
        if pixels.shape[2] in (2, 4):
            return *_parted(pixels, grey=pixels.shape[2] == 2), icc
        return pixels, _holes(pixels, image.info.get("transparency")), icc
    plain = image if orientation == 1 else ImageOps.exif_transpose(image)  # which copies in any case
    if plain.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        icc = icc if plain.mode == "YCbCr" else None  # that profile is not one of red, green and blue
        plain = plain.convert("RGB")
    grey = plain.mode in ("1", "L", "LA", "La")
    if plain.has_transparency_data:
        pixels, alpha = _parted(np.asarray(plain.convert("RGBA")), grey=grey)
        return pixels, alpha, icc
    kept = "L" if grey else "RGB"
    pixels = np.asarray(plain if plain.mode == kept else plain.convert(kept))
    return (pixels[..., None] if grey else pixels), None, icc


def _parted(pixels: np.ndarray, *, grey: bool) -> tuple[np.ndarray, np.ndarray]:
    colours = pixels[..., :1] if grey else pixels[..., :3]
    return np.ascontiguousarray(colours), np.ascontiguousarray(pixels[..., -1])


def _holes(pixels: np.ndarray, colour: int | tuple[int, ...] | None) -> np.ndarray | None:
    """The transparency of a PNG in which one colour stands for it."""
    if colour is None:
        return None
    return np.where((pixels == np.asarray(colour)).all(axis=2), 0, 65535).astype(np.uint16)


def _deep_grey(image: ImageFile) -> np.ndarray:
    """uint16 ``(H, W)``; white is 1 or 65,535 in a file of floats, 255 or 65,535 in one of 32 bits."""
    values = np.asarray(image)
    if values.dtype == np.uint16:
        return values
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 65535:
        raise ValueError("its values are not those of a picture of 16 bits")
    dark = 1 if image.mode == "F" else 255
    scale = 65535 // dark if values.max() <= dark and image.format == "TIFF" else 1
    return np.round(values * float(scale)).astype(np.uint16)


def _orientation(image: ImageFile) -> int:
    """How the pixels have to be turned, as EXIF says; those of a TIFF Pillow turns when it reads them."""
    if image.format == "TIFF":
        image.load()
    return _exif(image).get(_ORIENTATION, 1)


def _exif(image: ImageFile) -> Image.Exif:
    try:
        return image.getexif()
    except (SyntaxError, ValueError, struct.error):  # a block that is no EXIF tells nothing
        return Image.Exif()


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Pixels turned as EXIF's orientation 1 to 8 says (CIPA DC-008, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


# ------------------------------------------------------------------------------------------------ out


def save_picture(
    picture: Picture,
    path: Path,
    *,
    quality: int = 95,
    overwrite: bool = False,
    originals: Iterable[Path] = (),
) -> None:
    """Write ``picture`` as the suffix of ``path`` says, whole or not at all.

    16 bits are kept in PNG and TIFF.

    Raises
    ------
    UserError
        ``path`` is an original, or is there already and must not be overwritten, or cannot be written.
    """
    refuse_overwriting(path, [*originals, *([picture.source] if picture.source else [])], overwrite=overwrite)
    write_whole(path, packed_picture(picture, path.suffix, quality=quality))


def refuse_overwriting(path: Path, originals: Iterable[Path], *, overwrite: bool = False) -> None:
    """Raise UserError where a result must not go: onto an original ever, onto another file unless asked."""
    try:
        if not path.exists():
            return
    except OSError as fault:  # such as a name that is too long
        reason = (fault.strerror or str(fault)).lower()
        raise UserError(f"{path}: cannot be written ({reason}); choose another folder") from fault
    if any(original.exists() and path.samefile(original) for original in originals):
        raise UserError(f"{path}: is an original, which is never overwritten; choose another folder")
    if not overwrite:
        raise UserError(f"{path}: is there already; choose another folder, or allow overwriting")


def packed_picture(picture: Picture, suffix: str, *, quality: int = 95) -> bytes:
    """The bytes of a file of that kind; ``quality`` 1 to 100 for JPEG, WebP and AVIF.

    Raises
    ------
    UserError
        no such kind is written, or none of that size.
    """
    kind = _WRITTEN.get(suffix.lower(), "")
    Image.init()
    if kind not in Image.SAVE:
        known = ", ".join(s for s, k in _WRITTEN.items() if k in Image.SAVE)
        raise UserError(f"{suffix or 'no suffix'} is no kind of picture written here; use one of {known}")
    if picture.depth == 16 and kind in _DEEP:
        return _DEEP[kind](_with_alpha(picture), picture.icc, picture.density)
    buffer = io.BytesIO()
    options = dict(_OPTIONS.get(kind, {}))
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["quality"] = quality
    if picture.icc and kind not in _NO_PROFILE and not (kind in _COLOUR and is_of_grey(picture.icc)):
        options["icc_profile"] = picture.icc
    if picture.density and kind in _TOLD_IN_EXIF:
        options["exif"] = _exif_of(picture.density)
    elif picture.density:
        options["dpi"] = picture.density
    pixels = _eight_bits(picture, alpha=kind not in _NO_ALPHA)
    try:
        Image.fromarray(pixels).save(buffer, kind, **options)
    except (
        OSError,
        ValueError,
        RuntimeError,
    ) as fault:  # WebP takes sides of 16,383 pixels at the most, JPEG of 65,500
        width, height = picture.size
        raise UserError(f"{kind} cannot hold {width:,} × {height:,} pixels ({fault}); use png") from fault
    return buffer.getvalue()


def _with_alpha(picture: Picture) -> np.ndarray:
    if picture.alpha is None:
        return picture.pixels
    return np.concatenate([picture.pixels, picture.alpha[..., None]], axis=2)


def _eight_bits(picture: Picture, *, alpha: bool) -> np.ndarray:
    """uint8 ``(H, W)`` or ``(H, W, 2 to 4)``; where no transparency can be kept, laid on white."""
    pixels = _with_alpha(picture)
    pixels = eight_bits(pixels)
    if picture.alpha is not None and not alpha:
        share = pixels[..., -1:].astype(np.float32) / 255
        pixels = np.round(pixels[..., :-1] * share + 255 * (1 - share)).astype(np.uint8)
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels
