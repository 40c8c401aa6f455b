"""BD-rates and rates are what they are defined to be, on made-up curves and on real files."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from aestudio.pictures.curves import (
    RIVALS,
    Point,
    _interpolated,
    bd_rate,
    pays_from,
    psnr,
    psnr_at,
    rate_at,
    rival_curve,
)
from aestudio.pictures.quality import ms_ssim, ssim

_CURVE = [Point(0.1, 26.0), Point(0.2, 28.5), Point(0.4, 31.0), Point(0.8, 34.2), Point(1.6, 38.0)]


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0, 1.3])
def test_a_codec_with_so_many_bits_for_all_has_that_rate(share: float) -> None:
    scaled = [Point(share * point.bits, point.psnr) for point in _CURVE]
    assert math.isclose(bd_rate(scaled, _CURVE, (0.01, 10.0)), share - 1, abs_tol=1e-9)


def test_the_rates_compared_bound_the_psnrs() -> None:
    """What differs above 0.8 bits a pixel is seen only where that is within the span."""
    ours = [*_CURVE[:-1], Point(1.6, 36.0)]
    assert abs(bd_rate(ours, _CURVE, (0.15, 0.35))) < 1e-6
    assert bd_rate(ours, _CURVE, (0.15, 1.6)) > 0.02


def test_curves_that_share_no_psnr_have_no_rate() -> None:
    low = [Point(0.2, 10.0), Point(0.4, 12.0), Point(0.8, 14.0)]
    assert math.isnan(bd_rate(low, _CURVE))


def test_points_out_of_order_are_left_out() -> None:
    assert bd_rate([*_CURVE, Point(0.5, 30.0)], _CURVE) == pytest.approx(0, abs=1e-9)


def test_interpolation_is_scipys() -> None:
    x = np.array([0.0, 1.0, 2.5, 3.0, 5.0, 6.0])
    y = np.array([1.0, 2.0, 2.2, 4.0, 3.9, 7.0])
    inner = np.linspace(1.0, 5.0, 60)  # the ends' slopes are chosen otherwise, which only their pieces feel
    assert np.allclose(_interpolated(inner, x, y), PchipInterpolator(x, y)(inner))


def test_the_psnr_at_a_rate_is_read_off() -> None:
    assert psnr_at(_CURVE, 0.4) == pytest.approx(31.0)
    assert math.isnan(psnr_at(_CURVE, 0.05))


def test_the_rate_of_a_psnr_is_read_off() -> None:
    assert rate_at(_CURVE, 31.0) == pytest.approx(0.4)
    assert rate_at(_CURVE, psnr_at(_CURVE, 0.55)) == pytest.approx(0.55, rel=0.02)
    assert math.isnan(rate_at(_CURVE, 50.0))


def test_a_model_pays_once_its_own_bytes_are_saved() -> None:
    assert pays_from(8_000_000, 30_000, 50_000) == 400
    assert pays_from(8_000_001, 30_000, 50_000) == 401
    assert pays_from(8_000_000, 50_000, 50_000) is None


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_rivals_get_better_with_bits(rival: object, photograph: np.ndarray) -> None:
    curve = rival_curve(rival, photograph[:128, :192])  # type: ignore[arg-type]  # one of RIVALS
    assert len(curve) >= 8
    bits = [point.bits for point in curve]
    assert bits == sorted(bits)
    assert curve[-1].psnr > curve[0].psnr + 8


def test_equal_pictures_have_a_psnr_that_can_be_drawn(photograph: np.ndarray) -> None:
    assert psnr(photograph, photograph) == 100.0
    assert psnr(photograph, 255 - photograph) == pytest.approx(
        10 * math.log10(255**2 / np.mean((2.0 * photograph - 255) ** 2))
    )


def test_curves_of_flat_pictures_have_no_rate_and_raise_nothing() -> None:
    flat = [Point(bits, 100.0) for bits in (0.1, 0.3, 0.9)]
    for ours, theirs in ((flat, flat), (flat, _CURVE), (_CURVE, flat), ([], _CURVE), (_CURVE, [])):
        assert math.isnan(bd_rate(ours, theirs))
    assert math.isnan(psnr_at(flat, 0.5))
    assert rate_at(flat, 100.0) == pytest.approx(0.1), "the cheapest"
    assert math.isnan(psnr_at([], 0.5))
    assert math.isnan(rate_at([], 30.0))


def test_of_points_with_equal_bits_the_best_counts() -> None:
    curve = [Point(0.4, 30.0), *_CURVE, Point(0.4, 29.5)]
    assert psnr_at(curve, 0.5) == psnr_at(_CURVE, 0.5)
    assert bd_rate(curve, _CURVE) == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------------------------------------------------- MS-SSIM


def test_ms_ssim_is_one_for_equals_and_falls_with_noise(photograph: np.ndarray) -> None:
    noise = np.random.default_rng(0).normal(size=photograph.shape)
    found = [ms_ssim(photograph, photograph + s * noise, 255) for s in (0, 5, 15, 40)]
    assert found[0] == pytest.approx(1, abs=1e-6)
    assert found == sorted(found, reverse=True)


def test_ms_ssim_of_one_scale_is_ssim(photograph: np.ndarray) -> None:
    """A picture of 21 pixels has room for one."""
    a = photograph[:21, :21]
    b = np.clip(a + 9.0, 0, 255)
    assert ms_ssim(a, b, 255) == pytest.approx(ssim(a, b, 255))


def test_ms_ssim_forgives_fine_noise_more_than_coarse(photograph: np.ndarray) -> None:
    """Its finest scale weighs least: that is what it is for."""
    fine = np.random.default_rng(0).normal(size=photograph.shape) * 20
    coarse = np.repeat(np.repeat(fine[::8, ::8], 8, axis=0), 8, axis=1)[: fine.shape[0], : fine.shape[1]]
    assert ms_ssim(photograph, photograph + fine, 255) > ms_ssim(photograph, photograph + coarse, 255)
