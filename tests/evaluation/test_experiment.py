"""A run is told from its start to its figures, and nobody waits for figures that nobody wants."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch

from aestudio.data.dataset import Dataset
from aestudio.evaluation.experiment import experiment
from aestudio.training.events import Event, Finished, FloorsKnown, Measured, Wanted
from aestudio.training.ledger import TrainingFailed
from tests.small import only, small_mnist, small_run

CPU = torch.device("cpu")


def told(**options: object) -> list[Event]:
    return list(experiment(small_run(), small_mnist(), device=CPU, **options))  # type: ignore[arg-type]  # by name


def test_floors_and_figures_are_told_once() -> None:
    events = told()
    assert len(only(events, FloorsKnown)) == 1
    assert isinstance(events[-1], Measured)


def test_an_abandoned_run_is_not_measured() -> None:
    asked: list[int] = []

    def abandoned() -> bool:
        asked.append(1)
        return len(asked) > 2  # in the middle of the figures

    events = told(abandoned=abandoned)
    assert isinstance(events[-1], Finished)
    assert len(asked) == 3


def test_data_that_outgrow_the_device_are_told_in_a_sentence() -> None:
    def full(self: Dataset, device: object) -> Dataset:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dataset, "to", full)
        with pytest.raises(TrainingFailed, match=r"do not fit into the memory of cpu; use fewer images"):
            told()


def test_the_name_of_the_run_is_in_its_figures() -> None:
    run = replace(small_run(), name="mine")
    events = experiment(run, small_mnist(), device=CPU)
    assert [event.metrics["preset"] for event in events if isinstance(event, Measured)] == ["mine"]


@pytest.mark.parametrize(("step", "epochs"), [(0, 0), (3, 0), (9, 1)])
def test_an_epoch_that_was_broken_off_is_not_counted(step: int, epochs: int) -> None:
    asked = itertools.count()
    events = told(ask=lambda: Wanted(stop=next(asked) == step))
    (measured,) = only(events, Measured)
    assert measured.metrics["epochs"] == epochs
