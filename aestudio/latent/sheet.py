"""Images side by side as one PNG file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aestudio.library.disk import write_whole
from aestudio.spec.faults import UserError
from aestudio.spec.parts import Shape

_GAP = 1  # pixel of white between two images
_LEAST = 56  # pixels of an image's side: smaller ones are enlarged by a whole number


def refuse_vectors(path: Path, shape: Shape) -> None:
    """Raise UserError where one example of ``shape`` cannot be drawn."""
    if len(shape) != 3:
        raise UserError(f"{path}: vectors are no pictures; give a name that ends in .npy")


def write_sheet(path: Path, images: NDArray[np.float32], columns: int, gap: int = _GAP) -> None:
    """Write images ``(m, C, H, W)`` in [0, 1] as a PNG, row by row.

    Raises
    ------
    UserError
        they are vectors, or the file cannot be written.
    """
    refuse_vectors(path, images.shape[1:])
    pixels = np.rint(images.clip(0, 1) * 255).astype(np.uint8)
    if pixels.shape[1] not in (1, 3):
        pixels = np.rint(pixels.mean(axis=1, keepdims=True)).astype(np.uint8)
    times = max(1, -(-_LEAST // max(pixels.shape[2:])))
    pixels = pixels.repeat(times, axis=2).repeat(times, axis=3)
    count, channels, height, width = pixels.shape
    rows = -(-count // columns)
    sheet = np.full((rows * columns, channels, height + gap, width + gap), 255, np.uint8)
    sheet[:count, :, :height, :width] = pixels
    whole = sheet.reshape(rows, columns, channels, height + gap, width + gap).transpose(0, 3, 1, 4, 2)
    whole = whole.reshape(rows * (height + gap), columns * (width + gap), channels)
    whole = whole[: whole.shape[0] - gap, : whole.shape[1] - gap]
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(whole if channels == 3 else whole[..., 0])).save(out, "PNG")
    write_whole(path, out.getvalue())
