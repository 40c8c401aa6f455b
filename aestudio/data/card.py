"""A data card: what a data set holds, in plain values and NumPy arrays that may cross threads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.data.dataset import Dataset, Report
from aestudio.data.remembered import remembered
from aestudio.data.room import chunks

if TYPE_CHECKING:
    from torch import Tensor

    from aestudio.spec.parts import Shape

_SAMPLES = 8  # pictures shown of a class
_CLASSES_SHOWN = 64
_SHADES = " .:-=+*#%@"


@dataclass(frozen=True, eq=False)
class DataCard:
    """What a data set holds. Arrays are read-only.

    Parameters
    ----------
    name
        what the data are called.
    count
        how many examples there are in all.
    shape
        of one example, ``(C, H, W)`` or ``(D,)``.
    class_counts
        name and number of examples of each class, empty without labels.
    splits
        number of examples that train, validate and test.
    split_rule
        how the split came about.
    mean_image
        mean of the training examples, float32 of ``shape`` in [0, 1].
    samples
        the first training examples of each class (of all, without labels), each
        ``(n, *shape)`` as stored: uint8, or float32 for vectors.
    sample_indices
        where those are in the data set.
    content_hash
        SHA-256 of the bytes of all images, then of all labels, as stored.
    bytes
        what images and labels take.
    report
        what was done to the data on the way in.
    """

    name: str
    count: int
    shape: Shape
    class_counts: tuple[tuple[str, int], ...]
    splits: dict[str, int]
    split_rule: str
    mean_image: np.ndarray = field(repr=False)
    samples: tuple[np.ndarray, ...] = field(repr=False)
    sample_indices: tuple[tuple[int, ...], ...] = field(repr=False)
    content_hash: str
    bytes: int
    report: Report

    def as_dict(self) -> dict[str, Any]:
        """The card for JSON; the mean image as nested lists, samples as indices."""
        return {
            "name": self.name,
            "count": self.count,
            "shape": list(self.shape),
            "classes": dict(self.class_counts),
            "splits": dict(self.splits),
            "split_rule": self.split_rule,
            "mean": round(float(self.mean_image.mean()), 6),
            "mean_image": np.round(self.mean_image.astype(np.float64), 4).tolist(),
            "samples": [list(indices) for indices in self.sample_indices],
            "content_hash": f"sha256:{self.content_hash}",
            "bytes": self.bytes,
            "report": list(self.report.lines()),
        }

    def as_text(self) -> str:
        """The card for a terminal, with the mean image in ten shades of character."""
        rows = [
            ("data", self.name),
            ("examples", f"{self.count:,} of {' x '.join(map(str, self.shape))}, {self.bytes / 1e6:,.1f} MB"),
            ("split", self.split_rule),
            *self._class_row(),
            ("mean", f"{self.mean_image.mean():.4f} on [0, 1], over the training examples"),
            ("content", f"sha256:{self.content_hash}"),
            *(("report" if i == 0 else "", line) for i, line in enumerate(self.report.lines())),
        ]
        return "\n".join([*(f"{title:<9} {text}".rstrip() for title, text in rows), *_drawn(self.mean_image)])

    def _class_row(self) -> list[tuple[str, str]]:
        if not self.class_counts:
            return [("classes", "none")]
        shown = [f"{name} {count:,}" for name, count in self.class_counts[:_CLASSES_SHOWN]]
        more = len(self.class_counts) - len(shown)
        return [("classes", ", ".join(shown) + (f" and {more:,} more" if more else ""))]


def data_card(dataset: Dataset) -> DataCard:
    """Look through all the data once, a few megabytes at a time."""
    train = _array(dataset.train)
    labels = None if dataset.labels is None else _array(dataset.labels)
    indices = _sample_indices(train, labels, len(dataset.classes))
    counts = [] if labels is None else np.bincount(labels, minlength=len(dataset.classes)).tolist()
    return DataCard(
        name=dataset.name,
        count=len(dataset),
        shape=dataset.shape,
        class_counts=tuple(zip(dataset.classes, counts, strict=False)),
        splits={part: len(getattr(dataset, part)) for part in ("train", "validation", "test")},
        split_rule=dataset.split_rule,
        mean_image=_frozen(_mean(dataset)),
        samples=tuple(_frozen(_array(dataset.images[list(some)])) for some in indices),
        sample_indices=indices,
        content_hash=content_hash(dataset),
        bytes=_bytes(dataset.images) + (0 if dataset.labels is None else _bytes(dataset.labels)),
        report=dataset.report,
    )


def data_facts(dataset: Dataset) -> dict[str, Any]:
    """What a run's card says of its data: name, shape, counts and the hash that tells other data apart."""
    return {
        "name": dataset.name,
        "shape": list(dataset.shape),
        "count": len(dataset),
        "train": len(dataset.train),
        "validation": len(dataset.validation),
        "test": len(dataset.test),
        "content_hash": f"sha256:{content_hash(dataset)}",
    }


@remembered
def content_hash(dataset: Dataset) -> str:
    """SHA-256, in hexadecimal, of the bytes of all images and then of all labels, in C order."""
    digest = hashlib.sha256()
    for tensor in (dataset.images, dataset.labels):
        if tensor is not None:
            for part in chunks(len(tensor), _bytes(tensor[:1])):
                digest.update(memoryview(np.ascontiguousarray(_array(tensor[part]))))  # type: ignore[arg-type]  # a buffer
    return digest.hexdigest()


def _mean(dataset: Dataset) -> np.ndarray:
    total = np.zeros(dataset.shape, np.float64)
    for part in chunks(len(dataset.train), 4 * int(np.prod(dataset.shape))):
        total += dataset.pixels(dataset.train[part]).sum(dim=0).cpu().numpy()
    return (total / len(dataset.train)).astype(np.float32)


def _sample_indices(
    train: np.ndarray, labels: np.ndarray | None, classes: int
) -> tuple[tuple[int, ...], ...]:
    if labels is None:
        return (tuple(train[: 2 * _SAMPLES].tolist()),)
    of_train = labels[train]
    shown = range(min(classes, _CLASSES_SHOWN))
    return tuple(tuple(train[np.flatnonzero(of_train == k)[:_SAMPLES]].tolist()) for k in shown)


def _drawn(image: np.ndarray) -> list[str]:
    """An image as characters, at most 28 rows; two columns a pixel, since characters are tall."""
    if image.ndim != 3:
        return []
    step = max(1, -(-image.shape[1] // 28))
    grey = image.mean(axis=0)[::step, ::step]
    levels = (grey / max(float(grey.max()), 1e-9) * (len(_SHADES) - 1)).round().astype(int)
    return ["", *("".join(_SHADES[level] * 2 for level in row).rstrip() for row in levels)]


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.cpu().numpy()


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
