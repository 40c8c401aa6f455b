"""Training on photographs goes on where it stopped, to the bit, and keeps to its time."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from aestudio.pictures import learning
from aestudio.pictures.checkpoint import CHECKPOINT
from aestudio.pictures.learning import Begun, Ended, Learning, learn
from aestudio.pictures.muon import orthogonal
from aestudio.pictures.photographs import Photographs
from aestudio.pictures.recipe import Recipe
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.training.events import Wanted
from aestudio.training.ledger import TrainingFailed

CPU = torch.device("cpu")


class Clock:
    """Ten seconds a look."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        self.now += 1.0
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes by being looked at."""
    clock = Clock()
    monkeypatch.setattr(learning, "time", clock)
    return clock


def _steps(run: Learning, count: int) -> None:
    for _ in range(count):
        run.take_step()


def test_going_on_equals_never_having_stopped(
    recipe: Recipe, photographs: Photographs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Learning, "lr", 1e-3)  # else it follows the time
    first = Learning(recipe, photographs, 1.0, CPU)
    _steps(first, 3)
    first.keep(tmp_path)
    again = Learning(recipe, photographs, 1.0, CPU)
    again.resume(tmp_path)
    assert again.step == 3
    for run in (first, again):
        _steps(run, 3)
    for net in ("net", "average"):
        pairs = zip(getattr(first, net).parameters(), getattr(again, net).parameters(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)
    assert not torch.equal(next(first.net.parameters()), next(first.average.parameters()))


def test_it_ends_when_its_time_is_over(recipe: Recipe, photographs: Photographs, clock: Clock) -> None:
    events = list(learn(recipe, photographs, minutes=2.0))
    assert isinstance(events[0], Begun)
    end = events[-1]
    assert isinstance(end, Ended)
    assert end.done
    assert 120 <= end.seconds < 130
    assert end.weights.keys() == recipe.build().state_dict().keys()
    assert end.figures["psnr 25 (dB)"] > 5


def test_the_rate_rises_and_then_falls_with_time(
    recipe: Recipe, photographs: Photographs, clock: Clock
) -> None:
    run = Learning(with_value(recipe, "warm_up", 4), photographs, 10.0, CPU)
    assert run.lr == pytest.approx(recipe.lr / 4, rel=0.01)
    _steps(run, 4)
    assert run.lr == pytest.approx(recipe.lr, rel=0.05)
    clock.now += 560
    assert run.lr < 0.05 * recipe.lr


def test_time_on_hold_does_not_count(recipe: Recipe, photographs: Photographs, clock: Clock) -> None:
    wishes = iter([Wanted(hold=True)] * 5 + [Wanted()] * 2)
    events = list(learn(recipe, photographs, ask=lambda: next(wishes, Wanted(stop=True))))
    end = events[-1]
    assert isinstance(end, Ended)
    assert not end.done
    assert end.step == 2
    assert end.seconds < 100, "each hold sleeps a thousand seconds"


def test_a_stop_keeps_a_checkpoint(recipe: Recipe, photographs: Photographs, tmp_path: Path) -> None:
    wishes = iter([Wanted()] * 3)
    list(learn(recipe, photographs, folder=tmp_path, ask=lambda: next(wishes, Wanted(stop=True))))
    begun = next(learn(recipe, photographs, folder=tmp_path))
    assert isinstance(begun, Begun)
    assert begun.seconds > 0
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_another_recipes_checkpoint_is_refused(
    recipe: Recipe, photographs: Photographs, tmp_path: Path
) -> None:
    Learning(recipe, photographs, 1.0, CPU).keep(tmp_path)
    longer = with_value(recipe, "minutes", 5.0)
    Learning(longer, photographs, 1.0, CPU).resume(tmp_path)  # the time may be another
    with pytest.raises(UserError, match=r"was trained with another lr; give an empty folder"):
        Learning(with_value(recipe, "lr", 0.5), photographs, 1.0, CPU).resume(tmp_path)


def test_a_damaged_checkpoint_is_a_sentence(recipe: Recipe, photographs: Photographs, tmp_path: Path) -> None:
    Learning(recipe, photographs, 1.0, CPU).keep(tmp_path)
    path = tmp_path / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="is no checkpoint"):
        Learning(recipe, photographs, 1.0, CPU).resume(tmp_path)


def test_a_loss_that_is_no_number_ends_it(recipe: Recipe, photographs: Photographs) -> None:
    run = Learning(recipe, photographs, 1.0, CPU)
    next(run.net.parameters()).data.fill_(float("nan"))
    run.take_step()
    with pytest.raises(TrainingFailed, match="try a lower lr"):
        run.learnt()


@pytest.mark.parametrize("shape", [(8, 30), (30, 8), (16, 16)])
def test_muons_direction_is_nearly_orthogonal(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    direction = orthogonal(matrix)
    sizes = torch.linalg.svdvals(direction)
    assert 0.4 < sizes.min() <= sizes.max() < 1.3
    assert (direction * (u @ v)).sum() > 0.9 * direction.norm() * (u @ v).norm()
