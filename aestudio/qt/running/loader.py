"""Torch and the data, brought in off the GUI thread: each takes a second, and the window is there first."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.running.background import Progress, Work
from aestudio.spec.run import DataSpec

if TYPE_CHECKING:
    import torch

    from aestudio.data.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Opened:
    """Data that are ready to be trained on and looked at.

    Parameters
    ----------
    spec
        what was asked for.
    data
        the data themselves.
    test_images
        the test split for the views, ``(n, *shape)``, read-only.
    test_labels
        their classes, or None.
    """

    spec: DataSpec
    data: Dataset
    test_images: NDArray[Any] = field(repr=False)
    test_labels: NDArray[np.int64] | None = field(repr=False)


def opening(spec: DataSpec, *, download: bool = False) -> Work:
    """Work that opens what ``spec`` names, for :class:`Background`; torch is imported on the way."""

    def work(progress: Progress) -> Opened:
        if "torch" not in sys.modules:
            progress(0.0, "loading torch")
        importlib.import_module("torch")
        importlib.import_module("aestudio.evaluation.experiment")  # Train must not wait for what it needs
        from aestudio.data.door import fetch, open_data

        progress(0.0, f"opening {spec.source}")
        if download:
            fetch(spec.source, progress=progress)
        data = open_data(spec, progress=progress)
        images = _frozen(_part(data.images, data.test))
        labels = None if data.labels is None else _part(data.labels, data.test).astype(np.int64)
        return Opened(spec, data, images, None if labels is None else _frozen(labels))

    return work


def fitting(data: Dataset) -> Work:
    """Work that fits what runs on these data are held against, so that the first need not stop for it."""

    def work(progress: Progress) -> None:
        from aestudio.evaluation.floors import bce_floor
        from aestudio.evaluation.pca import pca_test_curve

        pca_test_curve(data)
        progress(0.8, "")
        bce_floor(data)

    return work


def _part(values: torch.Tensor, indices: torch.Tensor) -> NDArray[Any]:
    """The chosen rows; without a copy where they lie together, as the test part of MNIST does."""
    first, last = int(indices[0]), int(indices[-1])
    if last - first + 1 == len(indices):  # indices ascend
        return values[first : last + 1].numpy()
    return values[indices].numpy()


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
