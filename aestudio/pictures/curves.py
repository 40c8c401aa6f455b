"""Rate–distortion curves: how good a picture is at how many bits a pixel; which codec is better."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from aestudio.pictures.quality import psnr

RATES = (0.15, 1.5)
"""Bits a pixel between which codecs are compared."""


@dataclass(frozen=True)
class Point:
    """One picture at one setting: bits a pixel, and PSNR in dB over all channels."""

    bits: float
    psnr: float


@dataclass(frozen=True)
class Rival:
    """A codec that Pillow brings; ``steps`` are its settings from coarse to fine."""

    name: str
    form: str
    knob: str
    steps: tuple[int, ...]
    others: tuple[tuple[str, Any], ...] = ()

    @property
    def settings(self) -> tuple[float, ...]:
        """All that it can be set to, from coarse to fine."""
        if self.form == "JPEG2000":
            return tuple(1000 * 0.985**i for i in range(440))  # how much smaller it is to be
        return tuple(range(1 if self.form == "JPEG" else 0, 101))

    def encode(self, pixels: np.ndarray, step: float) -> bytes:
        """A file of uint8 pixels (H, W, 3) or (H, W)."""
        file = io.BytesIO()
        given: Any = [step] if self.form == "JPEG2000" else int(step)
        Image.fromarray(pixels).save(file, self.form, **{self.knob: given}, **dict(self.others))
        return file.getvalue()


RIVALS = (
    Rival(
        "JPEG",
        "JPEG",
        "quality",
        (4, 8, 14, 22, 34, 48, 62, 74, 84, 91),
        (("optimize", True), ("subsampling", 2)),
    ),
    Rival("WebP", "WEBP", "quality", (0, 5, 15, 30, 50, 70, 82, 90, 96), (("method", 6),)),
    Rival("AVIF", "AVIF", "quality", (10, 22, 34, 46, 58, 70, 80, 88), (("speed", 6),)),
    Rival(
        "JPEG 2000",
        "JPEG2000",
        "quality_layers",
        (240, 140, 80, 48, 30, 20, 13, 9, 6),
        (("irreversible", True),),
    ),
)
"""JPEG as most files are: optimised, 4:2:0. WebP at its most thorough method."""


def middle(pixels: np.ndarray, most: int) -> np.ndarray:
    """The middle of a picture (H, W, C) that has more than ``most`` pixels, in its proportions."""
    height, width = pixels.shape[:2]
    share = math.sqrt(most / (height * width))
    if share >= 1:
        return pixels
    h, w = max(int(height * share), 1), max(int(width * share), 1)
    top, left = (height - h) // 2, (width - w) // 2
    return pixels[top : top + h, left : left + w]


def rival_curve(rival: Rival, pixels: np.ndarray) -> list[Point]:
    """The rival's files of a picture (uint8, (H, W, 3)), coarse to fine."""
    found = []
    for step in rival.steps:
        file = rival.encode(pixels, step)
        with Image.open(io.BytesIO(file)) as image:
            back = np.asarray(image.convert("RGB"))
        found.append(Point(8 * len(file) / (pixels.shape[0] * pixels.shape[1]), psnr(pixels, back)))
    return found


def bd_rate(ours: Sequence[Point], theirs: Sequence[Point], rates: tuple[float, float] = RATES) -> float:
    """Bits of ours over theirs at equal PSNR, less one: −0.2 is a fifth less (Bjøntegaard 2001).

    The mean over the PSNRs that both reach between ``rates`` bits a pixel, of the logarithm of the rate,
    interpolated by monotone cubics (PCHIP), which do not swing as a polynomial does. NaN where they share
    none.
    """
    if not ours or not theirs:
        return math.nan
    spans = [_psnr_span(curve, rates) for curve in (ours, theirs)]
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    if not low < high:
        return math.nan
    at = np.linspace(low, high, 200)
    logs = [_interpolated(at, *_by_psnr(curve)) for curve in (ours, theirs)]
    gap = logs[0] - logs[1]
    return float(np.exp((gap[:-1] + gap[1:]).mean() / 2) - 1)


def psnr_at(curve: Sequence[Point], rate: float) -> float:
    """The PSNR in dB at a rate in bits a pixel; NaN outside the curve."""
    psnrs, logs = _by_psnr(curve)
    if not curve or not logs[0] <= math.log(rate) <= logs[-1]:
        return math.nan
    return float(_interpolated(np.array([math.log(rate)]), logs, psnrs)[0])


def rate_at(curve: Sequence[Point], wanted: float) -> float:
    """The bits a pixel that a PSNR in dB takes; NaN outside the curve."""
    psnrs, logs = _by_psnr(curve)
    if not curve or not psnrs[0] <= wanted <= psnrs[-1]:
        return math.nan
    return float(np.exp(_interpolated(np.array([wanted]), psnrs, logs))[0])


def pays_from(model_bytes: int, ours: float, theirs: float) -> int | None:
    """From how many files on, of ``ours`` bytes in place of ``theirs``, the model's own bytes are saved.

    None where ours are no smaller: then it never pays.
    """
    return math.ceil(model_bytes / (theirs - ours)) if ours < theirs else None


def _by_psnr(curve: Sequence[Point]) -> tuple[np.ndarray, np.ndarray]:
    """Rising PSNRs and the logarithms of their rates; of points out of order the cheaper, or better, stay."""
    kept: list[Point] = []
    for point in sorted(curve, key=lambda point: (point.bits, -point.psnr)):
        if not kept or point.psnr > kept[-1].psnr:
            kept.append(point)
    return np.array([p.psnr for p in kept]), np.log([p.bits for p in kept])


def _psnr_span(curve: Sequence[Point], rates: tuple[float, float]) -> tuple[float, float]:
    psnrs, logs = _by_psnr(curve)
    low, high = np.clip(np.log(rates), logs[0], logs[-1])
    span = _interpolated(np.array([low, high]), logs, psnrs)
    return float(span[0]), float(span[1])


def _interpolated(at: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Piecewise cubic Hermite interpolation with Fritsch and Butland's slopes (1984)."""
    if len(x) < 3:
        return np.interp(at, x, y)
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.concatenate([d[:1], _inner_slopes(h, d), d[-1:]])
    i = np.clip(np.searchsorted(x, at) - 1, 0, len(h) - 1)
    t = (at - x[i]) / h[i]
    left = (1 + 2 * t) * (1 - t) ** 2 * y[i] + t * (1 - t) ** 2 * h[i] * slopes[i]
    return left + t**2 * (3 - 2 * t) * y[i + 1] + t**2 * (t - 1) * h[i] * slopes[i + 1]


def _inner_slopes(h: np.ndarray, d: np.ndarray) -> np.ndarray:
    same = d[:-1] * d[1:] > 0
    w, v = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    safe = np.where(same, d[:-1], 1.0), np.where(same, d[1:], 1.0)
    return np.where(same, (w + v) / (w / safe[0] + v / safe[1]), 0.0)
