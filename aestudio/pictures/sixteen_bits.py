"""Colour of 16 bits a channel, of which Pillow reads and writes 8."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageFile import ImageFile

_SWAPPED = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
_COLOUR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}  # by channels, as PNG counts them


def is_deep(image: ImageFile) -> bool:
    """Whether the file holds 16 bits a channel of which Pillow would drop 8."""
    return bool(image.tile) and all(_raw_modes(tile.args) for tile in image.tile)


def deep_pixels(open_again: Callable[[], ImageFile]) -> np.ndarray:
    """The pixels of such a file, uint16 ``(H, W, C)``; grey with transparency has C = 2.

    Pillow unpacks the high byte of each value; told that the bytes come the other way round, it unpacks the
    low one. So the file is decoded twice. The four bytes of a grey and its transparency pass as one colour.
    """
    high = open_again()
    if any("LA;16B" in _raw_modes(tile.args) for tile in high.tile):
        high.tile = [tile._replace(args="RGBA") for tile in high.tile]
        return np.asarray(high).view(">u2").astype(np.uint16)
    low = open_again()
    low.tile = [tile._replace(args=_swapped(tile.args)) for tile in low.tile]
    pixels = np.asarray(high).astype(np.uint16) << 8
    pixels |= np.asarray(low)
    return pixels


def _raw_modes(args: Any) -> list[str]:
    parts = args if isinstance(args, tuple) else (args,)
    return [part for part in parts if isinstance(part, str) and part[:-1] in ("RGB;16", "RGBA;16", "LA;16")]


def _swapped(args: Any) -> Any:
    if isinstance(args, tuple):
        return tuple(_swapped(part) for part in args)
    return args[:-1] + _SWAPPED[args[-1]] if _raw_modes(args) else args


def deep_png(pixels: np.ndarray, icc: bytes | None, density: tuple[float, float] | None = None) -> bytes:
    """A PNG (ISO 15948) of uint16 ``(H, W, C)``, C from 1 to 4, with its colour profile.

    ``density`` is in pixels to an inch, across and down.
    """
    height, width, channels = pixels.shape
    rows = np.ascontiguousarray(pixels, ">u2").view(np.uint8).reshape(height, -1)
    packer, packed = zlib.compressobj(4), []
    above = np.zeros(rows.shape[1], np.uint8)
    for row in rows:  # filter 2, "up": each byte less the one above it
        packed.append(packer.compress(b"\x02" + (row - above).tobytes()))
        above = row
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPE[channels], 0, 0, 0)
    about = _chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc)) if icc else b""
    if density:
        to_a_metre = (round(each / 0.0254) for each in density)
        about += _chunk(b"pHYs", struct.pack(">IIB", *to_a_metre, 1))
    body = _chunk(b"IDAT", b"".join(packed))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + about + body + _chunk(b"IEND", b"")


def is_of_grey(icc: bytes | None) -> bool:
    """Whether a colour profile is one of grey, which fits no colour (ICC.1:2022, 7.2.6)."""
    return icc is not None and icc[16:20] == b"GRAY"


def deep_tiff(pixels: np.ndarray, icc: bytes | None, density: tuple[float, float] | None = None) -> bytes:
    """A TIFF of the same, deflated. Grey with transparency becomes colour, since Pillow reads no other."""
    import tifffile  # 0.1 s, which only whoever writes such a file waits for

    channels = pixels.shape[2]
    about: dict[str, Any] = {"photometric": "minisblack" if channels == 1 else "rgb"}
    if channels in (2, 4):
        about["extrasamples"] = ["unassalpha"]
    if density:
        about |= {"resolution": density, "resolutionunit": "INCH"}
    whole = pixels[..., [0, 0, 0, 1]] if channels == 2 else pixels
    icc = None if channels == 2 and is_of_grey(icc) else icc
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        whole[..., 0] if channels == 1 else whole,
        compression="adobe_deflate",
        predictor=False,
        iccprofile=icc,
        metadata=None,
        software=False,
        **about,
    )
    return buffer.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
