"""Pictures without their noise: found tile by tile, and taken off as strongly as wished in each band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from aestudio.pictures.picture import Picture
from aestudio.pictures.tiles import Box, Progress, nothing_told, padded, tiles, tiles_within
from aestudio.pictures.waiting import asking
from aestudio.training.device import autocast, choose_precision, flush_denormals

_STRIP = 256  # rows at a time where the noise is taken off
_WIDTHS = (1.0, 3.0)  # pixels: what parts fine from middle and middle from coarse
_REACH = 9
_POWERS = (1.0, 0.5, 0.25)  # of the strength, for fine, middle and coarse noise
_COLOUR = 0.5  # share of these powers for noise of colour: its blotches please nobody
_BLOCK = 32


class Cleaner(Protocol):
    """A net that cleans: one that ships, or one trained here. ``multiple`` divides the sides it takes."""

    @property
    def multiple(self) -> int:
        """What height and width must be multiples of."""
        ...

    @property
    def margin(self) -> int:
        """Pixels around a tile that it needs to see for the tile to come out as in the whole picture."""
        ...

    def __call__(self, x: Tensor) -> Tensor:
        """Clean from noisy, both float32 ``(1, 3, H, W)`` in [0, 1]."""
        ...


@dataclass(frozen=True)
class Tile:
    """A part that is done: where it lies, and the noise in it, float16 ``(h, w, C)`` where white is 1."""

    box: Box
    noise: np.ndarray


def denoise(
    picture: Picture,
    cleaner: Cleaner,
    *,
    strength: float = 1.0,
    progress: Progress = nothing_told,
    precision: str = "auto",
) -> tuple[Picture, float]:
    """The picture without its noise, and the noise level found (see :func:`noise_level`).

    ``strength`` runs from 0 (as it was) to 1. ``progress`` may raise, which ends the work. Besides the
    picture and the result, memory holds two bytes a value and one tile.
    """
    noise = np.zeros(picture.pixels.shape, np.float16)
    for tile in find_noise(picture, cleaner, progress=progress, precision=precision):
        noise[tile.box.slices] = tile.noise
    return without(picture, noise, strength), noise_level(noise)


def find_noise(
    picture: Picture,
    cleaner: Cleaner,
    *,
    visible: Box | None = None,
    only: Box | None = None,
    progress: Progress = nothing_told,
    precision: str = "auto",
) -> Iterator[Tile]:
    """The noise of the whole picture by tiles, those in sight first; closing the iterator ends the work.

    With ``only`` just the tiles that lie there are done, for a picture that was changed in one place.
    ``progress`` is asked between tiles and between the layers of the net, so that work ends soon.
    """
    flush_denormals()
    dtype = choose_precision(precision, torch.device("cpu"))
    height, width = picture.pixels.shape[:2]
    boxes = tiles(height, width, visible) if only is None else tiles_within(height, width, only)
    total, done = sum(box.area for box in boxes), 0
    progress(0.0, "denoising")
    for box in boxes:
        part, inner = padded(picture.pixels, box, cleaner.margin, cleaner.multiple)
        share = done / total
        with asking(lambda share=share: progress(share, "denoising")):
            noise = _noise_of(part, picture.peak, cleaner, dtype)
        yield Tile(box, noise[inner.slices])
        done += box.area
        progress(done / total, "denoising")


def _noise_of(part: np.ndarray, peak: int, cleaner: Cleaner, dtype: torch.dtype) -> np.ndarray:
    """float16 ``(H, W, C)``; a grey picture is shown to the net as three equal channels."""
    y = torch.from_numpy(part.astype(np.float32)).permute(2, 0, 1)[None] / peak
    y3 = y.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode(), autocast(y.device, dtype):
        noise = y3 - cleaner(y3).float()
    if y.shape[1] == 1:
        noise = noise.mean(dim=1, keepdim=True)
    return noise[0].permute(1, 2, 0).half().numpy()


def noise_level(noise: np.ndarray) -> float:
    """The usual strength of ``noise`` ``(H, W, C)`` where white is 255.

    The root mean square in each block of 32 pixels a side, of which the median: edges that the net rounded
    off, and black that shows no noise, do not count for the rest.
    """
    height, width = (max(length // _BLOCK, 1) * _BLOCK for length in noise.shape[:2])
    levels = []
    for top in range(0, height, _BLOCK):
        strip = noise[top : top + _BLOCK, :width].astype(np.float32)
        starts = np.arange(0, strip.shape[1], _BLOCK)
        squares = np.add.reduceat(np.square(strip).mean(axis=(0, 2)), starts)
        levels.append(np.sqrt(squares / np.diff([*starts, strip.shape[1]])))
    return float(255 * np.median(np.concatenate(levels)))


def without(picture: Picture, noise: np.ndarray, strength: float = 1.0) -> Picture:
    """``picture`` less its ``noise`` ``(H, W, C)``.

    A strength below 1 leaves fine grain first and coarse blotches and blots of colour last, so that the
    picture keeps its bite rather than a haze of all its noise.
    """
    if strength <= 0:
        return picture
    out = np.empty_like(picture.pixels)
    height, width = out.shape[:2]
    for top in range(0, height, _STRIP):
        strip = Box(top, 0, min(top + _STRIP, height), width)
        out[strip.slices] = part_without(picture, noise, strength, strip)
    return picture.with_pixels(out)


def part_without(picture: Picture, noise: np.ndarray, strength: float, box: Box) -> np.ndarray:
    """The pixels of ``box`` as :func:`without` gives them."""
    pixels = picture.pixels[box.slices]
    if strength <= 0:
        return pixels
    off = noise[box.slices].astype(np.float32) if strength >= 1 else _weighed(noise, box, strength)
    return np.clip(np.rint(pixels - picture.peak * off), 0, picture.peak).astype(pixels.dtype)


def _weighed(noise: np.ndarray, box: Box, strength: float) -> np.ndarray:
    """The noise in a box with each band at its share."""
    outer = box.grown(_REACH).within(Box(0, 0, *noise.shape[:2]))
    whole = torch.from_numpy(noise[outer.slices].astype(np.float32)).permute(2, 0, 1)[None]
    grey = whole.mean(dim=1, keepdim=True)
    weighed = _banded(grey, strength, 1.0)
    if whole.shape[1] > 1:
        weighed = weighed + _banded(whole - grey, strength, _COLOUR)
    return weighed[0].permute(1, 2, 0).numpy()[box.seen_from(outer).slices]


def _banded(noise: Tensor, strength: float, power: float) -> Tensor:
    fine, middle, coarse = (strength ** (power * p) for p in _POWERS)
    smooth, smoother = (blurred(noise, width) for width in _WIDTHS)
    return fine * (noise - smooth) + middle * (smooth - smoother) + coarse * smoother


def blurred(x: Tensor, width: float) -> Tensor:
    """``x`` ``(N, C, H, W)`` under a Gaussian of standard deviation ``width`` pixels, edges repeated."""
    at = torch.arange(-_REACH, _REACH + 1, dtype=torch.float32)
    line = torch.exp(-0.5 * (at / width).square())
    line = (line / line.sum()).expand(x.shape[1], 1, -1)
    flat = F.pad(x, (_REACH,) * 4, mode="replicate")
    flat = F.conv2d(flat, line[:, :, None, :], groups=x.shape[1])
    return F.conv2d(flat, line[:, :, :, None], groups=x.shape[1])
