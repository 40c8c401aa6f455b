"""Looks at a model: pictures at even times, and a scatter whose batches are few sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from aestudio.models.autoencoder import Autoencoder, build
from aestudio.spec.parts import CORRUPTIONS
from aestudio.spec.run import RunSpec
from aestudio.training import watch
from aestudio.training.events import Wanted
from aestudio.training.objective import corrupt
from aestudio.training.watch import NOISE_SEED, Watch, looking
from tests.small import small_mnist, small_run

PICTURES = Wanted(pictures=True, pins=(0, 1))


class _Clock:
    """Stands in for the time module: time passes only where a test lets it."""

    now = 100.0

    def perf_counter(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return 0.0


def _watched(run: RunSpec) -> tuple[Autoencoder, Watch]:
    data = small_mnist()
    model = build(run.model, data.shape)
    return model, Watch(model, data, run)


@pytest.mark.parametrize("step", [0.004, 0.03])
def test_pictures_come_as_often_however_long_a_step_takes(
    step: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock()
    monkeypatch.setattr(watch, "time", clock)
    _, seen = _watched(small_run())
    count, seconds = 0, 20.0
    while clock.now < 100.0 + seconds:
        clock.now += step
        if seen.due(PICTURES):
            seen.pictures(PICTURES)
            count += 1
    assert count / seconds == pytest.approx(1 / watch.FASTEST, rel=0.02)


def test_a_long_pause_is_not_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock()
    monkeypatch.setattr(watch, "time", clock)
    _, seen = _watched(small_run())
    seen.pictures(PICTURES)
    clock.now += 60
    seen.pictures(PICTURES)
    clock.now += watch.FASTEST / 2 - 0.001
    assert not seen.due(PICTURES)
    clock.now += watch.FASTEST
    assert seen.due(PICTURES)


def test_slices_of_the_scatter_have_few_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    model, seen = _watched(small_run())
    sizes: list[int] = []
    encode = model.encode
    monkeypatch.setattr(model, "encode", lambda x: sizes.append(len(x)) or encode(x))
    for seconds in np.linspace(1e-5, 3e-3, 40):
        seen.stale()
        seen.bring_up(float(seconds))
    assert len(set(sizes)) > 1
    assert all(size.bit_count() == 1 or size == 300 for size in sizes), sizes


def test_the_scatter_is_of_the_images_that_the_encoder_is_given() -> None:
    """Twice round: what was corrupted at first is remembered, to the digits that a half has."""
    run = small_run(corruptions=(CORRUPTIONS.make("gaussian", sigma=0.3),))
    model, seen = _watched(run)
    for _ in range(2):
        seen.stale()
        while not seen.complete:
            seen.bring_up(10.0)
    data = small_mnist()
    x = corrupt(data.pixels(data.test), run, torch.Generator().manual_seed(NOISE_SEED))
    with looking(model):
        z = model.encode(x).mean
    # The first slice is of 64 images, the second of the rest: each with the noise that its own batch draws.
    np.testing.assert_allclose(seen._codes[:64], z[:64].numpy(), atol=2e-2)
    assert np.isfinite(seen._codes).all()


def test_who_looks_anew_while_nothing_trains_sees_all_points() -> None:
    """A view that was cleared meanwhile, though no point has moved since."""
    _, seen = _watched(small_run())
    while not seen.complete:
        seen.bring_up(10.0)
    again = seen.scatter(hold=True)
    assert again
    assert np.isfinite(again.points).all()


def test_the_scatter_is_filled_soon_and_then_takes_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock()
    monkeypatch.setattr(watch, "time", clock)
    _, seen = _watched(small_run())
    spent: list[float] = []

    def bring_up(seconds: float) -> None:
        spent.append(seconds)
        seen._filled = len(spent) >= 5

    monkeypatch.setattr(seen, "bring_up", bring_up)
    monkeypatch.setattr(clock, "thread_time", lambda: sum(spent))
    times = [clock.now]
    while len(spent) < 10:
        clock.now += 0.01
        seen.scatter(hold=False)
        times += [clock.now] * (len(spent) + 1 - len(times))
    assert sum(spent[:5]) / (times[5] - times[0]) == pytest.approx(watch.FILL_SHARE, rel=0.3)
    assert sum(spent[5:]) / (times[10] - times[5]) == pytest.approx(watch.SCATTER_SHARE, rel=0.3)
