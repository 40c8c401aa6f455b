"""A run in one small picture: a few of its test images, and below them what it makes of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aestudio.library.disk import write_bytes
from aestudio.library.folder import THUMBNAIL
from aestudio.training.events import Pictures

_COLUMNS = 6


def write_thumbnail(folder: Path, pictures: Pictures) -> None:
    """Put the picture into the run's folder; none for vectors, which have no look."""
    if pictures.clean.ndim != 4 or not len(pictures.clean):
        return
    seen = pictures.clean if pictures.corrupted is None else pictures.corrupted
    rows = [np.concatenate(list(images[:_COLUMNS]), axis=-1) for images in (seen, pictures.reconstructed)]
    out = io.BytesIO()
    _image(np.concatenate(rows, axis=-2)).save(out, "PNG")
    write_bytes(folder / THUMBNAIL, out.getvalue(), synced=False)


def _image(pixels: NDArray[Any]) -> Image.Image:
    """A picture ``(C, H, W)`` in [0, 1]; of other than three channels their mean is shown."""
    shown = np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)
    if len(shown) == 3:
        return Image.fromarray(np.ascontiguousarray(shown.transpose(1, 2, 0)))
    return Image.fromarray(np.ascontiguousarray(shown.mean(axis=0).astype(np.uint8)))
