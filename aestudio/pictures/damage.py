"""Known noise put on a clean picture, so that what takes it off can be measured.

Importing this takes no torch: a form can be drawn from :data:`KINDS` before it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from aestudio.pictures.brush import BRUSHES, RADII, Brush, Stroke, brushed, check_seed
from aestudio.pictures.tiles import Box, Progress, nothing_told, tiles
from aestudio.spec.faults import SpecError

if TYPE_CHECKING:
    from aestudio.pictures.picture import Picture

__all__ = [
    "BRUSHES", "KINDS", "RADII", "Brush", "Damage", "Kind", "Stroke", "brushed", "damaged", "true_sigma",
]  # fmt: skip

_STRIP = 1_000_000  # pixels worked on at a time
_GRID = 16  # pixels: JPEG at 4:2:0 works in squares of it, and looks no further for its colours


@dataclass(frozen=True)
class Kind:
    """A kind of noise: what it is called, and what its amount means.

    Parameters
    ----------
    name
        as specs and the command line have it.
    label
        as a person calls it.
    unit
        of the amount.
    low, high
        bounds of the amount, both allowed.
    start
        the amount to begin with.
    help
        one line that teaches, with its source.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    start: float
    help: str


_KINDS = (
    Kind(
        *("white", "White noise", "σ of 255", 0, 100, 25),
        help="Gaussian, in every value by itself, y = x + σn: what denoisers are compared on",
    ),
    Kind(
        *("camera", "Camera noise", "from least to most sensitive", 0, 1, 0.5),
        help="Variance a·x + b in linear light (Foi et al. 2008, section II), correlated, through JPEG",
    ),
    Kind(
        *("salt-and-pepper", "Salt and pepper", "% of the pixels", 0, 50, 5),
        help="Pixels that are dead or saturated, half of them black and half white",
    ),
    Kind(
        *("speckle", "Speckle", "% of the brightness", 0, 100, 20),
        help="Gaussian and multiplicative, y = x + xn, as of radar and ultrasound (Lee 1981)",
    ),
    Kind(
        *("jpeg", "JPEG", "quality", 1, 95, 10),
        help="Blocks of 8 pixels and colours of half the resolution; the lower the quality, the worse",
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
"""By name, in the order in which they are offered."""


@dataclass(frozen=True)
class Damage:
    """Noise of one of the :data:`KINDS`, how much of it, and the seed that it is drawn by.

    Raises
    ------
    SpecError
        there is no such kind, or its amount or the seed is out of range.
    """

    kind: str
    amount: float
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SpecError("noise", f"there is no kind {self.kind!r}", f"use one of {', '.join(KINDS)}")
        kind = KINDS[self.kind]
        if not kind.low <= self.amount <= kind.high:
            fix = f"use a number from {kind.low:g} to {kind.high:g} ({kind.unit})"
            raise SpecError(f"noise {self.kind}", f"{self.amount:g} is out of range", fix)
        check_seed(self.seed)


def damaged(picture: Picture, damage: Damage, progress: Progress = nothing_told) -> Picture:
    """The picture with noise, in its own depth; what goes with its pixels stays as it is.

    Equal seeds give equal bytes. A camera's noise and JPEG leave the values of 8 bits, in 16 too. Besides
    the two pictures, memory holds some strips of a megapixel, and for a camera one picture more. ``progress``
    is told at least once a megapixel or two, and may raise, which ends the work.
    """
    rng = np.random.default_rng(damage.seed)
    if damage.kind == "jpeg":
        return picture.with_pixels(_through_jpeg(picture.pixels, round(damage.amount), progress))
    if damage.kind == "camera":
        camera = _Camera(damage.amount, picture.pixels.shape, rng)
        seen = _in_strips(picture.pixels, camera, _half_of(progress, 0.0))
        return picture.with_pixels(_through_jpeg(seen, camera.quality, _half_of(progress, 0.5)))
    spoil = partial(_SPOILERS[damage.kind], amount=damage.amount, rng=rng)
    return picture.with_pixels(_in_strips(picture.pixels, spoil, progress))


def true_sigma(clean: np.ndarray, noisy: np.ndarray, peak: int) -> float:
    """The standard deviation of what was put on pixels, where white is 1: what a denoiser may be told."""
    return float(np.sqrt(np.mean(np.square(noisy.astype(np.float32) - clean), dtype=np.float64))) / peak


def _half_of(progress: Progress, start: float) -> Progress:
    def tell(share: float, doing: str) -> None:
        progress(start + share / 2, doing)

    return tell


def _in_strips(
    pixels: np.ndarray, spoil: Callable[[np.ndarray], np.ndarray], progress: Progress
) -> np.ndarray:
    """The pixels after ``spoil``, which takes and gives float32 ``(h, W, C)`` where white is 1."""
    out, peak = np.empty_like(pixels), np.float32(np.iinfo(pixels.dtype).max)
    rows = max(_STRIP // max(pixels.shape[1], 1), 1)
    for top in range(0, len(pixels), rows):
        progress(top / len(pixels), "adding noise")
        values = peak * spoil(pixels[top : top + rows].astype(np.float32) / peak)
        out[top : top + rows] = np.clip(np.rint(values), 0, peak).astype(out.dtype)
    progress(1.0, "adding noise")
    return out


def _white(x: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    return x + np.float32(amount / 255) * rng.standard_normal(x.shape, np.float32)


def _salt_and_pepper(x: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    share = amount / 200
    u = rng.random((*x.shape[:2], 1), np.float32)
    return np.where(u < share, np.float32(0), np.where(u >= 1 - share, np.float32(1), x))


def _speckle(x: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    return x + x * np.float32(amount / 100) * rng.standard_normal(x.shape, np.float32)


_SPOILERS = {"white": _white, "salt-and-pepper": _salt_and_pepper, "speckle": _speckle}


class _Camera:
    """The noise of one shot, strip after strip, as :func:`aestudio.pictures.noise.camera` has it.

    ``amount`` sets the sensitivity that is drawn there. The seed draws the rest: the gains of red and blue,
    how far the noise is blurred and, in every shot, the quality of its JPEG.
    """

    def __init__(self, amount: float, shape: tuple[int, ...], rng: np.random.Generator) -> None:
        from aestudio.pictures.noise import QUALITY, READ, SHOT

        self._shot, self._read = (low * (high / low) ** amount for low, high in (SHOT, READ))
        self._gains = (1 + 0.8 * rng.random(shape[2])).astype(np.float32)
        self._gains[shape[2] // 2] = 1  # green, or grey
        line = np.exp(-0.5 * (np.arange(-2, 3) / (0.3 + 0.7 * rng.random())) ** 2)
        self._line = (line / np.linalg.norm(line)).astype(np.float32)  # keeps the variance
        self.quality = round(QUALITY[0] + (QUALITY[1] - QUALITY[0]) * float(np.sqrt(rng.random())))
        self._rng, self._above = rng, rng.standard_normal((4, shape[1] + 4, shape[2]), np.float32)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The next strip ``(h, W, C)``, clipped to [0, 1]."""
        import torch

        from aestudio.pictures.noise import to_display, to_linear

        light = to_linear(torch.from_numpy(x))
        noise = torch.from_numpy(self._noise(len(x)) * self._gains)
        seen = light + noise * (self._shot * light + self._read**2).sqrt()
        return to_display(seen.clamp_(0, 1)).numpy()

    def _noise(self, height: int) -> np.ndarray:
        """``(height, W, C)`` of variance 1; the rows that its blur shares with the next strip are kept."""
        below = self._rng.standard_normal((height, *self._above.shape[1:]), np.float32)
        field = np.concatenate([self._above, below])
        self._above = field[-4:]
        for axis in (0, 1):
            length = field.shape[axis] - 4
            shifted = (np.take(field, range(i, i + length), axis) * w for i, w in enumerate(self._line))
            field = sum(shifted, np.float32(0))
        return np.asarray(field)


def _through_jpeg(pixels: np.ndarray, quality: int, progress: Progress) -> np.ndarray:
    """The pixels as JPEG keeps them in 4:2:0, by tiles on the one grid that the picture has."""
    from aestudio.pictures.picture import Picture, open_picture, packed_picture

    out, (height, width) = np.empty_like(pixels), pixels.shape[:2]
    scale = out.dtype.type(np.iinfo(out.dtype).max // 255)
    boxes = tiles(height, width)
    for i, box in enumerate(boxes):
        progress(i / len(boxes), "compressing")
        outer = box.grown(_GRID).within(Box(0, 0, height, width))
        back = open_picture(packed_picture(Picture(pixels[outer.slices]), ".jpg", quality=quality)).pixels
        out[box.slices] = back[box.seen_from(outer).slices] * scale
    progress(1.0, "compressing")
    return out
