"""Arrays of pixels as views show them: bytes, heat maps, vectors as bars, and what differs between two."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter

Bytes = NDArray[np.uint8]
Numbers = NDArray[Any]

ERROR_TOP = 0.5
"""The difference at which the heat map ends: the same for all images at all times, so that they compare."""

_BARS = 128  # vectors of up to so many numbers are drawn as bars, longer ones as squares of grey cells
# Inferno, by van der Walt and Smith.
_HEAT = (
    "000004",
    "320a5e",
    "781c6d",
    "bb3754",
    "ed6925",
    "fbb61a",
    "fcffa4",
)
_FORMS = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBA8888,
}


def _ramp(anchors: tuple[str, ...]) -> Bytes:
    points = np.array([[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in anchors], dtype=np.float64)
    at = np.linspace(0, len(anchors) - 1, 256)
    return np.stack([np.interp(at, range(len(anchors)), points[:, i]) for i in range(3)], axis=1).astype(
        np.uint8
    )


HEAT = _ramp(_HEAT)
"""The heat map's colours, ``(256, 3)``, from no difference to :data:`ERROR_TOP`."""


def fitted(size: QSize, room: QSize) -> QSize:
    """As large as fits into ``room``, its sides as they are to each other; what is thin is 1 wide."""
    return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def picture_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of the picture of one example of ``shape``, ``(C, H, W)`` or ``(D,)``."""
    if len(shape) == 3:
        return shape[1], shape[2]
    count = shape[0]
    if count <= _BARS:
        return max(12, min(64, count * 2 // 3)), count
    side = math.ceil(math.sqrt(count))
    return math.ceil(count / side), side


def as_rgb(batch: Numbers) -> Bytes:
    """``(k, H, W, 3)`` of images ``(k, C, H, W)`` or vectors ``(k, D)``, bytes or floats in [0, 1]."""
    if batch.ndim == 2:
        grey = _to_bytes(_vectors(batch.astype(np.float32), bars=True))
        return np.broadcast_to(grey[..., None], (*grey.shape, 3))
    pixels = _to_bytes(batch)
    if pixels.shape[1] == 3:
        return pixels.transpose(0, 2, 3, 1)
    grey = pixels[:, 0] if pixels.shape[1] == 1 else pixels.mean(axis=1).astype(np.uint8)
    return np.broadcast_to(grey[..., None], (*grey.shape, 3))


def error_heat(clean: Numbers, given: Numbers) -> Bytes:
    """Heat maps ``(k, H, W, 3)`` of the absolute difference, averaged over channels."""
    difference = np.abs(clean - given)
    flat = _vectors(difference, bars=False) if difference.ndim == 2 else difference.mean(axis=1)
    level = np.fmin(flat * (255 / ERROR_TOP), 255).astype(np.uint8)  # what is no number counts as the top
    return HEAT[level]


def psnr(clean: Numbers, given: Numbers) -> NDArray[np.float64]:
    """Peak signal-to-noise ratio of each pair in dB, for pixels in [0, 1]; infinite where they are equal."""
    difference = (clean - given).reshape(len(clean), -1)
    mse = np.einsum("ij,ij->i", difference, difference, dtype=np.float64) / max(1, difference.shape[1])
    with np.errstate(divide="ignore"):
        return -10 * np.log10(mse)


def _to_bytes(pixels: Numbers) -> Bytes:
    if pixels.dtype == np.uint8:
        return pixels
    return (np.minimum(np.fmax(pixels, 0), 1) * 255 + 0.5).astype(np.uint8)  # what is no number counts as 0


def _vectors(batch: Numbers, *, bars: bool) -> NDArray[np.float32]:
    """Vectors ``(k, D)`` as ``(k, H, W)``: short ones as bars (or stripes), long ones wrapped into cells."""
    count, length = batch.shape
    height, width = picture_size((length,))
    if length <= _BARS:
        rows = np.broadcast_to(batch[:, None, :], (count, height, length))
        if not bars:
            return rows.astype(np.float32)
        above = (height - 0.5 - np.arange(height)) / height  # the value that a bar must reach to fill the row
        return (rows >= above[None, :, None]).astype(np.float32)
    cells = np.zeros((count, height * width), dtype=np.float32)
    cells[:, :length] = batch
    return cells.reshape(count, height, width)


class Atlas:
    """Rows of pictures in one image whose memory is kept from draw to draw."""

    def __init__(self) -> None:
        self._buffer: Bytes = np.zeros((0, 0, 0, 0, 4), dtype=np.uint8)
        self.image = QImage()

    def resize(self, rows: int, columns: int, height: int, width: int) -> bool:
        """Make room for ``rows`` x ``columns`` pictures; True if the room is new, and what was drawn lost."""
        shape = (rows, height, columns, width, 4)
        if self._buffer.shape == shape:
            return False
        self._buffer = np.full(shape, 255, dtype=np.uint8)
        self.image = QImage(
            self._buffer.data, columns * width, rows * height, columns * width * 4, QImage.Format.Format_RGB32
        )
        return True

    def put(self, row: int, pictures: Bytes) -> None:
        """Write ``(k, H, W, 3)`` into a row."""
        self._buffer[row, ..., :3] = pictures.transpose(1, 0, 2, 3)[..., ::-1]  # Qt's 32-bit pixels are BGRx


def part_drawer(painter: QPainter) -> Callable[[QRectF, QImage, QRectF], object]:
    """What draws a part of an image: called with where it goes, the image, and which part of it."""
    is_svg = painter.paintEngine().type() == QPaintEngine.Type.SVG
    return partial(_draw_svg_part, painter) if is_svg else painter.drawImage


def _draw_svg_part(painter: QPainter, target: QRectF, image: QImage, source: QRectF) -> None:
    """The SVG engine would take the whole image, and browsers would blur large pixels."""
    part = image.copy(source.toRect())
    times = max(1, round(4 * target.width() / max(1, part.width())))
    painter.drawImage(target, part.scaled(part.width() * times, part.height() * times))


def to_image(picture: Bytes) -> QImage:
    """A picture of its own, ``(H, W, C)`` of 1 or 3 channels, or 4 where the last is transparency."""
    height, width, channels = picture.shape
    packed = np.ascontiguousarray(picture)
    return QImage(packed.data, width, height, channels * width, _FORMS[channels]).copy()
