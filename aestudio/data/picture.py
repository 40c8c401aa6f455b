"""One picture file as a small square of pixels, or a reason why not."""

from __future__ import annotations

import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEB = frozenset([".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".avif", ".ico", ".bmp"])
_LAB = frozenset([".tif", ".tiff", ".jp2", ".tga", ".ppm", ".pgm", ".pbm", ".pnm"])
SUFFIXES = _WEB | _LAB

# Formats that only hold pixels. EPS and its like are left out: Pillow hands them to other programs.
_FORMATS = ["PNG", "JPEG", "MPO", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "JPEG2000", "AVIF", "TGA"]
_FORMATS += ["ICO"]
_PAGES = {"MPO": False, "ICO": False}  # a phone's depth map or an icon's sizes are no further frames
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
)
_MEGAPIXELS = 89  # Pillow's own limit; a picture above it needs more than 350 MB to decode
_WHITE = (255, 255, 255, 255)
_DRAFT = 4  # JPEG may decode at a fraction of its size, but to at least so many times the size wanted


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels uint8 ``(C, S, S)``, and what had to be done to get there, each as words for the report."""

    pixels: np.ndarray
    deeds: tuple[str, ...]


class Refused(Exception):
    """A picture that is left out; the text is the reason."""


@contextmanager
def bombs_refused() -> Iterator[None]:
    """While this is open, Pillow refuses pictures above its limit, which it would otherwise warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)  # odd metadata, which is not used
        yield


def size_of(stream: IO[bytes]) -> tuple[int, int]:
    """Width and height, by the header alone.

    Raises
    ------
    Refused
        It is no picture or a decompression bomb.
    """
    with _opened(stream) as image:
        return image.size


def read_picture(stream: IO[bytes], side: int, channels: int) -> Picture:
    """The picture at ``side`` x ``side`` pixels in 1 or 3 ``channels``.

    Cropped to a square at the centre, not padded: bars are easy to reconstruct and would flatter every error.

    Raises
    ------
    Refused
        It is no picture, damaged, or a decompression bomb.
    """
    with _opened(stream) as image:
        try:
            return _brought(image, side, channels)
        except Image.DecompressionBombError as fault:
            raise Refused(_bomb()) from fault
        except _BROKEN as fault:
            raise Refused(f"damaged ({fault})") from fault


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[Image.Image]:
    Image.init()
    try:
        image = Image.open(stream, formats=[f for f in _FORMATS if f in Image.OPEN])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise Refused(_bomb()) from fault
    except Image.UnidentifiedImageError as fault:
        raise Refused("no picture in a format known here") from fault
    except _BROKEN as fault:
        raise Refused(f"damaged ({fault})") from fault
    with image:
        if image.width * image.height > _MEGAPIXELS * 1_000_000:
            raise Refused(_bomb())
        yield image


def _bomb() -> str:
    return f"it would unpack to more than {_MEGAPIXELS} megapixels, as a decompression bomb does"


def _brought(image: Image.Image, side: int, channels: int) -> Picture:
    deeds: list[str] = []
    if getattr(image, "n_frames", 1) > 1 and _PAGES.get(image.format or "", True):
        deeds.append("animated or of several pages, the first frame taken")
    size = image.size
    image.draft(None, (_DRAFT * side, _DRAFT * side))
    upright = ImageOps.exif_transpose(image)
    if image.getexif().get(0x0112, 1) != 1:
        deeds.append("turned upright as their EXIF tag says")
    flat = _flattened(_eight_bits(upright, deeds), deeds)
    if channels == 1 and flat.mode == "RGB":
        deeds.append("turned from colour to grey")
    if size != (side, side):
        cropped = "" if size[0] == size[1] else ", cropped to a square at the centre"
        deeds.append(f"resized to {side} x {side}{cropped}")
    small = ImageOps.fit(
        flat.convert("L" if channels == 1 else "RGB"), (side, side), Image.Resampling.LANCZOS
    )
    pixels = np.asarray(small).reshape(side, side, channels).transpose(2, 0, 1)
    return Picture(pixels, tuple(deeds))


def _eight_bits(image: Image.Image, deeds: list[str]) -> Image.Image:
    """16-bit and floating-point greys by their range; Pillow's own conversion would clip them at 255."""
    if image.mode[0] not in "IF":
        return image
    values = np.asarray(image, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("it holds values that are not finite")
    top = 65535.0 if image.mode[0] == "I" and values.max() <= 65535 and values.min() >= 0 else None
    low, high = (0.0, top) if top else (values.min(), max(values.max(), values.min() + 1e-12))
    deeds.append("brought from more than 8 bits to 8")
    return Image.fromarray(np.round((values - low) * (255 / (high - low))).astype(np.uint8))


def _flattened(image: Image.Image, deeds: list[str]) -> Image.Image:
    """Transparency laid on white, as paper would show it."""
    if not image.has_transparency_data:
        return image if image.mode in {"L", "RGB"} else _opaque(image)
    deeds.append("transparent, laid on white")
    rgba = image.convert("RGBA")
    return _opaque(Image.alpha_composite(Image.new("RGBA", rgba.size, _WHITE), rgba).convert("RGB"))


def _opaque(image: Image.Image) -> Image.Image:
    return image.convert("L") if image.mode in {"1", "LA"} else image.convert("RGB")
