"""How near one picture is to another: PSNR, SSIM and MS-SSIM."""

from __future__ import annotations

import math

import numpy as np

from aestudio.pictures.waiting import ask_now

_SIGMA, _REACH = 1.5, 5  # the Gaussian window of 11 x 11 of Wang et al. 2004
_STRIP = 128  # rows at a time: less memory, and soon asked whether anyone waits
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def psnr(a: np.ndarray, b: np.ndarray, peak: float = 255) -> float:
    """Peak signal-to-noise ratio in dB of pictures ``(H, W, C)`` whose white is ``peak``; 100 if equal."""
    error = np.mean(np.square(a.astype(np.float32) - b.astype(np.float32)), dtype=np.float64)
    return min(100.0, -10 * math.log10(max(error, 1e-30) / peak**2))


def ssim(a: np.ndarray, b: np.ndarray, peak: float) -> float:
    """Mean structural similarity of two pictures ``(H, W, C)`` in luma (Wang et al. 2004, equation 13).

    The Gaussian window of 1.5 pixels, without a margin, as ``skimage.metrics.structural_similarity`` has it
    with ``gaussian_weights=True, use_sample_covariance=False``.
    """
    whole, _ = _similarity(_luma(a) / peak, _luma(b) / peak)
    return whole


def ms_ssim(a: np.ndarray, b: np.ndarray, peak: float) -> float:
    """Structural similarity over five scales, each half the last (Wang, Simoncelli and Bovik 2003, eq. 7).

    Pictures too small for the window at all five take as many as there are, the weights scaled to sum to 1.
    """
    return similarities(a, b, peak)[1]


def similarities(a: np.ndarray, b: np.ndarray, peak: float) -> tuple[float, float]:
    """Both: :func:`ssim`, which is the first scale's, and :func:`ms_ssim`."""
    x, y = _luma(a) / peak, _luma(b) / peak
    found: list[tuple[float, float]] = []
    while len(found) < len(_SCALES):
        found.append(_similarity(x, y))
        if min(x.shape) < 2 * (2 * _REACH + 1):
            break
        x, y = _halved(x), _halved(y)
    weights = np.array(_SCALES[: len(found)]) / sum(_SCALES[: len(found)])
    # All scales compare contrast and structure, the last one brightness too.
    parts = [structure for _, structure in found[:-1]] + [found[-1][0]]
    return found[0][0], float(np.prod(np.maximum(parts, 0.0) ** weights))


def _similarity(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Mean similarity of two planes with white at 1, and that of contrast and structure alone."""
    reach = min(_REACH, (len(x) - 1) // 2)
    rows, sums, count = len(x) - 2 * reach, np.zeros(2), 0
    for top in range(0, rows, _STRIP):
        ask_now()
        strip = slice(top, min(top + _STRIP, rows) + 2 * reach)
        maps = _similarity_maps(x[strip], y[strip])
        sums += [np.sum(each, dtype=np.float64) for each in maps]
        count += maps[0].size
    return float(sums[0] / count), float(sums[1] / count)


def _similarity_maps(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mu_x, mu_y = _window(x), _window(y)
    var_x, var_y = _window(x * x) - mu_x**2, _window(y * y) - mu_y**2
    cov = _window(x * y) - mu_x * mu_y
    c1, c2 = 0.01**2, 0.03**2
    structure = (2 * cov + c2) / (var_x + var_y + c2)
    brightness = (2 * mu_x * mu_y + c1) / (mu_x**2 + mu_y**2 + c1)
    return brightness * structure, structure


def _halved(x: np.ndarray) -> np.ndarray:
    """Means of 2 × 2 pixels; an odd row or column at the end is left out."""
    height, width = (length // 2 * 2 for length in x.shape)
    return x[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))


def _luma(pixels: np.ndarray) -> np.ndarray:
    if pixels.shape[2] == 1:
        return pixels[..., 0].astype(np.float32)
    return pixels.astype(np.float32) @ _LUMA


def _window(x: np.ndarray) -> np.ndarray:
    """Weighted means over the window, where it lies inside the picture; smaller by ten each way."""
    at = np.arange(-_REACH, _REACH + 1)
    weights = np.exp(-0.5 * (at / _SIGMA) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    reach = [min(_REACH, (length - 1) // 2) for length in x.shape]
    for axis, r in enumerate(reach):
        line = weights[_REACH - r : _REACH + r + 1] / weights[_REACH - r : _REACH + r + 1].sum()
        length = x.shape[axis] - 2 * r
        x = sum(  # type: ignore[assignment]  # of arrays, so an array
            w * np.take(x, range(i, i + length), axis=axis) for i, w in enumerate(line)
        )
    return x
