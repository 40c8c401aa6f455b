"""A folder of IDX files, named in any of the usual ways, as one array of images."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import numpy as np

from aestudio.data import idx
from aestudio.data.room import room_for
from aestudio.data.source import Progress, Raw
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from pathlib import Path

Role = tuple[str, str]
"""Part (``train``, ``test``) and content (``images``, ``labels``)."""

_CONTENT = {"images": "images", "image": "images", "idx3": "images", "labels": "labels", "label": "labels"}
_CONTENT |= {"idx1": "labels"}
_TEST = {"t10k", "test", "testing"}
_LAST = {"ubyte", "idx", *_CONTENT}


def idx_files(folder: Path) -> dict[Role, Path]:
    """The IDX files of a folder by their role, as their names tell it; an unzipped one comes first.

    A file without a part in its name (``images-idx3-ubyte``) counts as training.

    Raises
    ------
    UserError
        Two different files claim one role.
    """
    found: dict[Role, Path] = {}
    with os.scandir(folder) as entries:  # a million pictures pass here too, so no list of all
        roles = {entry.name: role for entry in entries if (role := _role(entry.name)) and entry.is_file()}
    for name, role in sorted(roles.items()):
        first = found.setdefault(role, folder / name)
        if first.name.removesuffix(".gz") != name.removesuffix(".gz"):
            raise UserError(
                f"{folder} holds two files of {role[0]} {role[1]}, {first.name} and {name}; "
                "keep one data set a folder"
            )
    return found


def load_idx(name: str, files: dict[Role, Path], classes: tuple[str, ...], progress: Progress) -> Raw:
    """Training and test images, in that order, in one array ``(N, 1, H, W)``.

    ``classes`` name the labels; without names the numbers are used.

    Raises
    ------
    UserError
        A file is damaged, of another kind, or does not match its fellow.
    """
    parts = [part for part in ("train", "test") if (part, "images") in files]
    images = [idx.read_header(files[part, "images"], 3) for part in parts]
    labels = [_labels(files.get((part, "labels")), image) for part, image in zip(parts, images, strict=True)]
    pixels = _pixels(images, progress)
    known = (
        None if any(one is None for one in labels) else np.concatenate([x for x in labels if x is not None])
    )
    return Raw(
        name,
        pixels[:, np.newaxis],
        known,
        () if known is None else _names(known, classes, files),
        given_test=images[-1].shape[0] if len(parts) == 2 else 0,
    )


def _role(name: str) -> Role | None:
    words = re.split(r"[-_.]", name.lower().removesuffix(".gz"))
    content = next((_CONTENT[word] for word in words if word in _CONTENT), None)
    if content is None or words[-1] not in _LAST:
        return None
    return "test" if _TEST.intersection(words) else "train", content


def _labels(path: Path | None, images: idx.Idx) -> np.ndarray | None:
    if path is None:
        return None
    file = idx.read_header(path, 1)
    if file.shape[0] != images.shape[0]:
        raise UserError(
            f"{path} holds {file.shape[0]:,} labels and {images.path.name} {images.shape[0]:,} images; "
            "use the two files of one data set"
        )
    labels = np.empty(file.shape, np.uint8)
    idx.read_into(file, labels)
    return labels


def _pixels(files: list[idx.Idx], progress: Progress) -> np.ndarray:
    """All images ``(N, H, W)``: a single unzipped file is mapped, else each is unpacked into its place.

    One tensor cannot span two mapped files; two are read into one array, which costs no more than it holds.
    """
    if len(files) == 1 and not files[0].zipped:
        return idx.mapped(files[0])
    sides = {file.shape[1:] for file in files}
    if len(sides) > 1:
        (a, b) = files
        raise UserError(
            f"{a.path} holds images of {a.shape[1]} x {a.shape[2]} and {b.path.name} of "
            f"{b.shape[1]} x {b.shape[2]}; use the files of one data set"
        )
    out = room_for((sum(file.shape[0] for file in files), *sides.pop()), np.uint8)
    at = 0
    for file in files:
        start = at * out[0].size

        def tick(done: int, file: idx.Idx = file, start: int = start) -> None:
            progress((start + done) / out.size, f"reading {file.path.name}")

        idx.read_into(file, out[at : at + file.shape[0]], tick)
        at += file.shape[0]
    return out


def _names(labels: np.ndarray, classes: tuple[str, ...], files: dict[Role, Path]) -> tuple[str, ...]:
    top = int(labels.max())
    if classes and top >= len(classes):
        raise UserError(
            f"{next(iter(files.values())).parent} holds the label {top}, "
            f"and its classes end at {len(classes) - 1}; fetch it again"
        )
    return classes or tuple(str(n) for n in range(top + 1))
