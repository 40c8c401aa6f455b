"""Stop, hold, learning rate and penalty weights act with the next batch."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from aestudio.models.autoencoder import build
from aestudio.spec.parts import PENALTIES
from aestudio.training.events import EpochEnded, Event, Finished, Snapshot, Started, Stepped, Wanted
from aestudio.training.train import train
from tests.small import only, small_mnist, small_run, trained

STEPS = 8


def _script(*wishes: Wanted) -> Callable[[], Wanted]:
    """Each wish in turn, the last for ever."""
    told = itertools.chain(wishes, itertools.repeat(wishes[-1]))
    return lambda: next(told)


def _go(count: int) -> list[Wanted]:
    return [Wanted()] * count


@pytest.mark.parametrize("steps", [0, 1, 5])
def test_stop_in_the_first_epoch_keeps_what_was_learnt(steps: int) -> None:
    model, told = trained(small_run(), ask=_script(*_go(steps), Wanted(stop=True)))
    (end,) = only(told, Finished)
    assert (end.reason, end.step) == ("stopped", steps)
    for name, w in model.state_dict().items():
        np.testing.assert_array_equal(end.last[name], w.numpy())
    assert len(only(told, EpochEnded)) == 1, "one validation, so that there is a figure"


def test_stop_later_keeps_the_best_epoch() -> None:
    run = small_run(("training.epochs", 5))
    _, whole = trained(small_run(("training.epochs", 1)))
    model, told = trained(run, ask=_script(*_go(STEPS + 3), Wanted(stop=True)))
    (end,) = only(told, Finished)
    assert (end.reason, end.step, end.best_epoch) == ("stopped", STEPS + 3, 1)
    assert [e.epoch for e in only(told, EpochEnded)] == [1], "the broken epoch has no figure of its own"
    kept = only(whole, Finished)[0].best
    for name, w in model.state_dict().items():
        np.testing.assert_array_equal(kept[name], w.numpy())
        np.testing.assert_array_equal(end.best[name], w.numpy())
    assert any(not np.array_equal(end.best[name], end.last[name]) for name in kept)


def test_stop_while_held_ends_at_once() -> None:
    _, told = trained(small_run(), ask=_script(Wanted(), Wanted(hold=True), Wanted(hold=True, stop=True)))
    assert only(told, Finished)[0].step == 1


def test_closing_the_generator_stops_and_leaves_the_model_usable() -> None:
    data, run = small_mnist(), small_run()
    model = build(run.model, data.shape)
    running = train(model, data, run)
    list(itertools.islice(running, 4))
    running.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    assert list(running) == []
    with torch.inference_mode():
        assert model(data.pixels(data.test[:2])).x_hat.isfinite().all()


def _held(count: int, wish: Wanted) -> Iterator[Event]:
    data, run = small_mnist(), small_run()
    asked = _script(*_go(3), *[wish] * count, Wanted())
    return train(build(run.model, data.shape), data, run, ask=asked)


def test_hold_does_not_train() -> None:
    told = list(_held(6, Wanted(hold=True)))
    steps = [event.step for event in told if isinstance(event, (Stepped, Snapshot))]
    assert steps[:10] == [1, 2, 3, 3, 3, 3, 3, 3, 3, 4]
    assert only(told, Finished)[0].step == 2 * STEPS


def test_hold_completes_the_scatter_and_says_so() -> None:
    told = _held(500, Wanted(hold=True, scatter=True, pictures=True, pins=(1,)))
    looks = (event for event in told if isinstance(event, Snapshot) and event.scatter)
    last = next(look for look in looks if look.complete)
    assert last.scatter is not None
    assert last.scatter.points.shape == (300, 2)
    assert np.isfinite(last.scatter.points).all()
    assert last.scatter.labels is not None
    np.testing.assert_array_equal(last.scatter.labels, _labels())


def _labels() -> np.ndarray:
    data = small_mnist()
    assert data.labels is not None
    return data.labels[data.test].numpy()


def test_pausing_takes_no_training_time() -> None:
    told = list(_held(4, Wanted(hold=True)))
    held = [event.seconds for event in told if isinstance(event, Snapshot) and event.step == 3]
    assert len(set(held[:4])) == 1, "the clock stands still"


def test_a_step_at_a_time() -> None:
    """One step: the hold is lifted for a single question."""
    wishes = [Wanted(hold=True), Wanted(), Wanted(hold=True), Wanted(), Wanted(hold=True, stop=True)]
    _, told = trained(small_run(), ask=_script(*wishes))
    assert only(told, Finished)[0].step == 2


def test_a_learning_rate_acts_with_the_next_step() -> None:
    """At a rate of 0 the weights stand still; the rate that is told is the one that acts."""
    _, told = trained(small_run(), ask=_script(*_go(4), Wanted(lr=0.0, pictures=True, pins=(0,))))
    (end,) = only(told, Finished)
    _, short = trained(small_run(), ask=_script(*_go(4), Wanted(stop=True)))
    for name, w in only(short, Finished)[0].last.items():
        np.testing.assert_array_equal(end.last[name], w)
    assert next(look for look in only(told, Snapshot) if look.step == 5).lr == 0


def test_a_new_peak_scales_the_schedule() -> None:
    run = small_run(("training.schedule", "cosine"))
    looking = Wanted(pictures=True, pins=(0,))
    plain, doubled = (
        {look.step: look.lr for look in only(trained(run, ask=lambda w=w: w)[1], Snapshot)}
        for w in (looking, Wanted(pictures=True, pins=(0,), lr=2e-3))
    )
    shared = set(plain) & set(doubled)
    assert shared
    assert all(doubled[step] == pytest.approx(2 * plain[step]) for step in shared - {STEPS, 2 * STEPS})


def test_a_penalty_weight_acts_with_the_next_step() -> None:
    run = small_run(penalties=(PENALTIES.make("l1", weight=0.0),))
    _, told = trained(run, ask=_script(*_go(4), Wanted(weights={"l1": 0.5})))
    term = np.concatenate([look.curves.terms["penalty l1"] for look in only(told, Snapshot)])
    assert (term[:4] == 0).all()
    assert (term[4:] > 0).all()


def test_a_heavier_penalty_changes_what_is_learnt() -> None:
    run = small_run(("training.epochs", 4), penalties=(PENALTIES.make("l1", weight=0.0),))
    sizes = []
    for weight in (0.0, 5.0):
        model, _ = trained(run, ask=lambda weight=weight: Wanted(weights={"l1": weight}))
        with torch.inference_mode():
            sizes.append(float(model.encode(small_mnist().pixels(small_mnist().test)).z.abs().mean()))
    assert sizes[1] < 0.5 * sizes[0]


def test_nothing_is_done_before_the_first_event_is_taken() -> None:
    data, run = small_mnist(), small_run()
    model = build(run.model, data.shape)
    before = {name: w.clone() for name, w in model.state_dict().items()}
    running = train(model, data, run)
    assert all(torch.equal(before[name], w) for name, w in model.state_dict().items())
    assert isinstance(next(running), Started)
