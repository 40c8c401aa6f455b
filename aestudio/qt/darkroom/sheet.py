"""What is seen of a pyramid, as an image: cut out at the level that suits, in the screen's colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColorSpace, QImage

from aestudio.pictures.pyramid import Pyramid
from aestudio.pictures.tiles import Box
from aestudio.qt.drawing.pictures import HEAT, Bytes, to_image

HEAT_TOP = 64
"""The difference in grey levels at which the heat map ends, for all pictures."""


class Sheet:
    """One side: keeps the image of the part last seen until the pyramid or the part changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._image = QImage()

    def image(self, pyramid: Pyramid, seen: Box, scale: float) -> tuple[QImage, QRectF]:
        """The image of what is seen, and which part of the picture it covers, in the picture's pixels."""
        level = pyramid.scale_for(1 / scale)
        key = (id(pyramid), pyramid.version, seen, level)
        if key != self._key:
            self._key, self._image = key, _image(pyramid, seen, level)
        return self._image, covered(pyramid, seen, level)


class HeatSheet:
    """How far two sides are apart, kept likewise."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._image = QImage()

    def image(self, sides: tuple[Pyramid, Pyramid], seen: Box, scale: float) -> tuple[QImage, QRectF]:
        """The heat map of what is seen, and which part of the picture it covers."""
        level = sides[0].scale_for(1 / scale)
        key = (*((id(side), side.version) for side in sides), seen, level)
        if key != self._key:
            self._key, self._image = key, to_image(heat(*(side.part(seen, level) for side in sides)))
        return self._image, covered(sides[0], seen, level)


def heat(a: Bytes, b: Bytes) -> Bytes:
    """The largest difference of any channel, ``(H, W, C)`` each, as colours ``(H, W, 3)``."""
    apart = np.maximum(a, b) - np.minimum(a, b)
    level = np.minimum(apart.max(axis=2).astype(np.uint16) * 255 // HEAT_TOP, 255)
    return HEAT[level]


def covered(pyramid: Pyramid, seen: Box, level: int) -> QRectF:
    """Which part of the picture the pixels at that level cover."""
    step = 2**level
    left, top = seen.left // step * step, seen.top // step * step
    right, bottom = -(-seen.right // step) * step, -(-seen.bottom // step) * step
    return QRectF(left, top, right - left, bottom - top)


def _image(pyramid: Pyramid, seen: Box, level: int) -> QImage:
    part = pyramid.part(seen, level)
    if pyramid.alpha is None:
        image = to_image(part)
    else:
        image = _with_alpha(part, _thinned(pyramid.alpha, seen, level, part.shape[:2]))
    return _for_screen(image, pyramid.icc)


def _with_alpha(part: Bytes, alpha: Bytes) -> QImage:
    height, width, _ = part.shape
    packed = np.empty((height, width, 4), np.uint8)
    packed[..., :3], packed[..., 3] = part, alpha
    return QImage(packed.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _thinned(alpha: Bytes, seen: Box, level: int, shape: tuple[int, int]) -> Bytes:
    step = 2**level
    rows = slice(seen.top // step * step, None, step)
    return alpha[rows, seen.left // step * step :: step][: shape[0], : shape[1]]


def _for_screen(image: QImage, icc: bytes | None) -> QImage:
    """In sRGB, where the picture is meant in another space of colours that Qt knows."""
    space = QColorSpace.fromIccProfile(icc) if icc else QColorSpace()
    coloured = image.format() != QImage.Format.Format_Grayscale8
    if coloured and space.isValid() and space != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        image.setColorSpace(space)
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return image
