"""Pictures inside a page: arrays as PNG in a data URI."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_HEAT = ((0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))  # matplotlib's inferno
ERROR_TOP = 0.5
"""The absolute error at which the heat map is brightest, the same for every picture."""


def data_uri(pixels: NDArray[Any]) -> str:
    """``(H, W)`` or ``(H, W, 3)`` in [0, 1] as something that an ``img`` can show."""
    out = io.BytesIO()
    shown = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(np.ascontiguousarray(shown)).save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def strip(images: NDArray[Any]) -> NDArray[Any]:
    """Images ``(k, C, H, W)`` in a row of their own, with a pixel of white between them."""
    tiles = [image.transpose(1, 2, 0) if len(image) == 3 else image.mean(axis=0) for image in images]
    gap = np.ones((tiles[0].shape[0], 1, *tiles[0].shape[2:]), tiles[0].dtype)
    parts = [part for tile in tiles for part in (tile, gap)]
    return np.concatenate(parts[:-1], axis=1)


def heat(clean: NDArray[Any], given: NDArray[Any]) -> NDArray[Any]:
    """Where two rows of images ``(k, C, H, W)`` differ, as colours ``(k, 3, H, W)`` on one common scale."""
    error = np.abs(clean - given).mean(axis=1) / ERROR_TOP
    stops = np.linspace(0, 1, len(_HEAT))
    colours = [np.interp(error.clip(0, 1), stops, [c[i] / 255 for c in _HEAT]) for i in range(3)]
    return np.stack(colours, axis=1)
