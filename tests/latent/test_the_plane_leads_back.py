"""From codes to the plane and from the plane to codes: what lies beyond the plane stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from aestudio.latent import plane
from aestudio.latent.space import Space
from aestudio.training.projection import Projection

Floats = NDArray[np.float32]

WIDTHS = [1, 2, 3, 20, 300]


def _fitted(width: int) -> tuple[Projection, Floats]:
    rng = np.random.default_rng(0)
    codes = (rng.standard_normal((400, width)) * np.linspace(4, 1, width) + 2).astype(np.float32)
    projection = Projection()
    projection.follow(codes, refit=True)
    return projection, codes


def _points(width: int, count: int = 50) -> Floats:
    """Where codes of 1 number lie the second coordinate is 0."""
    points = np.random.default_rng(1).uniform(-5, 5, (count, 2)).astype(np.float32)
    return points * np.array([1, width > 1], np.float32)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_lifted_is_projected_back(width: int) -> None:
    projection, codes = _fitted(width)
    points = _points(width)
    lifted = projection.lifted(points, codes[:50])
    assert lifted.shape == (50, width)
    assert lifted.dtype == np.float32
    np.testing.assert_allclose(projection.project(lifted), points, atol=1e-4)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_lift_changes_nothing_beyond_the_plane(width: int) -> None:
    projection, codes = _fitted(width)
    moved = projection.lifted(_points(width), codes[:50]) - codes[:50]
    # The way along the plane that a change of coordinates is, told without the projection's own basis.
    step = np.eye(2, dtype=np.float32)[: min(width, 2)]
    zero = np.zeros((len(step), width), np.float32)
    basis = projection.lifted(projection.project(zero) + step, zero)
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(step)), atol=1e-4)
    np.testing.assert_allclose(moved - moved @ basis.T @ basis, 0, atol=1e-4)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_code_lifted_to_where_it_lies_is_itself(width: int) -> None:
    projection, codes = _fitted(width)
    np.testing.assert_allclose(projection.lifted(projection.project(codes), codes), codes, atol=1e-5)
    np.testing.assert_array_equal(projection.project(codes), projection.points)


@pytest.mark.parametrize("width", WIDTHS)
def test_codes_not_yet_known_have_no_place(width: int) -> None:
    projection, codes = _fitted(width)
    unknown = codes[:6].copy()
    unknown[2] = np.nan
    placed = projection.project(unknown)
    assert np.isnan(placed).any(axis=1).tolist() == [row == 2 for row in range(6)]
    np.testing.assert_allclose(np.delete(placed, 2, 0), np.delete(projection.points[:6], 2, 0), atol=1e-6)


def test_a_wide_code_alone_has_a_place() -> None:
    """A test split may hold one image."""
    projection = Projection()
    names, _ = projection.follow(np.ones((1, 300), np.float32), refit=True)
    np.testing.assert_array_equal(projection.points, [[0, 0]])
    assert len(names) == 2


def test_short_codes_are_their_own_plane() -> None:
    for width in (1, 2):
        projection, codes = _fitted(width)
        np.testing.assert_array_equal(projection.points[:, :width], codes)


def test_a_grid_goes_row_by_row_from_the_upper_left() -> None:
    points = plane.grid((0, 6), (0, 2), columns=3, rows=2)
    np.testing.assert_allclose(points, [[1, 1.5], [3, 1.5], [5, 1.5], [1, 0.5], [3, 0.5], [5, 0.5]])
    assert points.dtype == np.float32
    np.testing.assert_allclose(plane.grid((-1, 3), (5, 7), 1, 1), [[1, 6]])


@pytest.mark.parametrize("kind", ["plain", "pair", "single", "mapped", "vectors"])
def test_ranges_hold_all_test_images_with_a_rim(kind: str, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    for axis, (low, high) in enumerate(plane.ranges(space)):
        values = space.points[:, axis]
        assert low < values.min() <= values.max() < high
        assert high - low == pytest.approx(1.1 * np.ptp(values), abs=3e-3)


@pytest.mark.parametrize("kind", ["plain", "pair", "mapped", "vectors"])
def test_codes_at_points_lie_there(kind: str, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    points = plane.grid(*plane.ranges(space), 4, 3)
    codes = plane.at(space, points)
    assert codes.shape == (12, space.size)
    np.testing.assert_allclose(space.projection.project(codes), points, atol=1e-4)
    if space.size > 2:  # beyond the plane: the middle of all, else the anchor
        anchor = space.codes[5]
        others = plane.at(space, points, anchor)
        np.testing.assert_allclose(space.projection.project(others), points, atol=1e-4)
        apart = anchor - space.fitted.mean(axis=0)
        in_plane = space.projection.lifted(np.zeros((2, 2), np.float32), np.stack([anchor, anchor - apart]))
        np.testing.assert_allclose(others - codes, np.tile(in_plane[0] - in_plane[1], (12, 1)), atol=1e-4)


def test_codes_of_one_number_follow_the_first_coordinate(single: Space) -> None:
    codes = plane.at(single, plane.grid((-1, 1), (-9, 9), 2, 2))
    np.testing.assert_allclose(codes.ravel(), [-0.5, 0.5, -0.5, 0.5], atol=1e-6)


def test_a_test_image_is_decoded_at_its_own_place(plain: Space) -> None:
    code = plane.at(plain, plain.points[8:9], plain.codes[8])
    np.testing.assert_allclose(code, plain.codes[8:9], atol=1e-5)


def test_the_plane_says_what_it_explains(plain: Space, pair: Space, single: Space) -> None:
    assert plain.explained is not None
    assert 0.2 < plain.explained < 1
    assert plain.axes[0].startswith("PC 1")
    assert pair.explained is single.explained is None
    assert (pair.axes, single.axes) == (("z 1", "z 2"), ("z 1", ""))
