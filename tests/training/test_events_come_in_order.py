"""Started, steps, an epoch's end, the next epoch, Finished: and every loss is told once."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch

from aestudio.spec.parts import CORRUPTIONS, PENALTIES
from aestudio.training.events import (
    Checkpoint,
    EpochEnded,
    Event,
    Finished,
    Snapshot,
    Started,
    Stepped,
    Wanted,
)
from aestudio.training.ledger import Ledger
from tests.small import only, small_mnist, small_run, trained

STEPS = 8  # 512 images in batches of 64


def _curious() -> Wanted:
    return Wanted(pictures=True, scatter=True, pins=(0, 5, 9))


def test_a_run_is_told_from_start_to_finish() -> None:
    _, told = trained(small_run(), run_id="seven")
    runs = [(kind, len(list(group))) for kind, group in itertools.groupby(map(_kind, told))]
    epoch = [("step", STEPS + 1), ("epoch", 1)]  # and a look at the end of each epoch
    assert runs == [("start", 1), *epoch, *epoch, ("state", 1), ("finish", 1)]
    assert {event.run_id for event in told} == {"seven"}


def _kind(event: Event) -> str:
    names: dict[type[Event], str] = {
        Stepped: "step",
        Snapshot: "step",
        Started: "start",
        EpochEnded: "epoch",
        Checkpoint: "state",
    }
    return names.get(type(event), "finish")


def test_the_start_tells_what_was_built() -> None:
    run = small_run(("training.batch", 100), penalties=(PENALTIES.make("l1"),))
    start = trained(run)[1][0]
    assert isinstance(start, Started)
    assert (start.steps, start.steps_per_epoch, start.epochs) == (12, 6, 2)
    assert start.parameters == 785 * 32 + 33 * 8 + 9 * 32 + 33 * 784
    assert start.code_shape == (8,)
    assert (start.device, start.precision) == ("cpu", "float32")
    assert start.terms == ("bce", "penalty l1")
    assert start.units == ("nats per image", "per image")


@pytest.mark.parametrize("ask", [Wanted, _curious], ids=["nobody looks", "somebody looks"])
def test_every_loss_is_told_once(ask: Callable[[], Wanted]) -> None:
    _, told = trained(small_run(penalties=(PENALTIES.make("l1"),)), ask=ask)
    curves = [look.curves for look in only(told, Snapshot)]
    assert np.concatenate([c.steps for c in curves]).tolist() == list(range(1, 2 * STEPS + 1))
    for c in curves:
        assert set(c.terms) == {"bce", "penalty l1"}
        assert {len(values) for values in (c.mse, *c.terms.values())} <= {len(c.steps)}


@pytest.mark.parametrize("after", [1, 3, STEPS + 2])
def test_a_stopped_run_has_told_every_loss_too(after: int) -> None:
    asked = itertools.count(1)
    _, told = trained(small_run(), ask=lambda: Wanted(stop=next(asked) > after))
    curves = [look.curves for look in only(told, Snapshot)]
    assert np.concatenate([c.steps for c in curves]).tolist() == list(range(1, after + 1))
    (end,) = only(told, Finished)
    assert (end.reason, end.step) == ("stopped", after)


def test_steps_epochs_and_time_only_grow() -> None:
    _, told = trained(small_run(), ask=_curious)
    looks = only(told, Snapshot)
    for one, next_one in itertools.pairwise(looks):
        assert one.step <= next_one.step
        assert one.seconds <= next_one.seconds
    assert looks[-1].epoch == 2
    assert all(look.images_per_second >= 0 for look in looks)
    assert [(e.epoch, e.step) for e in only(told, EpochEnded)] == [(1, STEPS), (2, 2 * STEPS)]


def test_an_epochs_training_error_is_the_mean_of_its_batches() -> None:
    run = small_run(("training.batch", 100), ("training.epochs", 1))  # the last batch has 12 images
    _, told = trained(run)
    mse = np.concatenate([look.curves.mse for look in only(told, Snapshot)])
    expected = np.average(mse, weights=[100] * 5 + [12])
    assert only(told, EpochEnded)[0].train_mse == pytest.approx(expected, rel=1e-5)


def test_pictures_show_the_pinned_images() -> None:
    run = small_run(corruptions=(CORRUPTIONS.make("masking"),))
    _, told = trained(run, ask=_curious)
    data = small_mnist()
    first = next(look.pictures for look in only(told, Snapshot) if look.pictures)
    assert first.pins.tolist() == [0, 5, 9]
    np.testing.assert_array_equal(first.clean, data.pixels(data.test[[0, 5, 9]]).numpy())
    assert first.corrupted is not None
    assert 0.2 < (first.corrupted[first.clean > 0] == 0).mean() < 0.4
    assert first.reconstructed.shape == first.clean.shape
    assert first.reconstructed.min() >= 0
    assert first.reconstructed.max() <= 1


def test_pictures_are_corrupted_by_the_same_noise_each_time() -> None:
    """So that what changes between two looks is the model."""
    run = small_run(corruptions=(CORRUPTIONS.make("gaussian"),))
    asked = itertools.count(1)
    held = (Wanted(hold=next(asked) % 3 > 0, pins=(4, 5)) for _ in itertools.count())
    pictures = [look.pictures for look in only(trained(run, ask=lambda: next(held))[1], Snapshot)]
    noisy = [p.corrupted for p in pictures if p and p.corrupted is not None]
    assert len(noisy) > 10
    assert all(np.array_equal(noisy[0], other) for other in noisy)


def test_pins_outside_the_test_split_are_left_out() -> None:
    _, told = trained(small_run(), ask=lambda: Wanted(pictures=True, pins=(-1, 3, 300, 10**9)))
    assert next(look.pictures for look in only(told, Snapshot) if look.pictures).pins.tolist() == [3]


def test_without_corruption_there_is_no_corrupted_picture() -> None:
    _, told = trained(small_run(), ask=_curious)
    assert all(look.pictures.corrupted is None for look in only(told, Snapshot) if look.pictures)


def test_pictures_and_scatter_come_only_when_wanted() -> None:
    _, told = trained(small_run())
    assert all(look.pictures is None and look.scatter is None for look in only(told, Snapshot))


def test_what_is_told_is_plain_and_read_only() -> None:
    """It crosses threads: nothing in it may be a tensor, and nothing may be written to."""
    _, told = trained(small_run(corruptions=(CORRUPTIONS.make("masking"),)), ask=_curious)
    arrays = 0
    for event in told:
        for value in _values(event):
            assert not isinstance(value, torch.Tensor), type(event)
            if isinstance(value, np.ndarray):
                arrays += 1
                assert not value.flags.writeable, type(event)
    assert arrays > 20
    assert any(look.scatter for look in only(told, Snapshot))


def _values(value: object) -> list[object]:
    """Everything inside an event, however deep."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [v for f in dataclasses.fields(value) for v in _values(getattr(value, f.name))]
    if isinstance(value, dict):
        return [v for item in value.values() for v in _values(item)]
    return [value]


