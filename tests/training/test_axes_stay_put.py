"""The scatter's axes: PCA's, named with their share, and neither flipped nor swapped between two looks."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from aestudio.training.projection import Projection

Codes = NDArray[np.float32]


def _codes(width: int, count: int = 1_000, seed: int = 0) -> Codes:
    """Codes whose leading directions stand out, in no special place."""
    rng = np.random.default_rng(seed)
    spread = np.r_[5.0, 3.0, np.full(width - 2, 0.3)]
    turned = np.linalg.qr(np.random.default_rng(99).standard_normal((width, width)))[0]
    return ((rng.standard_normal((count, width)) * spread) @ turned + 7).astype(np.float32)


@pytest.mark.parametrize("width", [3, 20, 256, 300])
def test_the_axes_are_scikit_learns(width: int) -> None:
    codes, projection = _codes(width), Projection()
    names, explained = projection.follow(codes, refit=True)
    reference = PCA(2, svd_solver="full").fit(codes)
    expected = reference.transform(codes)
    for axis in (0, 1):
        assert abs(np.corrcoef(projection.points[:, axis], expected[:, axis])[0, 1]) > 0.999
    assert explained == pytest.approx(reference.explained_variance_ratio_.sum(), abs=0.005)
    assert names[0] == f"PC 1 ({reference.explained_variance_ratio_[0]:.0%})"


@pytest.mark.parametrize("width", [3, 20, 300])
def test_a_refit_keeps_sign_and_order(width: int) -> None:
    codes, projection = _codes(width), Projection()
    projection.follow(codes, refit=True)
    before = projection.points
    for step in range(1, 6):
        moved = (codes + 0.05 * _codes(width, seed=step)).astype(np.float32)
        projection.follow(moved, refit=True)
        after = projection.points
        for axis in (0, 1):
            assert np.corrcoef(before[:, axis], after[:, axis])[0, 1] > 0.9


def test_axes_that_overtake_each_other_stay_where_they_are() -> None:
    """The second direction grows beyond the first; the picture must not turn by a right angle."""
    rng = np.random.default_rng(0)
    base = rng.standard_normal((1_000, 4)).astype(np.float32)
    projection = Projection()
    projection.follow(base * np.array([3, 2.9, 0.1, 0.1], np.float32), refit=True)
    before = projection.points
    names, _ = projection.follow(base * np.array([2.9, 3.2, 0.1, 0.1], np.float32), refit=True)
    for axis in (0, 1):
        assert np.corrcoef(before[:, axis], projection.points[:, axis])[0, 1] > 0.9
    first, second = (int(re.findall(r"\((\d+) ?%\)", name)[0]) for name in names)
    assert first < second, "each axis is told with its own share"


def test_without_a_refit_the_axes_do_not_move() -> None:
    codes, projection = _codes(9), Projection()
    projection.follow(codes, refit=True)
    before = projection.points
    changed = codes.copy()
    changed[500:] *= 10
    projection.follow(changed, refit=False)
    np.testing.assert_array_equal(projection.points[:500], before[:500])


@pytest.mark.parametrize("width", [1, 2, 5, 300])
def test_codes_not_yet_known_stay_unknown(width: int) -> None:
    codes = _codes(max(width, 2))[:, :width].copy()
    codes[100:200] = np.nan
    projection = Projection()
    projection.follow(codes, refit=True)
    gone = np.isnan(projection.points).all(axis=1)
    assert np.flatnonzero(gone).tolist() == list(range(100, 200))


def test_a_code_of_two_is_shown_itself() -> None:
    codes, projection = _codes(2), Projection()
    names, explained = projection.follow(codes, refit=True)
    np.testing.assert_array_equal(projection.points, codes)
    assert names == ("z 1", "z 2")
    assert explained is None


def test_a_code_of_one_lies_on_a_line() -> None:
    codes, projection = _codes(2)[:, :1], Projection()
    names, _ = projection.follow(codes, refit=True)
    assert names == ("z 1", "")
    assert (projection.points[:, 1] == 0).all()


@pytest.mark.parametrize("codes", [np.ones((50, 5), np.float32), np.zeros((1, 5), np.float32)])
def test_dead_codes_lie_in_one_point(codes: Codes) -> None:
    projection = Projection()
    _, explained = projection.follow(codes, refit=True)
    assert np.allclose(projection.points, 0)
    assert explained == 0
