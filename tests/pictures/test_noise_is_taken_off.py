"""Noise is found, told, and taken off as strongly as wished, in grey, in colour and in 16 bits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from aestudio.pictures.denoise import blurred, denoise, noise_level, without
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr, ssim


class Oracle:
    """Knows the clean picture, so that whatever goes wrong is not the net's fault."""

    multiple, margin = 8, 0

    def __init__(self, clean: np.ndarray) -> None:
        colours = np.repeat(clean, 3 // clean.shape[2], axis=2)
        self._clean = torch.from_numpy(colours.astype(np.float32)).permute(2, 0, 1)[None]

    def __call__(self, x: Tensor) -> Tensor:
        return self._clean[..., : x.shape[2], : x.shape[3]]


def _noisy(clean: np.ndarray, sigma: float, peak: int) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma * peak / 255, clean.shape)
    return np.clip(np.rint(clean.astype(float) + noise), 0, peak).astype(clean.dtype)


@pytest.fixture
def clean(photograph: np.ndarray) -> np.ndarray:
    """Neither black nor white, so that no noise is clipped; sides that need no padding."""
    return (photograph[:192, :256].astype(int) // 2 + 64).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("depth", [8, 16])
def test_what_the_net_finds_is_taken_off(clean: np.ndarray, channels: int, depth: int) -> None:
    pixels = clean[..., :channels] if depth == 8 else clean[..., :channels].astype(np.uint16) * 257
    peak = 2**depth - 1
    noisy = Picture(_noisy(pixels, 20, peak))
    done, sigma = denoise(noisy, Oracle(pixels / peak), precision="float32")
    assert done.pixels.dtype == pixels.dtype
    assert done.pixels.shape == pixels.shape
    assert psnr(done.pixels, pixels, peak) > 60
    assert sigma == pytest.approx(20, rel=0.05)


def test_what_goes_with_the_pixels_stays(clean: np.ndarray) -> None:
    alpha = np.full(clean.shape[:2], 7, np.uint8)
    picture = Picture(clean, alpha, b"profile")
    done, _ = denoise(picture, Oracle(clean / 255))
    assert done.alpha is alpha
    assert done.icc == b"profile"


def test_strength_goes_from_nothing_to_everything(clean: np.ndarray) -> None:
    noisy = Picture(_noisy(clean, 20, 255))
    noise = ((noisy.pixels.astype(float) - clean) / 255).astype(np.float16)
    left = [
        np.abs(without(noisy, noise, s).pixels.astype(float) - clean).mean() for s in (0, 0.25, 0.5, 0.75, 1)
    ]
    assert left == sorted(left, reverse=True)
    assert without(noisy, noise, 0.0).pixels is noisy.pixels
    assert left[-1] < 0.6


def test_coarse_noise_goes_before_fine_and_colour_before_grey(clean: np.ndarray) -> None:
    """What the strength is for: it is no mixing with the original."""
    size = (1, 3, *clean.shape[:2])
    white = torch.randn(size, generator=torch.Generator().manual_seed(0))
    grey = white[:, :1].expand(size)
    kinds = {"fine": grey, "coarse": 8 * blurred(grey, 4.0), "colour": white - white.mean(1, keepdim=True)}
    left = {}
    for name, noise in kinds.items():
        values = (0.05 * noise / noise.std())[0].permute(1, 2, 0).half().numpy()
        flat = np.full(clean.shape, 30000, np.uint16)
        noisy = Picture((flat + np.rint(65535 * values.astype(np.float32))).astype(np.uint16))
        done = without(noisy, values, 0.5).pixels
        left[name] = np.std(done.astype(float) - flat) / np.std(noisy.pixels.astype(float) - flat)
    assert left["coarse"] < 0.6 * left["fine"]
    assert left["colour"] < 0.8 * left["fine"]
    assert 0.3 < left["fine"] < 0.6


def test_strips_do_not_show(clean: np.ndarray) -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, (600, 40, 3)).astype(np.float16)
    picture = Picture(np.full(noise.shape, 128, np.uint8))
    whole = without(picture, noise, 0.5).pixels
    part = without(Picture(picture.pixels[200:]), noise[200:], 0.5).pixels
    assert np.array_equal(whole[220:], part[20:])


@pytest.mark.parametrize("shape", [(1, 1, 1), (31, 33, 3), (200, 300, 1)])
def test_the_level_is_the_noises(shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(1).normal(0, 10 / 255, shape)
    if noise.size > 1:
        assert noise_level(noise) == pytest.approx(10, rel=0.1)
    else:
        assert noise_level(noise) == pytest.approx(255 * abs(noise.item()))


@pytest.mark.parametrize("channels", [1, 3])
def test_quality_is_scikit_images(photograph: np.ndarray, channels: int) -> None:
    metrics = pytest.importorskip("skimage.metrics")
    a = photograph[..., :channels]
    b = _noisy(a, 15, 255)
    assert psnr(a, b, 255) == pytest.approx(metrics.peak_signal_noise_ratio(a, b, data_range=255), abs=1e-3)
    luma = np.array([0.299, 0.587, 0.114])
    x, y = (p[..., 0].astype(float) if channels == 1 else p @ luma for p in (a, b))
    options = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 255}
    _, whole = metrics.structural_similarity(x, y, full=True, **options)
    assert ssim(a, b, 255) == pytest.approx(whole[5:-5, 5:-5].mean(), abs=1e-4)
    assert psnr(a, a, 255) == 100
    assert ssim(a, a, 255) == pytest.approx(1)