def test_snapshots_share_nothing_with_what_comes_later() -> None:
    _, told = trained(small_run(), ask=_curious)
    looks = [look for look in only(told, Snapshot) if look.scatter]
    before = [look.scatter.points.copy() for look in looks if look.scatter]
    held = [look.scatter.points for look in looks if look.scatter]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, held, strict=True))
    assert not any(np.shares_memory(a, b) for a, b in itertools.pairwise(held))


def test_the_weights_at_the_end_are_the_models() -> None:
    model, told = trained(small_run())
    (end,) = only(told, Finished)
    assert set(end.best) == set(end.last) == set(model.state_dict())
    for name, w in model.state_dict().items():
        np.testing.assert_array_equal(end.best[name], w.numpy())


def test_the_ledger_numbers_steps_across_looks() -> None:
    ledger = Ledger(("a",))

    def add(*losses: float) -> None:
        for loss in losses:
            ledger.add(torch.tensor(loss), {"a": torch.tensor(10 * loss, requires_grad=True)})

    add(0.0, 1.0, 2.0)
    first = ledger.hand_over(1e-3)
    add(3.0, 4.0)
    second, empty = ledger.hand_over(1e-3), ledger.hand_over(1e-3)
    assert first.steps.tolist() == [1, 2, 3]
    assert second.steps.tolist() == [4, 5]
    assert second.mse.tolist() == [3, 4]
    assert second.terms["a"].tolist() == [30, 40]
    assert empty.steps.tolist() == []
    assert empty.terms["a"].tolist() == []
