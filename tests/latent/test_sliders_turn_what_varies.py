"""Sliders: the numbers of a code by falling variance, and principal components against scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA

from aestudio.latent.directions import Direction, components, units
from aestudio.latent.space import Space

Maker = Callable[[Space, int], tuple[Direction, ...]]
MAKERS: list[Maker] = [units, components]


def _with(space: Space, fitted: np.ndarray) -> Space:
    return replace(space, codes=fitted.astype(np.float32), fitted=fitted.astype(np.float32))


def _places(space: Space, count: int) -> list[int]:
    return [int(slider.vector.argmax()) for slider in units(space, count)]


@pytest.mark.parametrize(
    ("kind", "count"), [("plain", 5), ("mapped", 20), ("variational", 2), ("vectors", 1)]
)
def test_some_numbers_are_those_that_vary_most(kind: str, count: int, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    assert _places(space, count) == np.argsort(-space.fitted.var(axis=0), kind="stable")[:count].tolist()


@pytest.mark.parametrize("kind", ["plain", "mapped", "variational", "pair", "single"])
@pytest.mark.parametrize("more", [0, 1, 1_000])
def test_all_numbers_come_in_their_own_order(kind: str, more: int, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    assert _places(space, space.size + more) == list(range(space.size))


@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "single", "vectors"])
@pytest.mark.parametrize("count", [2, 1_000])
def test_a_number_is_named_and_measured_as_it_is(
    kind: str, count: int, request: pytest.FixtureRequest
) -> None:
    space: Space = request.getfixturevalue(kind)
    variances = space.fitted.var(axis=0)
    for slider in units(space, count):
        place = int(slider.vector.argmax())
        assert slider.name == f"z {place + 1}"
        np.testing.assert_array_equal(slider.vector, np.eye(space.size)[place])
        assert slider.share == pytest.approx(variances[place] / variances.sum(), rel=1e-4)


@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "pair", "vectors"])
def test_components_are_scikit_learns(kind: str, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    theirs: Any = PCA(2, svd_solver="full").fit(space.fitted.astype(float))
    for i, slider in enumerate(components(space, 2)):
        assert slider.name == f"PC {i + 1}"
        assert abs(slider.vector @ theirs.components_[i]) == pytest.approx(1, abs=1e-3)
        assert slider.share == pytest.approx(theirs.explained_variance_ratio_[i], abs=1e-4)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", ["plain", "mapped", "single"])
def test_nearly_all_codes_lie_between_the_ends(
    make: Maker, kind: str, request: pytest.FixtureRequest
) -> None:
    space: Space = request.getfixturevalue(kind)
    for slider in make(space, 4):
        along = space.fitted @ slider.vector
        assert 0.98 < ((along >= slider.low) & (along <= slider.high)).mean() < 1
        assert np.linalg.norm(slider.vector) == pytest.approx(1, abs=1e-5)
        assert slider.vector.dtype == np.float32


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", ["plain", "variational", "mapped", "single"])
def test_more_than_the_code_has_are_all_it_has(
    make: Maker, kind: str, request: pytest.FixtureRequest
) -> None:
    space: Space = request.getfixturevalue(kind)
    sliders = make(space, 1_000)
    assert len(sliders) == space.size
    assert sum(slider.share for slider in sliders) == pytest.approx(1, abs=1e-3)
    assert len({slider.name for slider in sliders}) == space.size


@pytest.mark.parametrize("make", MAKERS)
def test_a_prior_reaches_as_far_as_its_draws_do(variational: Space, make: Maker) -> None:
    for slider in make(variational, 3):
        assert slider.low <= -3
        assert slider.high >= 3


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("value", [0, 5, -40])
def test_a_number_that_never_changes_can_be_turned_nevertheless(
    plain: Space, variational: Space, make: Maker, value: int
) -> None:
    for space in (plain, variational):
        for slider in make(_with(space, np.full((50, space.size), value)), 3):
            along = float(slider.vector.sum()) * value
            assert slider.high - slider.low >= 2
            assert slider.low <= along <= slider.high
            assert slider.share == 0


def test_a_collapsed_number_is_the_first_to_be_left_out_and_has_a_priors_range(variational: Space) -> None:
    collapsed = _with(variational, variational.fitted * np.array([1, 0, 1], np.float32))
    assert sorted(_places(collapsed, 2)) == [0, 2]
    slider = units(collapsed, 3)[1]
    assert (slider.low, slider.high, slider.share) == (-3, 3, 0)


@pytest.mark.parametrize("make", MAKERS)
def test_to_turn_a_slider_moves_a_code_along_it_alone(plain: Space, make: Maker) -> None:
    for slider in make(plain, 3):
        code = plain.codes[4]
        at = float(code @ slider.vector)
        turned = code + (slider.high - at) * slider.vector
        assert turned @ slider.vector == pytest.approx(slider.high, abs=1e-4)
        assert np.linalg.norm(turned - code) == pytest.approx(abs(slider.high - at), abs=1e-4)


def test_long_codes_have_the_sliders_that_were_asked_for(plain: Space) -> None:
    rng = np.random.default_rng(0)
    wide = _with(plain, rng.standard_normal((300, 1_500)) * np.r_[[9, 7, 5], np.full(1_497, 0.05)])
    for make in MAKERS:
        assert [slider.vector.argmax() for slider in make(wide, 1)] == [0]
        np.testing.assert_allclose([np.abs(s.vector).argmax() for s in make(wide, 3)], [0, 1, 2])
