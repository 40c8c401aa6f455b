"""NumPy arrays in one NPZ file, by the names that Keras (x_train) and MedMNIST (train_images) use."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from aestudio.data import npy
from aestudio.data.archive import open_archive
from aestudio.data.labels import as_classes
from aestudio.data.source import FileSource, Progress, Raw, register
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from aestudio.spec.run import DataSpec

_LABELS = {"y", "label", "labels", "target", "targets"}
_PARTS = ("train", "val", "test")  # a validation part joins the training part, from which ours is drawn


@register
class NpzFile(FileSource):
    """Images or vectors with labels and a test part, where the names tell them apart."""

    kind = "npz"
    label = "NumPy arrays (.npz)"
    help = "x, y or x_train, y_train, x_test, y_test: uint8 images (N, H, W[, C]) or vectors (N, D)"

    def takes(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() == ".npz"

    def load(self, path: Path, spec: DataSpec, progress: Progress) -> Raw:
        try:
            with open_archive(path) as archive:
                return _load(archive, path, progress)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as fault:
            raise UserError(
                f"{path} is damaged or locked ({fault}); save it again with numpy.savez"
            ) from fault


def _load(archive: zipfile.ZipFile, path: Path, progress: Progress) -> Raw:
    images, labels = _roles(archive, path)
    heads = {part: _head(archive, entry, path) for part, entry in images.items()}
    _check_alike(list(heads.values()))
    read = _read_images if len(next(iter(heads.values())).shape) > 2 else _read_vectors
    data = read(archive, images, heads, progress)
    numbers, classes = None, ()
    if labels.keys() == images.keys():
        arrays = [_array(archive, labels[part], path).reshape(-1) for part in images]
        numbers, classes = as_classes(np.concatenate(arrays), len(data), str(path))
    test = heads["test"].shape[0] if "test" in heads and len(heads) > 1 else 0
    return Raw(path.stem, data, numbers, classes, given_test=test)


def _roles(archive: zipfile.ZipFile, path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Entries with images and with labels by part (``train``, ``val``, ``test``), the parts in that order."""
    images: dict[str, str] = {}
    labels: dict[str, str] = {}
    for entry in archive.namelist():
        words = re.split(r"[-_.]", entry.lower().removesuffix(".npy"))
        part = next((p for p in _PARTS if p in words), "train")
        role = labels if _LABELS.intersection(words) else images
        if part in role:
            raise UserError(
                f"{path} holds {role[part]} and {entry}, of which only one can be meant; "
                "name the arrays x and y, or x_train, y_train, x_test and y_test"
            )
        role[part] = entry
    if not images:
        raise UserError(f"{path} holds no array of images or vectors; save one as x")
    return {p: images[p] for p in _PARTS if p in images}, {p: labels[p] for p in _PARTS if p in labels}


def _head(archive: zipfile.ZipFile, entry: str, path: Path) -> npy.Npy:
    with archive.open(entry) as stream:
        head = npy.read_header(stream, f"{path} ({entry})")
    npy.check_data(head)
    if (missing := head.offset + head.size - archive.getinfo(entry).file_size) > 0:
        raise UserError(f"{head.where} lacks {missing:,} of {head.size:,} bytes of data; save it again")
    return head


def _array(archive: zipfile.ZipFile, entry: str, path: Path) -> np.ndarray:
    with archive.open(entry) as stream:
        return npy.read_array(stream, npy.read_header(stream, f"{path} ({entry})"))


def _check_alike(heads: list[npy.Npy]) -> None:
    first = heads[0]
    for head in heads[1:]:
        if head.shape[1:] != first.shape[1:]:
            raise UserError(
                f"{head.where} holds examples of {head.shape[1:]} and {first.where} of {first.shape[1:]}; "
                "give all parts one shape"
            )


def _read_images(
    archive: zipfile.ZipFile, images: dict[str, str], heads: dict[str, npy.Npy], progress: Progress
) -> np.ndarray:
    out = npy.image_room(list(heads.values()))
    at = 0
    for part, entry in images.items():

        def tick(done: int, at: int = at, entry: str = entry) -> None:
            progress((at + done) / len(out), f"reading {entry}")

        with archive.open(entry) as stream:
            head = npy.read_header(stream, heads[part].where)
            npy.read_images(stream, head, out[at : at + head.shape[0]], tick)
        at += heads[part].shape[0]
    return out


def _read_vectors(
    archive: zipfile.ZipFile, images: dict[str, str], heads: dict[str, npy.Npy], progress: Progress
) -> np.ndarray:
    arrays = []
    for part, entry in images.items():
        progress(len(arrays) / len(images), f"reading {entry}")
        with archive.open(entry) as stream:
            arrays.append(npy.read_array(stream, npy.read_header(stream, heads[part].where)))
        npy.check_finite(arrays[-1], heads[part].where)
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
