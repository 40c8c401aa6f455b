"""What goes along with the pixels in a file: colour profile, transparency without loss, pixels to an inch."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from aestudio.pictures.codec.container import Source, chunk, number
from aestudio.pictures.picture import LEAST_DENSITY, MOST_DENSITY, Picture, eight_bits, own_limits

EVERY_EXTRA = 7
_ALPHA, _PROFILE, _DENSITY = 1, 2, 4
_FINE = 100  # densities are written in hundredths
_MOST_PROFILE = 8_000_000  # bytes of a colour profile; printers' take 2 MB

UNREADABLE = (OSError, SyntaxError, ValueError, zlib.error)
"""What :meth:`Extras.unpacked` raises where the bytes make no sense."""


@dataclass(frozen=True)
class Extras:
    """As they lie in a file.

    Args:
        profile: the colour profile, deflated.
        alpha: the transparency, as a grey PNG.
        density: pixels to an inch, across and down.
    """

    profile: bytes | None
    alpha: bytes | None
    density: tuple[float, float] | None

    @property
    def flags(self) -> int:
        """Which there are, 0 to ``EVERY_EXTRA``."""
        there = ((_PROFILE, self.profile), (_ALPHA, self.alpha), (_DENSITY, self.density))
        return sum(flag for flag, each in there if each is not None)

    def packed(self) -> bytes:
        """Their bytes, for :func:`read_extras`."""
        chunks = [chunk(each) for each in (self.profile, self.alpha) if each is not None]
        return b"".join([*chunks, *(number(round(each * _FINE)) for each in self.density or ())])

    def unpacked(self, width: int, height: int) -> tuple[np.ndarray | None, bytes | None]:
        """The transparency of so many pixels, and the profile. Raises what is ``UNREADABLE``."""
        alpha = None if self.alpha is None else _alpha(self.alpha, (width, height))
        return alpha, None if self.profile is None else _inflated(self.profile)


def extras_of(picture: Picture) -> Extras:
    """What goes along with the picture's pixels; without a profile too long, and densities out of range."""
    profile = alpha = density = None
    if picture.icc and len(picture.icc) <= _MOST_PROFILE:
        profile = zlib.compress(picture.icc, 9)
    if picture.alpha is not None:
        file = io.BytesIO()
        Image.fromarray(eight_bits(picture.alpha)).save(file, "PNG", optimize=True)
        alpha = file.getvalue()
    if picture.density and all(LEAST_DENSITY < round(each, 2) < MOST_DENSITY for each in picture.density):
        density = picture.density
    return Extras(profile, alpha, density)


def read_extras(flags: int, source: Source) -> Extras:
    """Those that the flags name. Raises Short or ValueError where they make no sense."""
    profile = source.chunk() if flags & _PROFILE else None
    alpha = source.chunk() if flags & _ALPHA else None
    density = (source.number() / _FINE, source.number() / _FINE) if flags & _DENSITY else None
    if density and not all(LEAST_DENSITY < each < MOST_DENSITY for each in density):
        raise ValueError(f"{density[0]:g} x {density[1]:g} pixels to an inch")
    return Extras(profile, alpha, density)


def seen_again(picture: Picture, pixels: np.ndarray) -> Picture:
    """What comes back of ``picture`` with these pixels: eight bits, and no file that it came from."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha)
    return Picture(pixels, alpha, picture.icc, density=picture.density)


def _alpha(data: bytes, size: tuple[int, int]) -> np.ndarray:
    with own_limits(), Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        if image.size != size or image.mode != "L":
            raise ValueError("its transparency is of another size")
        return np.array(image)


def _inflated(data: bytes) -> bytes:
    profile = zlib.decompressobj().decompress(data, _MOST_PROFILE)
    if not profile:
        raise ValueError("its colour profile is empty")
    return profile
