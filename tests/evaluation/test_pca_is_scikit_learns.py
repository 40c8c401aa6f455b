"""PCA, its test curve and principal angles against scikit-learn and SciPy."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA as Reference

from aestudio.evaluation import pca
from aestudio.evaluation.pca import (
    largest_principal_angle,
    pca_of,
    pca_test_curve,
    pca_test_mse,
    pca_train_mse,
)
from tests.small import dataset, small_mnist


@functools.cache
def _flat(part: str) -> np.ndarray:
    data = small_mnist()
    return data.pixels(getattr(data, part)).flatten(1).double().numpy()


@functools.cache
def _reference() -> Any:
    return Reference(svd_solver="full").fit(_flat("train"))


def _error(part: str, count: int) -> float:
    """Squared error per pixel of scikit-learn's PCA."""
    basis, mean = _reference().components_[:count], _reference().mean_
    centred = _flat(part) - mean
    return float(np.square(centred - centred @ basis.T @ basis).mean())


@pytest.mark.parametrize("count", [0, 1, 2, 8, 32, 128, 400])
def test_the_curves_are_scikit_learns(count: int) -> None:
    data = small_mnist()
    assert pca_test_mse(data, count) == pytest.approx(_error("test", count), rel=1e-3)
    assert pca_train_mse(data, count) == pytest.approx(_error("train", count), rel=1e-3, abs=1e-7)


def test_the_curve_only_falls_and_ends_with_all_components() -> None:
    curve = pca_test_curve(small_mnist())
    assert len(curve) == 785
    assert (curve.diff() <= 0).all()
    assert pca_test_mse(small_mnist(), 5_000) == pytest.approx(float(curve[-1]))


@pytest.mark.parametrize("count", [2, 32])
def test_reconstructions_are_scikit_learns(count: int) -> None:
    data, centred = small_mnist(), _flat("test") - _reference().mean_
    basis = _reference().components_[:count]
    expected = (centred @ basis.T @ basis + _reference().mean_).reshape(-1, 1, 28, 28)
    made = pca_of(data).reconstruct(data.pixels(data.test), count)
    torch.testing.assert_close(made.double(), torch.from_numpy(expected), rtol=0, atol=2e-4)


@pytest.mark.parametrize("count", [1, 2, 8, 32])
def test_the_components_span_scikit_learns_subspace(count: int) -> None:
    ours = pca_of(small_mnist()).subspace(count)
    assert np.degrees(subspace_angles(ours.double().numpy(), _reference().components_[:count].T)).max() < 0.1


@pytest.mark.parametrize(("wide", "k"), [(20, 3), (784, 32), (5, 5), (9, 1)])
def test_the_angle_is_scipys(wide: int, k: int) -> None:
    a, b = torch.randn(2, wide, k, generator=torch.Generator().manual_seed(wide)).double()
    for other in (
        b,
        a + 0.01 * b,
        a @ torch.randn(k, k, generator=torch.Generator().manual_seed(2)).double(),
    ):
        expected = np.degrees(subspace_angles(a.numpy(), other.numpy()).max())
        assert largest_principal_angle(a, other) == pytest.approx(expected, abs=1e-3)


def test_wide_images_are_sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 4,096 numbers an image the leading components still are those of the exact computation."""
    images = small_mnist().images[small_mnist().train]
    exact, sketched = dataset(images, test=100), dataset(images, test=100)
    expected = pca_test_mse(exact, 16)
    monkeypatch.setattr(pca, "_EXACT", 100)
    assert pca_of(sketched).components.shape == (784, 412)
    assert pca_test_mse(sketched, 16) == pytest.approx(expected, rel=0.02)
