"""Snapshots made of real MNIST test images: PCA stands in for a model."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path

import numpy as np

from aestudio.training.events import (
    Curves,
    EpochEnded,
    FloorsKnown,
    Pictures,
    Scatter,
    Snapshot,
    Started,
)

COUNT = 1000
CLASSES = tuple("0123456789")
_DATA = Path(__file__).parents[3] / "resources" / "datasets" / "mnist"


@functools.cache
def images() -> np.ndarray:
    raw = gzip.decompress((_DATA / "t10k-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(raw, np.uint8)[16:].reshape(-1, 1, 28, 28)[:COUNT]


@functools.cache
def labels() -> np.ndarray:
    raw = gzip.decompress((_DATA / "t10k-labels-idx1-ubyte.gz").read_bytes())
    return np.frombuffer(raw, np.uint8)[8:][:COUNT].astype(np.int64)


@functools.cache
def pca() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes ``(n, 16)``, axes ``(784, 16)`` and the mean image."""
    pixels = images().reshape(COUNT, -1).astype(np.float32) / 255
    mean = pixels.mean(axis=0)
    _, axes = np.linalg.eigh((pixels - mean).T @ (pixels - mean))
    axes = axes[:, :-17:-1]
    return (pixels - mean) @ axes, axes, mean


def pictures(pins: tuple[int, ...], *, noise: float | None = 0.4) -> Pictures:
    codes, axes, mean = pca()
    at = np.asarray(pins, dtype=np.int64)
    clean = images()[at].astype(np.float32) / np.float32(255)
    corrupted = None
    if noise is not None:
        rng = np.random.default_rng(0)
        corrupted = np.clip(clean + noise * rng.standard_normal(clean.shape), 0, 1).astype(np.float32)
    back = np.clip(codes[at] @ axes.T + mean, 0, 1).reshape(clean.shape).astype(np.float32)
    return Pictures(at, clean, corrupted, back)


def scatter(*, known: int = COUNT, spread: float = 1.0) -> Scatter:
    points = (pca()[0][:, :2] * spread).astype(np.float32)
    points[known:] = np.nan
    return Scatter(points, labels(), ("PC 1 (31 %)", "PC 2 (20 %)"), 0.51)


def curves(first: int = 1, last: int = 0, *terms: str) -> Curves:
    steps = np.arange(first, last + 1)
    mse = (0.01 + 0.2 / np.maximum(steps, 1)).astype(np.float32)
    return Curves(steps, mse, dict.fromkeys(terms, mse * 784))


def snapshot(
    run: str = "a",
    *,
    step: int = 100,
    curve: Curves | None = None,
    picture: Pictures | None = None,
    points: Scatter | None = None,
) -> Snapshot:
    curve = curves() if curve is None else curve
    return Snapshot(run, step, step / 100, 1.0, 1e4, 1e-3, 0.0, curve, picture, points)


def started(run: str = "a", *, terms: tuple[str, ...] = ("bce", "penalty l1")) -> Started:
    units = ("nats per image", "per image")[: len(terms)]
    return Started(run, 1000, (16,), 1000, 100, 10, "cpu", "float32", terms, units)


def ended(run: str = "a", *, epoch: int = 1, mse: float = 0.02) -> EpochEnded:
    return EpochEnded(run, epoch, epoch * 100, mse, mse, {"bce": mse * 784, "penalty l1": 0.5}, True, 1.0)


def floors(run: str = "a") -> FloorsKnown:
    return FloorsKnown(run, 0.0269, 0.067, 0.11, 62.0)
