"""Ways from one code to another: their ends, their lengths, and the angle of each step."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from aestudio.latent.space import Space
from aestudio.latent.walks import Floats, analogy, fade, spherical, straight


def _ends(width: int, seed: int = 0) -> tuple[Floats, Floats]:
    a, b = np.random.default_rng(seed).standard_normal((2, width)).astype(np.float32)
    return a, 3 * b


def _slerp(a: Floats, b: Floats, t: float) -> NDArray[np.float64]:
    """Shoemake 1985, of unit vectors, with the length going evenly."""
    lengths = np.linalg.norm(a.astype(float)), np.linalg.norm(b.astype(float))
    u, v = a / lengths[0], b / lengths[1]
    angle = np.arccos(u @ v)
    turned = (np.sin((1 - t) * angle) * u + np.sin(t * angle) * v) / np.sin(angle)
    return turned * ((1 - t) * lengths[0] + t * lengths[1])


@pytest.mark.parametrize("width", [1, 2, 8, 784])
@pytest.mark.parametrize("steps", [2, 3, 11])
def test_a_straight_way_is_even_and_keeps_its_ends(width: int, steps: int) -> None:
    a, b = _ends(width)
    way = straight(a, b, steps)
    np.testing.assert_array_equal(way[[0, -1]], [a, b])
    np.testing.assert_allclose(way, np.linspace(a, b, steps), atol=1e-6)
    assert way.dtype == np.float32


@pytest.mark.parametrize("width", [2, 3, 8, 784])
def test_a_spherical_way_is_shoemakes(width: int) -> None:
    a, b = _ends(width)
    way = spherical(a, b, 7)
    expected = np.stack([_slerp(a, b, t) for t in np.linspace(0, 1, 7)])
    np.testing.assert_allclose(way, expected, rtol=1e-3, atol=1e-4)
    assert way.dtype == np.float32


@pytest.mark.parametrize("width", [2, 8, 784])
def test_a_spherical_way_has_even_lengths_and_even_angles(width: int) -> None:
    a, b = _ends(width, seed=1)
    way = spherical(a, b, 9)
    np.testing.assert_allclose(way[[0, -1]], [a, b], rtol=1e-5, atol=1e-6)
    lengths = np.linalg.norm(way, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(lengths[0], lengths[-1], 9), rtol=1e-4)
    directions = (way / lengths[:, None]).astype(np.float64)
    angles = np.arccos(np.clip((directions[1:] * directions[:-1]).sum(axis=1), -1, 1))
    np.testing.assert_allclose(angles, angles.mean(), rtol=1e-2)
    whole = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    assert angles.sum() == pytest.approx(whole, rel=1e-3)


def test_between_codes_of_a_wide_prior_it_stays_as_long_as_they_are() -> None:
    """Which a straight way does not: its middle is shorter by the root of 2."""
    a, b = np.random.default_rng(0).standard_normal((2, 2_000)).astype(np.float32)
    length = np.sqrt(2_000)
    assert np.linalg.norm(spherical(a, b, 3)[1]) == pytest.approx(length, rel=0.05)
    assert np.linalg.norm(straight(a, b, 3)[1]) == pytest.approx(length / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("other", [1, 2.5, -1, -3, 0])
@pytest.mark.parametrize("width", [1, 2, 8])
def test_without_one_circle_it_is_straight(width: int, other: float) -> None:
    a, _ = _ends(width)
    b = np.float32(other) * a
    for one, two in ((a, b), (b, a)):
        np.testing.assert_allclose(spherical(one, two, 5), straight(one, two, 5), rtol=1e-5, atol=1e-6)


def test_codes_of_nothing_go_nowhere() -> None:
    nothing = np.zeros(4, np.float32)
    np.testing.assert_array_equal(spherical(nothing, nothing, 3), np.zeros((3, 4)))


@pytest.mark.parametrize("short_of", [0.1, 0.01, 0.003, 0.001, 0.0005])
@pytest.mark.parametrize("whole", [0, np.pi])
def test_nearly_parallel_and_nearly_opposite_codes_keep_an_even_length(short_of: float, whole: float) -> None:
    """Near half a turn a float's cosine says little of the angle, and a wrong one bends the way."""
    a, across = np.linalg.qr(np.random.default_rng(0).standard_normal((784, 2)))[0].T
    angle = abs(whole - short_of)
    b = np.cos(angle) * a + np.sin(angle) * across
    lengths = np.linalg.norm(spherical(a.astype(np.float32), b.astype(np.float32), 5), axis=1)
    np.testing.assert_allclose(lengths, 1, rtol=1e-2)


def test_a_way_through_a_space_is_decoded_from_end_to_end(plain: Space) -> None:
    a, b = plain.codes[:2]
    ends = plain.decode(plain.codes[:2].copy())
    for walk in (straight, spherical):
        np.testing.assert_allclose(plain.decode(walk(a, b, 5))[[0, -1]], ends, atol=1e-5)


def test_an_analogy_puts_a_difference_on_a_third() -> None:
    a, b = _ends(5)
    c, _ = _ends(5, seed=9)
    np.testing.assert_allclose(analogy(a, b, c) - c, a - b, atol=1e-5)
    np.testing.assert_allclose(analogy(a, a, c), c, atol=1e-6)
    np.testing.assert_allclose(analogy(a, b, b), a, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 4, 5), (6,)])
def test_a_fade_mixes_pixels(shape: tuple[int, ...]) -> None:
    a, b = np.random.default_rng(0).random((2, *shape), np.float32)
    faded = fade(a, b, 5)
    assert faded.shape == (5, *shape)
    np.testing.assert_array_equal(faded[[0, -1]], [a, b])
    np.testing.assert_allclose(faded[1], 0.75 * a + 0.25 * b, atol=1e-6)
