"""The nearest training image against a brute-force search, and what is usual for an image nobody copied."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from aestudio.latent import memory
from aestudio.latent.memory import nearest_training, usual_distance
from aestudio.latent.samplers import draw
from aestudio.latent.space import Space


def _pixels(space: Space, indices: torch.Tensor) -> np.ndarray:
    return space.data.pixels(indices).numpy()


def _brute(space: Space, images: np.ndarray) -> np.ndarray:
    """Root mean squared differences of every image from every training image."""
    x, y = images.reshape(len(images), -1), _pixels(space, space.data.train)
    y = y.reshape(len(y), -1)
    return cdist(x.astype(float), y.astype(float)) / np.sqrt(x.shape[1])


@pytest.mark.parametrize("kind", ["plain", "vectors", "colour"])
@pytest.mark.parametrize("batch", [5_000, 100, 7])
def test_the_nearest_is_that_of_a_search_through_all(
    kind: str, batch: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_BATCH", batch)
    space: Space = request.getfixturevalue(kind)
    images = space.decode(draw(space, "gaussian", 30, 1.0, 0)[0])
    found, expected = nearest_training(space, images), _brute(space, images)
    np.testing.assert_allclose(found.distances, expected.min(axis=1), rtol=1e-3, atol=1e-4)
    places = space.data.train[expected.argmin(axis=1).tolist()]
    np.testing.assert_array_equal(found.images, _pixels(space, places))


@pytest.mark.parametrize("count", [3, 200])
def test_a_training_image_finds_itself(plain: Space, count: int) -> None:
    images = _pixels(plain, plain.data.train[-count:])
    found = nearest_training(plain, images)
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_allclose(found.distances, 0, atol=1e-3)


@pytest.mark.parametrize("count", [3, 200])
def test_a_copy_is_at_distance_nothing(plain: Space, count: int) -> None:
    """Not at the rounding of a product of matrices, which would read as a small difference."""
    found = nearest_training(plain, _pixels(plain, plain.data.train[:count]))
    np.testing.assert_allclose(found.distances, 0, atol=1e-6)


def test_a_copy_that_was_altered_is_as_far_as_it_was_altered(plain: Space) -> None:
    images = _pixels(plain, plain.data.train[:4]).copy()
    images[:, :, ::2] = (images[:, :, ::2] - 0.02).clip(0)
    found = nearest_training(plain, images)
    expected = np.sqrt(np.square(images - _pixels(plain, plain.data.train[:4])).mean(axis=(1, 2, 3)))
    np.testing.assert_allclose(found.distances, expected, rtol=1e-2, atol=2e-4)


@pytest.mark.parametrize("kind", ["plain", "vectors", "colour"])
def test_what_is_usual_is_the_median_of_test_images(kind: str, request: pytest.FixtureRequest) -> None:
    space: Space = request.getfixturevalue(kind)
    some = space.data.test[:: max(1, len(space.data.test) // 200)]
    nearest = _brute(space, _pixels(space, some)).min(axis=1)
    usual = usual_distance(space.data)
    assert usual == pytest.approx(np.median(nearest), rel=1e-3)
    assert usual > 0
    assert nearest_training(space, _pixels(space, some[:2])).usual == usual


def test_one_image_is_enough(vectors: Space) -> None:
    found = nearest_training(vectors, _pixels(vectors, vectors.data.test[:1]))
    assert found.images.shape == (1, 64)
    assert found.distances.shape == (1,)
