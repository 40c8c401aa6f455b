"""A space's codes and images are those that its model gives, batch by batch, in the order of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from aestudio.latent import space as room
from aestudio.latent.space import Space, explore
from aestudio.library.disk import read_tensors, write_tensors
from aestudio.library.folder import BEST
from aestudio.library.kept import KeptRun
from aestudio.spec.faults import UserError
from tests.library.kept_runs import RUN, kept
from tests.small import dataset, small_mnist, small_run

KINDS = ["plain", "variational", "mapped", "single", "pair", "vectors", "colour"]


@pytest.fixture(params=KINDS)
def space(request: pytest.FixtureRequest) -> Space:
    return request.getfixturevalue(request.param)


@pytest.fixture
def warned_each_time() -> Iterator[None]:
    """Torch tells some things once in a process, and then a test would depend on those before it."""
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(False)


def test_codes_are_what_the_encoder_gives(space: Space) -> None:
    for codes, places in ((space.codes, space.data.test), (space.fitted, space.data.train)):
        with torch.inference_mode():
            code = space.model.encode(space.data.pixels(places))
        np.testing.assert_allclose(codes, code.mean.flatten(1).numpy(), rtol=1e-4, atol=1e-5)
    assert space.size == np.prod(space.model.code_shape)


def test_images_are_what_the_decoder_gives(space: Space) -> None:
    some = space.codes[:9].copy()
    with torch.inference_mode():
        made = space.model.decode(torch.from_numpy(some).view(-1, *space.model.code_shape)).clamp(0, 1)
    shown = space.decode(some)
    assert shown.shape == (9, *space.data.shape)
    np.testing.assert_allclose(shown, made.numpy(), rtol=1e-4, atol=1e-6)


def test_images_that_are_encoded_and_decoded_are_reconstructions(space: Space) -> None:
    """Codes that are maps come back in their shape, and pixels stay at their place."""
    x = space.data.pixels(space.data.test[:20])
    with torch.inference_mode():
        x_hat = space.model(x).x_hat.clamp(0, 1).numpy()
    codes = space.encode(x.numpy())
    np.testing.assert_allclose(codes, space.codes[:20], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(space.decode(codes.copy()), x_hat, rtol=1e-4, atol=1e-5)


def test_a_code_is_a_posteriors_mean_and_no_draw(variational: Space) -> None:
    x = variational.data.pixels(variational.data.test[:50])
    drawn = variational.model.encode(x, torch.Generator().manual_seed(0))
    assert drawn.log_var is not None
    np.testing.assert_allclose(variational.codes[:50], drawn.mean.detach().numpy(), rtol=1e-4, atol=1e-5)
    assert np.abs(variational.codes[:50] - drawn.z.detach().numpy()).max() > 0.1
    assert variational.variational


def test_the_model_does_not_train_on(space: Space) -> None:
    before = space.model.training
    space.decode(space.codes[:2].copy())
    assert not before
    assert not space.model.training
    assert all(not module.training for module in space.model.modules())


def test_what_is_read_only_is_taken_without_a_warning(plain: Space, warned_each_time: None) -> None:
    """A space's own codes and images are, and all that it gives."""
    assert not plain.codes.flags.writeable
    plain.decode(plain.codes[:3])
    plain.encode(plain.test_images([0, 1]))


def test_labels_are_those_of_the_images(plain: Space) -> None:
    """A classifier by the nearest mean code would be no better than chance with labels out of order."""
    labels, known, mnist = plain.labels, plain.fitted_labels, small_mnist()
    assert labels is not None
    assert known is not None
    assert mnist.labels is not None
    np.testing.assert_array_equal(labels, mnist.labels[mnist.test].numpy())
    np.testing.assert_array_equal(known, mnist.labels[mnist.train].numpy())
    means = np.stack([plain.fitted[known == digit].mean(axis=0) for digit in range(10)])
    told = np.square(plain.codes[:, None] - means).sum(axis=2).argmin(axis=1)
    assert (told == labels).mean() > 0.4


def test_data_without_labels_have_none(vectors: Space) -> None:
    assert vectors.labels is None
    assert vectors.fitted_labels is None


def test_of_many_training_images_some_are_taken_evenly(
    kept_plain: KeptRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_FITTED_ON", 100)
    few, data = explore(kept_plain, small_mnist()), small_mnist()
    assert data.labels is not None
    assert len(few.fitted) == 86, "every sixth of 512"
    np.testing.assert_allclose(few.fitted[1], few.encode(data.pixels(data.train[6:7]).numpy())[0], atol=1e-5)
    np.testing.assert_array_equal(few.fitted_labels, data.labels[data.train[::6]].numpy())


def test_progress_never_falls(kept_plain: KeptRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_BATCH", 50)
    told: list[float] = []
    explore(kept_plain, small_mnist(), lambda share, _: told.append(share))
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1
    assert len(told) > 15


def test_batches_leave_nothing_out(
    plain: Space, kept_plain: KeptRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch larger than either split, and one that divides neither."""
    for size in (7, 10_000):
        monkeypatch.setattr(room, "_BATCH", size)
        again = explore(kept_plain, small_mnist())
        np.testing.assert_allclose(again.codes, plain.codes, atol=1e-5)
        np.testing.assert_allclose(again.fitted, plain.fitted, atol=1e-5)
        np.testing.assert_allclose(
            again.decode(again.codes.copy()), plain.decode(plain.codes.copy()), atol=1e-5
        )


def test_test_images_are_the_datas(colour: Space) -> None:
    x = colour.data.pixels(colour.data.test[[3, 0]]).numpy()
    np.testing.assert_array_equal(colour.test_images([3, 0]), x)
    assert 0 <= x.min() < x.max() <= 1


def test_the_nearest_test_image_is_found(plain: Space) -> None:
    code = plain.codes[17] + 1e-3
    expected = np.linalg.norm(plain.codes - code, axis=1)
    position, distance = plain.nearest(code)
    assert position == expected.argmin()
    assert distance == pytest.approx(expected.min(), rel=1e-4)


def test_other_data_are_refused(kept_plain: KeptRun) -> None:
    other = replace(small_mnist(), test=small_mnist().test[:-1], train=small_mnist().train[:-1])
    with pytest.raises(UserError, match="was trained on another MNIST"):
        explore(kept_plain, replace(other, images=other.images.flip(0)))


def test_a_test_split_of_one_image_is_a_point(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = dataset(small_mnist().images[:30], test=1)
    space = explore(kept(tmp_path_factory.mktemp("one") / "run", small_run(), data=data), data)
    assert space.points.shape == (1, 2)
    assert np.isfinite(space.points).all()


def test_weights_that_are_no_numbers_are_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    run = kept(tmp_path_factory.mktemp("broken") / "run", RUN)
    weights, facts = read_tensors(run.folder / BEST)
    spoilt = {name: w * np.nan if w.dtype.kind == "f" else w for name, w in weights.items()}
    write_tensors(
        run.folder / BEST, {name: w.astype(weights[name].dtype) for name, w in spoilt.items()}, facts
    )
    with pytest.raises(UserError):
        explore(run, small_mnist())
