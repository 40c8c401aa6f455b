"""The Gaussian fitted to codes against NumPy's covariance and scikit-learn's PCA."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from aestudio.latent.gaussian import Floats, fit
from aestudio.latent.space import Space
from aestudio.training.projection import leading_axes


def _pca(codes: Floats, count: int | None = None) -> Any:
    return PCA(count, svd_solver="full").fit(codes.astype(np.float64))


def _seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _wide(count: int = 900, width: int = 1_200, axes: int = 300) -> Floats:
    """Codes with more numbers than all axes are found of; the deviation falls evenly over the axes."""
    rng = np.random.default_rng(0)
    turned = np.linalg.qr(rng.standard_normal((width, axes)))[0]
    spread = np.linspace(9, 1, axes)
    return ((rng.standard_normal((count, axes)) * spread) @ turned.T + 3).astype(np.float32)


@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "single", "pair", "vectors"])
def test_mean_axes_and_deviations_are_scikit_learns(kind: str, request: pytest.FixtureRequest) -> None:
    codes: Floats = request.getfixturevalue(kind).fitted
    ours, theirs = fit(codes), _pca(codes)
    np.testing.assert_allclose(ours.mean, theirs.mean_, rtol=1e-4, atol=1e-4)
    biased = np.sqrt(theirs.explained_variance_ * (len(codes) - 1) / len(codes))
    np.testing.assert_allclose(ours.deviations, biased, rtol=1e-3, atol=1e-3 * biased[0])
    np.testing.assert_allclose(ours.shares, theirs.explained_variance_ratio_, atol=1e-4)
    leading = min(3, codes.shape[1])
    likeness = np.abs(ours.axes.T[:leading] @ theirs.components_[:leading].T)
    np.testing.assert_allclose(likeness, np.eye(leading), atol=5e-3)


def test_the_covariance_is_numpys(plain: Space) -> None:
    ours = fit(plain.fitted)
    covariance = ours.axes @ np.diag(np.square(ours.deviations)) @ ours.axes.T
    expected = np.cov(plain.fitted.T.astype(np.float64), bias=True)
    np.testing.assert_allclose(covariance, expected, atol=1e-4 * np.abs(expected).max())
    assert ours.variance == pytest.approx(np.trace(expected), rel=1e-4)


@pytest.mark.parametrize("kind", ["plain", "mapped", "single", "colour"])
def test_shares_sum_to_one_and_fall(kind: str, request: pytest.FixtureRequest) -> None:
    shares = fit(request.getfixturevalue(kind).fitted).shares
    assert shares.sum() == pytest.approx(1, abs=1e-4)
    assert (np.diff(shares) <= 1e-6).all()


def test_draws_have_the_mean_and_the_covariance_of_the_codes(plain: Space) -> None:
    drawn = fit(plain.fitted).draw(40_000, _seeded())
    expected = np.cov(plain.fitted.T, bias=True)
    deviations = np.sqrt(np.diag(expected))
    scaled = (drawn.mean(axis=0) - plain.fitted.mean(axis=0)) / deviations
    assert np.abs(scaled).max() < 0.03
    near = (np.cov(drawn.T) - expected) / np.outer(deviations, deviations)
    assert np.abs(near).max() < 0.04


def test_equal_generators_give_equal_draws(plain: Space) -> None:
    gaussian = fit(plain.fitted)
    first, second, other = (gaussian.draw(5, _seeded(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)
    assert first.dtype == np.float32


def test_of_long_codes_the_widest_axes_are_found() -> None:
    """Their directions too, where a sketch has room to spare: the first half of them."""
    codes = _wide()
    ours, theirs = fit(codes), _pca(codes, 256)
    assert ours.axes.shape == (1_200, 256)
    np.testing.assert_allclose(ours.axes.T @ ours.axes, np.eye(256), atol=1e-4)
    biased = np.sqrt(theirs.explained_variance_ * (len(codes) - 1) / len(codes))
    np.testing.assert_allclose(ours.deviations, biased, rtol=0.05)
    angle = np.degrees(subspace_angles(ours.axes[:, :64], theirs.components_[:64].T.astype(np.float32)))
    assert np.median(angle) < 1
    assert ours.shares.sum() == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=0.01)
    assert ours.draw(3, _seeded()).shape == (3, 1_200)


def test_codes_that_are_all_the_same_have_no_width() -> None:
    gaussian = fit(np.full((20, 4), 5, np.float32))
    np.testing.assert_array_equal(gaussian.deviations, 0)
    np.testing.assert_array_equal(gaussian.shares, 0)
    np.testing.assert_array_equal(gaussian.draw(3, _seeded()), np.full((3, 4), 5))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_codes_are_enough(count: int) -> None:
    codes = np.random.default_rng(0).standard_normal((count, 9)).astype(np.float32)
    gaussian = fit(codes)
    np.testing.assert_allclose(gaussian.mean, codes.mean(axis=0), atol=1e-6)
    assert (gaussian.deviations > 1e-4).sum() == count - 1
    assert np.isfinite(gaussian.draw(4, _seeded())).all()


@pytest.mark.parametrize("width", [3, 256, 300])
def test_leading_axes_are_scikit_learns(width: int) -> None:
    rng = np.random.default_rng(1)
    spread = np.r_[9, 7, 5, np.full(width - 3, 0.3)]
    turned = np.linalg.qr(rng.standard_normal((width, width)))[0]
    codes = ((rng.standard_normal((600, width)) * spread) @ turned).astype(np.float32)
    centred = codes - codes.mean(axis=0)
    ours, theirs = leading_axes(centred, 3), _pca(codes, 3).components_
    np.testing.assert_allclose(np.abs(ours.T @ theirs.T), np.eye(3), atol=5e-3)


@pytest.mark.parametrize(("count", "width"), [(1, 8), (1, 300), (3, 300), (400, 300), (2, 2)])
def test_as_many_leading_axes_come_as_were_asked_for(count: int, width: int) -> None:
    """However few the codes: where they differ along fewer, the others are any at right angles."""
    codes = np.random.default_rng(0).standard_normal((count, width)).astype(np.float32)
    axes = leading_axes(codes - codes.mean(axis=0), 2)
    assert axes.shape == (width, 2)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-5)
