"""A folder of photographs in memory, and random crops of them to train on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from aestudio.data.picture import SUFFIXES
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

SHORT_SIDES = (1000, 640, 420, 300, 210)
"""Each photograph is kept at these short sides: the same texture is seen coarse and fine, fine the most."""

_LOSSY = {".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".heic"}
_SHRINK = 0.8  # traces of lossy compression vanish when a picture is scaled down at least so far
_HELD_OUT = 16  # every so many-th photograph validates where the folder does not say which do
_TINTED = 0.05  # share of crops whose colour channels are exchanged
_LOOKED = 0.5  # share of crops for which two places are tried and the livelier is taken


@dataclass(frozen=True, eq=False)
class Photographs:
    """Photographs uint8 ``(H, W, 3)`` at several scales each, and those kept out of training."""

    train: tuple[np.ndarray, ...]
    held_out: tuple[np.ndarray, ...]
    skipped: tuple[str, ...] = ()

    @property
    def megapixels(self) -> float:
        """Size of what is trained on, all scales together."""
        return sum(p.shape[0] * p.shape[1] for p in self.train) / 1e6

    def crops(self, count: int, side: int, generator: np.random.Generator) -> np.ndarray:
        """``count`` random crops, uint8 ``(count, side, side, 3)``, flipped and turned at random."""
        return np.stack([self._crop(side, generator) for _ in range(count)])

    def _crop(self, side: int, generator: np.random.Generator) -> np.ndarray:
        photograph = self.train[generator.integers(len(self.train))]
        places = [_place(photograph, side, generator)]
        if generator.random() < _LOOKED:
            places.append(_place(photograph, side, generator))
        return _turned(max(places, key=_liveliness) if len(places) > 1 else places[0], generator)


def open_photographs(folder: Path, *, side: int, progress: Callable[[float, str], None]) -> Photographs:
    """Every photograph below ``folder`` whose short side is at least ``side`` once scaled down.

    Sub-folders ``train`` and ``held-out`` are taken as what they say where both are there; else every
    sixteenth photograph by name is kept out of training.

    Raises
    ------
    UserError
        the folder holds fewer than two photographs that can be used.
    """
    train, held_out = _listed(folder)
    skipped: list[str] = []
    kept: dict[Path, list[np.ndarray]] = {}
    for i, path in enumerate([*train, *held_out]):
        progress(i / (len(train) + len(held_out)), f"reading {folder.name}")
        try:
            kept[path] = [scaled for scaled in _scales(path) if min(scaled.shape[:2]) >= side]
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
            skipped.append(f"{path.name}: cannot be read ({fault})")
    photographs = tuple(scaled for path in train for scaled in kept.get(path, ()))
    # The middle scale alone validates: one picture should not count three times.
    checked = tuple(kept[path][len(kept[path]) // 2] for path in held_out if kept.get(path))
    if not photographs or not checked:
        raise UserError(
            f"{folder}: too few photographs with a short side of {side} pixels or more; give a folder with "
            f"at least two, better a hundred"
        )
    return Photographs(photographs, checked, tuple(skipped))


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    if not folder.is_dir():
        raise UserError(f"{folder}: is no folder; give one with photographs")
    parts = folder / "train", folder / "held-out"
    if all(part.is_dir() for part in parts):
        return _pictures(parts[0]), _pictures(parts[1])
    found = _pictures(folder)
    held_out = found[::_HELD_OUT]
    return [path for path in found if path not in set(held_out)], held_out


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def _scales(path: Path) -> list[np.ndarray]:
    with Image.open(path) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    most = int(min(picture.size) * (_SHRINK if path.suffix.lower() in _LOSSY else 1.0))
    sides = sorted({min(most, side) for side in SHORT_SIDES}, reverse=True)
    return [np.asarray(_to_short_side(picture, side)) for side in sides]


def _to_short_side(picture: Picture, side: int) -> Picture:
    share = side / min(picture.size)
    size = tuple(max(side, round(length * share)) for length in picture.size)
    return picture.resize(size, Image.Resampling.LANCZOS)  # type: ignore[arg-type]  # two numbers


def _place(photograph: np.ndarray, side: int, generator: np.random.Generator) -> np.ndarray:
    height, width = photograph.shape[:2]
    top = int(generator.integers(height - side + 1))
    left = int(generator.integers(width - side + 1))
    return photograph[top : top + side, left : left + side]


def _liveliness(crop: np.ndarray) -> float:
    """Mean step between neighbours in green: flat sky teaches little."""
    green = crop[..., 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def _turned(crop: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    flips = generator.random(3) < 0.5
    if flips[0]:
        crop = crop[::-1]
    if flips[1]:
        crop = crop[:, ::-1]
    if flips[2]:
        crop = crop.swapaxes(0, 1)
    return crop[..., generator.permutation(3)] if generator.random() < _TINTED else crop
