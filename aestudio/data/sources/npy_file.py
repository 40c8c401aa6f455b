"""A NumPy array in one NPY file: images ``(N, H, W[, C])`` of uint8, or vectors ``(N, D)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aestudio.data import npy
from aestudio.data.labels import as_classes
from aestudio.data.source import FileSource, Progress, Raw, register

if TYPE_CHECKING:
    from pathlib import Path

    from aestudio.spec.run import DataSpec


@register
class NpyFile(FileSource):
    """The array is mapped, not read, unless its channels come last and must be moved to the front."""

    kind = "npy"
    label = "a NumPy file (.npy)"
    help = "Images (N, H, W[, C]) of uint8 or vectors (N, D); labels in NAME_labels.npy beside it"

    def takes(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() == ".npy"

    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        with path.open("rb") as file:
            head = npy.read_header(file, str(path))
            npy.check_data(head)
            whole = npy.mapped(path)
            if head.channels_last and head.shape[3] > 1:
                images = npy.image_room([head])
                count = head.shape[0]
                npy.read_images(file, head, images, lambda n: progress(n / count, f"reading {path.name}"))
            elif len(head.shape) == 2:
                npy.check_finite(whole, str(path))
                images = whole
            else:
                images = npy.channels_first(whole, head)
        labels, classes = _labels(path, len(images))
        return Raw(path.stem, images, labels, classes)


def _labels(path: Path, count: int) -> tuple[np.ndarray | None, tuple[str, ...]]:
    for mark in "_-":
        beside = path.with_name(f"{path.stem}{mark}labels.npy")
        if beside.is_file():
            return as_classes(npy.mapped(beside), count, str(beside))
    return None, ()
