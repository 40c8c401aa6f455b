"""Training time stands still while a run is paused, and the speed of late forgets what is long ago."""

from __future__ import annotations

import time

import pytest

from aestudio.models.autoencoder import build
from aestudio.training.clock import Clock
from aestudio.training.events import Finished
from aestudio.training.train import train
from tests.small import only, small_mnist, small_run


class Hands:
    """A clock's hands, moved by the test."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(time, "perf_counter", hands)
    return hands


def test_pauses_do_not_count(hands: Hands) -> None:
    clock = Clock()
    hands.now += 5
    clock.pause()
    hands.now += 60
    clock.pause()  # asked again while it is held
    assert clock.seconds == 5
    hands.now += 60
    clock.resume()
    hands.now += 2
    assert clock.seconds == 7
    clock.resume()
    assert clock.seconds == 7


def test_a_run_counts_from_its_first_step(hands: Hands) -> None:
    run, data = small_run(("training.seconds", 5.0), ("training.epochs", 1)), small_mnist()
    events = train(build(run.model, data.shape), data, run)
    next(events)  # it was built, as the others of a race are now
    hands.now += 60
    (end,) = only(list(events), Finished)
    assert (end.step, end.seconds) == (8, 0)


def test_the_mean_speed_is_over_training_time(hands: Hands) -> None:
    clock = Clock()
    clock.count(1_000)
    hands.now += 10
    clock.pause()
    hands.now += 90
    assert clock.mean_rate == pytest.approx(100)


def test_the_speed_is_that_of_late(hands: Hands) -> None:
    """1 image a second for a minute, then 500 a second."""
    clock = Clock()
    for images in [1] * 60 + [500] * 10:
        hands.now += 1
        clock.count(images)
        clock.looked()
    assert clock.rate == pytest.approx(500)


def test_the_time_since_the_last_look(hands: Hands) -> None:
    clock = Clock()
    hands.now += 3
    assert clock.since_look() == 3
    clock.looked()
    assert clock.since_look() == 0
