"""A race: every run ends as it would have alone, all see the same images, and one that fails holds up
nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aestudio.evaluation.lane import new_lane
from aestudio.evaluation.race import race
from aestudio.library.kept import open_run
from aestudio.library.lane import Lane
from aestudio.library.presets import load_preset
from aestudio.spec.edit import with_value
from aestudio.spec.fairness import Budget, made_fair, read_budget, with_parameters
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import CORRUPTIONS, PENALTIES
from aestudio.spec.run import RunSpec
from aestudio.training.events import (
    EpochEnded,
    Event,
    Finished,
    LaneFailed,
    Measured,
    NotKept,
    Snapshot,
    Started,
    Stepped,
)
from aestudio.training.train import nothing_wanted
from tests.library.kept_runs import CPU, RUN
from tests.small import only, small_mnist, small_run, trained

PLAIN = small_run()
NOISY = small_run(corruptions=(CORRUPTIONS.make("gaussian"),))
SPARSE = small_run(penalties=(PENALTIES.make("l1"),))
LARGE_BATCH = small_run(("training.batch", 128))
BLOWS_UP = small_run(("training.lr", 10.0), ("training.optimiser", "sgd"), ("training.momentum", 0.99))


def _raced(*runs: RunSpec) -> tuple[list[Lane], list[Event]]:
    lanes = [Lane(run) for run in runs]
    return lanes, list(race(lanes, small_mnist(), device=CPU, asks=[nothing_wanted] * len(lanes)))


def _end(events: list[Event], run_id: str) -> Finished:
    return next(event for event in only(events, Finished) if event.run_id == run_id)


def test_a_result_in_a_race_is_the_result_alone() -> None:
    runs = (PLAIN, NOISY, SPARSE, RUN)
    lanes, events = _raced(*runs)
    for lane, run in zip(lanes, runs, strict=True):
        alone = only(trained(run)[1], Finished)[0]
        raced = _end(events, lane.run_id)
        assert all(np.array_equal(raced.last[name], w) for name, w in alone.last.items())
        assert all(np.array_equal(raced.best[name], w) for name, w in alone.best.items())


def test_nobody_gets_ahead() -> None:
    lanes, events = _raced(PLAIN, NOISY, LARGE_BATCH)
    seen = dict.fromkeys((lane.run_id for lane in lanes), 0)
    batches = {lane.run_id: lane.run.training.batch for lane in lanes}
    for event in events:
        if isinstance(event, Stepped | Snapshot):
            seen[event.run_id] = event.step * batches[event.run_id]
            assert max(seen.values()) - min(seen.values()) <= 2 * 128
    assert set(seen.values()) == {1024}


def test_time_is_each_ones_own() -> None:
    """The seconds of a run in a race are not those that the others took."""
    _, events = _raced(PLAIN, PLAIN, PLAIN, PLAIN)
    spent = [end.seconds for end in only(events, Finished)]
    alone = only(trained(PLAIN)[1], Finished)[0].seconds
    assert sum(spent) < 16 * alone  # four times as much, were it not for a noisy machine


def test_one_that_fails_is_told_and_the_others_go_on() -> None:
    lanes, events = _raced(PLAIN, BLOWS_UP, NOISY)
    (failed,) = only(events, LaneFailed)
    assert failed.run_id == lanes[1].run_id
    assert "try" in failed.sentence
    assert {e.run_id for e in only(events, Measured)} == {lanes[0].run_id, lanes[2].run_id}


def test_one_alone_raises_its_error() -> None:
    with pytest.raises(UserError, match="try"):
        _raced(BLOWS_UP)


def test_closing_a_race_keeps_every_run(tmp_path: Path) -> None:
    lanes = [new_lane(run, tmp_path / str(i), small_mnist()) for i, run in enumerate((PLAIN, NOISY))]
    events = race(lanes, small_mnist(), device=CPU, asks=[nothing_wanted] * 2)
    while len(only([event := next(events)], EpochEnded)) == 0:
        assert event
    events.close()
    assert [open_run(tmp_path / str(i)).card.stage for i in range(2)] == ["paused", "paused"]


def test_a_run_that_cannot_be_kept_is_trained_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    lane = Lane(PLAIN, workspace=tmp_path / "file")
    events = list(race([lane], small_mnist(), device=CPU, asks=[nothing_wanted]))
    (told,) = only(events, NotKept)
    assert "is a file; choose a folder" in told.sentence
    assert only(events, Measured)


def test_a_run_begins_with_the_weights_of_a_moment(tmp_path: Path) -> None:
    first = new_lane(PLAIN, tmp_path / "first", small_mnist())
    list(race([first], small_mnist(), device=CPU, asks=[nothing_wanted]))
    kept = open_run(tmp_path / "first")
    onward = Lane(PLAIN, folder=tmp_path / "second", start=(kept.folder, kept.moments[-1]))
    events = list(race([onward], small_mnist(), device=CPU, asks=[nothing_wanted]))
    assert only(events, EpochEnded)[0].validation_mse < kept.epochs[-1].validation_mse
    card = open_run(tmp_path / "second").card
    assert (card.parent, card.parent_step) == (kept.id, kept.moments[-1])


# ---------------------------------------------------------------------------------------------- budgets


def test_data_seed_and_epochs_are_those_of_the_first() -> None:
    other = replace(load_preset("vae-20"), data=replace(PLAIN.data, seed=9))
    first, second = made_fair([PLAIN, with_value(other, "training.seed", 5)], Budget(), (1, 28, 28))
    assert second.data == first.data == PLAIN.data
    assert (second.training.seed, second.training.epochs) == (0, 2)
    assert second.model == other.model
    assert [r.training.epochs for r in made_fair([PLAIN, other], Budget("epochs", 7), (1, 28, 28))] == [7, 7]


def test_a_budget_in_seconds_ends_a_run_in_time() -> None:
    (run, _) = made_fair([PLAIN, NOISY], Budget("seconds", 0.3), (1, 28, 28))
    _, events = trained(run)
    end = only(events, Finished)[0]
    assert end.reason == "done"
    assert end.best_epoch >= 1
    assert 0 < end.step < only(events, Started)[0].steps


@pytest.mark.parametrize("name", ["undercomplete", "deep", "convolutional", "vae-20", "compressor-20"])
@pytest.mark.parametrize("goal", [100_000, 1_000_000])
def test_parameters_can_be_made_equal(name: str, goal: int) -> None:
    model = load_preset(name).model
    wide = with_parameters(model, goal, (1, 28, 28))
    assert lay_out(wide, (1, 28, 28)).parameters == pytest.approx(goal, rel=0.05)
    assert wide.bottleneck == model.bottleneck


def test_what_cannot_be_made_equal_says_so() -> None:
    with pytest.raises(SpecError, match="race by epochs or seconds"):
        with_parameters(load_preset("linear").model, 10_000_000, (1, 28, 28))


@pytest.mark.parametrize("text", ["hours=3", "seconds", "epochs=-1", "epochs=many"])
def test_a_budget_that_makes_no_sense(text: str) -> None:
    with pytest.raises(SpecError, match="is no budget"):
        read_budget(text)
    assert read_budget("seconds=2.5") == Budget("seconds", 2.5)
    assert read_budget("parameters") == Budget("parameters", 0)
