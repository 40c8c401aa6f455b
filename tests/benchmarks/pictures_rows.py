"""What the benches of pictures share: rows, and the pictures that they measure on."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aestudio.pictures.picture import SUFFIXES, open_picture
from aestudio.spec.faults import UserError


@dataclass(frozen=True)
class Row:
    """One claim and what was measured: ``value`` must be as ``target`` says for ``met``."""

    claim: str
    figure: str
    value: float
    target: str
    met: bool
    details: str = ""


@dataclass(frozen=True)
class Setting:
    """What is measured on, and with which weights in place of those that ship."""

    data: Path | None = None
    models: dict[str, str] = field(default_factory=dict, hash=False)
    quick: bool = False

    def model(self, name: str) -> str:
        """The model to open for ``name``."""
        return self.models.get(name, name)

    def pictures(self) -> dict[str, np.ndarray]:
        """Clean colour pictures by name, uint8 ``(H, W, 3)``."""
        return _own_pictures() if self.data is None else _folder(self.data)


@functools.cache
def _own_pictures() -> dict[str, np.ndarray]:
    try:
        import skimage.data
        from sklearn.datasets import load_sample_images
    except ImportError as fault:
        raise UserError(f"{fault.name} is not installed; pip install 'aestudio[science]'") from fault
    found = {name: getattr(skimage.data, name)() for name in ("astronaut", "chelsea", "coffee", "rocket")}
    samples = load_sample_images()
    return found | dict(zip(("china", "flower"), map(np.asarray, samples.images), strict=True))


@functools.cache
def _folder(folder: Path) -> dict[str, np.ndarray]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not paths:
        raise UserError(f"{folder}: holds no pictures")
    pictures = {path.stem: open_picture(path).pixels for path in paths}
    return {name: np.repeat(p, 3, axis=2) if p.shape[2] == 1 else p for name, p in pictures.items()}


def centre(pixels: np.ndarray, side: int = 256) -> np.ndarray:
    """The middle of a picture, at most ``side`` pixels each way and a multiple of 8."""
    height, width = (min(length, side) // 8 * 8 for length in pixels.shape[:2])
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return pixels[top : top + height, left : left + width]
