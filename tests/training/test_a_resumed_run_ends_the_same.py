"""A run that stops at any step and goes on ends as one that never stopped, bit for bit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aestudio.models.autoencoder import build
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.training.events import Checkpoint, Curves, EpochEnded, Event, Finished, Snapshot, State, Wanted
from aestudio.training.train import train
from tests.small import only, small_mnist, small_run, trained
from tests.training.test_equal_specs_give_equal_weights import RUNS

LONG = {name: with_value(run, "training.epochs", 3) for name, run in RUNS.items()}
LONG |= {
    "sgd": small_run(("training.optimiser", "sgd"), ("training.epochs", 3)),
    "adamw, one cycle": small_run(
        ("training.optimiser", "adamw"), ("training.schedule", "one-cycle"), ("training.epochs", 3)
    ),
}
STEPS = 8  # an epoch


def _states(run: RunSpec, at: set[int]) -> tuple[dict[int, State], list[Event]]:
    """The states before these steps, from a run that goes on to its end."""
    asked = itertools.count()

    def ask() -> Wanted:
        return Wanted(checkpoint=next(asked) in at)

    events = trained(run, ask=ask)[1]
    return {told.state.step: told.state for told in only(events, Checkpoint)}, events


def _resumed(run: RunSpec, state: State) -> list[Event]:
    data = small_mnist()
    return list(train(build(run.model, data.shape, seed=99), data, run, resume=state))


def _same(one: list[Event], other: list[Event]) -> bool:
    (a,), (b,) = only(one, Finished), only(other, Finished)
    pairs = [(getattr(a, kept), getattr(b, kept)) for kept in ("best", "last")]
    return all(np.array_equal(x[name], y[name]) for x, y in pairs for name in x)


@pytest.mark.parametrize("name", LONG)
def test_from_any_place_in_an_epoch(name: str) -> None:
    """The first step, the middle of an epoch, its last batch, its end, and the middle of the last."""
    run = LONG[name]
    states, whole = _states(run, {0, 3, STEPS - 1, STEPS, 2 * STEPS + 5})
    for step in (0, 3, STEPS - 1, STEPS, 2 * STEPS + 5):
        assert _same(whole, _resumed(run, states[step])), f"from step {step}"


def test_taking_a_state_changes_nothing() -> None:
    run = LONG["denoising"]
    assert _same(trained(run)[1], _states(run, set(range(20)))[1])


def test_figures_and_losses_go_on() -> None:
    """Steps are numbered on, no loss is told twice or left out, an epoch's mean counts all its batches."""
    run = LONG["plain"]
    states, whole = _states(run, {11})
    rest = _resumed(run, states[11])
    told = [loss for event in only(rest, Snapshot) for loss in event.curves.steps]
    assert told == list(range(12, 3 * STEPS + 1))
    before, after = _losses(whole), _losses(rest)
    assert all(before[step] == loss for step, loss in after.items())
    assert only(rest, EpochEnded)[0].train_mse == only(whole, EpochEnded)[1].train_mse
    assert [e.epoch for e in only(rest, EpochEnded)] == [2, 3]


def _losses(events: list[Event]) -> dict[int, float]:
    curves: list[Curves] = [event.curves for event in only(events, Snapshot)]
    return {int(step): float(mse) for c in curves for step, mse in zip(c.steps, c.mse, strict=True)}


def test_a_stopped_run_goes_on_from_its_last_state() -> None:
    run = LONG["shifted and averaged"]
    for stop_at in (5, STEPS + 3):
        asked = itertools.count()
        stopped = trained(run, ask=lambda asked=asked, at=stop_at: Wanted(stop=next(asked) == at))[1]
        state = only(stopped, Checkpoint)[-1].state
        assert state.step == stop_at
        assert _same(trained(run)[1], _resumed(run, state))


def test_a_finished_run_goes_on_for_more_epochs() -> None:
    run = LONG["plain"]
    state = only(trained(run)[1], Checkpoint)[-1].state
    longer = with_value(run, "training.epochs", 5)
    assert _same(trained(longer)[1], _resumed(longer, state))


def test_the_clock_goes_on() -> None:
    run = LONG["plain"]
    states, _ = _states(run, {11})
    end = only(_resumed(run, states[11]), Finished)[0]
    assert end.seconds > states[11].seconds
    assert only(_resumed(run, states[11]), Checkpoint)[-1].state.images == 3 * len(small_mnist().train)


def test_what_was_set_by_hand_is_remembered() -> None:
    asked = itertools.count()

    def ask() -> Wanted:
        return Wanted(checkpoint=next(asked) == 4, lr=0.5, weights={"l1": 3.0})

    state = only(trained(LONG["plain"], ask=ask)[1], Checkpoint)[0].state
    assert (state.lr, dict(state.weights)) == (0.5, {"l1": 3.0})


def test_a_state_of_another_model_is_refused() -> None:
    states, _ = _states(LONG["plain"], {3})
    other = with_value(LONG["plain"], "model.bottleneck.size", 9)
    with pytest.raises(UserError, match="not of this model"):
        _resumed(other, states[3])


def test_a_paused_run_can_be_kept() -> None:
    asked = itertools.count()

    def ask() -> Wanted:
        n = next(asked)
        return Wanted(hold=3 <= n < 6, checkpoint=n == 5)

    states = [told.state for told in only(trained(LONG["plain"], ask=ask)[1], Checkpoint)]
    assert states[0].step == 3
