"""The learning rate's end points, its peak and its course between them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from aestudio.spec.run import TrainingSpec
from aestudio.training.schedule import lr_at

STEPS = 101


def _rates(steps: int = STEPS, **options: Any) -> list[float]:
    spec = TrainingSpec(lr=0.5, **options)
    return [lr_at(spec, step, steps) for step in range(steps)]


def test_a_constant_rate_stays() -> None:
    assert set(_rates(schedule="constant")) == {0.5}


def test_a_cosine_falls_from_the_peak_to_a_thousandth() -> None:
    rates = _rates(schedule="cosine")
    assert rates[0] == 0.5
    assert rates[50] == pytest.approx(0.5 * (0.001 + 0.999 / 2))
    assert rates[-1] == pytest.approx(0.0005)
    assert all(one > two for one, two in itertools.pairwise(rates))


@pytest.mark.parametrize("warm_up", [0.1, 0.5, 0.9])
def test_one_cycle_warms_up_then_falls(warm_up: float) -> None:
    rates = _rates(schedule="one-cycle", warm_up=warm_up)
    peak = round(100 * warm_up)
    assert rates[0] == pytest.approx(0.04 * 0.5)
    assert rates.index(max(rates)) == peak
    assert rates[peak] == pytest.approx(0.5)
    assert rates[-1] == pytest.approx(0.0005)
    assert all(one <= two for one, two in itertools.pairwise(rates[: peak + 1]))
    assert all(one > two for one, two in itertools.pairwise(rates[peak:]))


def test_one_cycle_without_a_warm_up_is_a_cosine() -> None:
    assert _rates(schedule="one-cycle", warm_up=0.0) == pytest.approx(_rates(schedule="cosine"))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_short_runs_have_a_rate_above_zero(schedule: str, steps: int) -> None:
    assert all(0 < rate <= 0.5 for rate in _rates(steps, schedule=schedule))


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle"])
def test_beyond_the_end_the_rate_stays_above_zero(schedule: Any) -> None:
    """The snapshot after the last step asks once more."""
    assert lr_at(TrainingSpec(lr=0.5, schedule=schedule), STEPS, STEPS) > 0
