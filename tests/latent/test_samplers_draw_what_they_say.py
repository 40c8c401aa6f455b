"""Samplers: what each draws about and how wide, the same for equal seeds, and what the temperature does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aestudio.cli.commands import latent as command
from aestudio.latent.samplers import SAMPLERS, draw, sampler
from aestudio.latent.space import Space
from aestudio.spec.faults import UserError

KINDS = [one.kind for one in SAMPLERS]


def _labels(space: Space) -> np.ndarray:
    labels = space.fitted_labels
    assert labels is not None
    return labels


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["plain", "single", "mapped"])
def test_every_sampler_draws_codes_that_can_be_decoded(
    kind: str, name: str, request: pytest.FixtureRequest
) -> None:
    space: Space = request.getfixturevalue(name)
    codes, labels = draw(space, kind, 13, 1.0, 0)
    assert codes.shape == (13, space.size)
    assert codes.dtype == np.float32
    assert len(labels) == 13
    images = space.decode(codes)
    assert images.shape == (13, *space.data.shape)
    assert 0 <= images.min() <= images.max() <= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("heat", [1.0, 0.5])
def test_equal_seeds_give_equal_draws_and_others_others(plain: Space, kind: str, heat: float) -> None:
    (first, labels), (second, again), (other, _) = (draw(plain, kind, 20, heat, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, second)
    assert labels == again
    assert np.abs(first - other).max() > 0.1


def test_the_prior_is_standard_normal(variational: Space) -> None:
    codes, labels = draw(variational, "prior", 10_000, 1.0, 0)
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(np.cov(codes.T), np.eye(variational.size), atol=0.05)
    assert set(labels) == {-1}


def test_one_gaussian_has_the_mean_and_the_spread_of_all_codes(plain: Space) -> None:
    codes, labels = draw(plain, "gaussian", 10_000, 1.0, 0)
    spread = plain.fitted.std(axis=0)
    np.testing.assert_allclose((codes.mean(axis=0) - plain.fitted.mean(axis=0)) / spread, 0, atol=0.05)
    np.testing.assert_allclose(codes.std(axis=0) / spread, 1, atol=0.05)
    assert set(labels) == {-1}


def test_classes_come_round_in_turn_each_from_its_own_codes(plain: Space) -> None:
    codes, labels = draw(plain, "classes", 4_000, 1.0, 0)
    assert labels[:12] == [*range(10), 0, 1]
    for digit in range(10):
        own, drawn = plain.fitted[_labels(plain) == digit], codes[np.array(labels) == digit]
        spread = own.std(axis=0)
        assert np.abs((drawn.mean(axis=0) - own.mean(axis=0)) / spread).max() < 0.3
        np.testing.assert_allclose(np.cov(drawn.T), np.cov(own.T), atol=0.3 * spread.max() ** 2)


def test_draws_of_a_class_lie_nearest_to_its_codes_and_decode_nearest_to_its_middle(plain: Space) -> None:
    """Far more often than the tenth that chance would give, in the space and in pixels."""
    codes, labels = draw(plain, "classes", 500, 0.7, 1)
    known, wanted = _labels(plain), np.array(labels)
    means = np.stack([plain.fitted[known == digit].mean(axis=0) for digit in range(10)])
    assert (np.square(codes[:, None] - means).sum(axis=2).argmin(axis=1) == wanted).mean() > 0.7
    pictures = plain.decode(means).reshape(10, -1)
    images = plain.decode(codes).reshape(len(codes), 1, -1)
    assert (np.square(images - pictures).sum(axis=2).argmin(axis=1) == wanted).mean() > 0.4


def test_without_heat_every_draw_is_its_centre(plain: Space, variational: Space) -> None:
    np.testing.assert_array_equal(draw(variational, "prior", 5, 0.0, 0)[0], 0)
    middle = plain.fitted.mean(axis=0)
    np.testing.assert_allclose(draw(plain, "gaussian", 5, 0.0, 0)[0], np.tile(middle, (5, 1)), atol=1e-5)
    codes, labels = draw(plain, "classes", 12, 0.0, 0)
    centres = [plain.fitted[_labels(plain) == label].mean(axis=0) for label in labels]
    np.testing.assert_allclose(codes, centres, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_heat_scales_the_way_from_the_centre(plain: Space, kind: str) -> None:
    cold, warm, hot = (draw(plain, kind, 30, heat, 0)[0] for heat in (0.0, 1.0, 2.0))
    np.testing.assert_allclose(hot - cold, 2 * (warm - cold), atol=1e-4)


def test_data_without_labels_have_no_classes_to_draw_from(vectors: Space) -> None:
    with pytest.raises(UserError, match="the data have no classes to draw from; draw from one Gaussian"):
        draw(vectors, "classes", 3, 0.5, 0)


def test_a_class_that_nothing_was_trained_on_is_left_out(plain: Space) -> None:
    data = plain.data
    assert data.labels is not None
    kept = data.train[data.labels[data.train] != 3]
    lacking = replace(plain, data=replace(data, train=kept), fitted=plain.fitted[_labels(plain) != 3])
    for heat in (1.0, 0.0):
        codes, labels = draw(lacking, "classes", 20, heat, 0)
        assert sorted(set(labels)) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
        assert np.isfinite(codes).all()


def test_a_class_with_one_image_is_drawn_at_it(plain: Space) -> None:
    data, labels = plain.data, _labels(plain)
    rows = np.r_[np.flatnonzero(labels == 3)[:1], np.flatnonzero(labels == 4)]
    few = replace(plain, data=replace(data, train=data.train[rows.tolist()]), fitted=plain.fitted[rows])
    codes, drawn = draw(few, "classes", 6, 1.0, 0)
    assert drawn == [3, 4, 3, 4, 3, 4]
    np.testing.assert_allclose(codes[::2], np.tile(few.fitted[0], (3, 1)), atol=1e-5)


def test_what_suits_the_model_is_drawn_where_nothing_is_named(plain: Space, variational: Space) -> None:
    assert sampler("", plain).kind == "gaussian"
    assert sampler("", variational).kind == "prior"
    np.testing.assert_array_equal(draw(plain, "", 4, 0.5, 7)[0], draw(plain, "gaussian", 4, 0.5, 7)[0])
    np.testing.assert_array_equal(
        draw(variational, "", 4, 0.5, 7)[0], draw(variational, "prior", 4, 0.5, 7)[0]
    )


def test_an_unknown_sampler_lists_those_there_are(plain: Space) -> None:
    with pytest.raises(UserError, match="no sampler is called 'kde'; there are prior, gaussian, classes"):
        draw(plain, "kde", 1, 1.0, 0)


def test_the_command_line_knows_the_same_samplers() -> None:
    assert list(command._SAMPLERS) == KINDS
    assert len(set(KINDS)) == len(KINDS)
