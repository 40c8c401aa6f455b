"""NaN, memory that ran out and a stranger fault end the run in words, and what was learnt before is kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from aestudio.evaluation import experiment as experiment_module
from aestudio.evaluation.experiment import experiment
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.parts import LOSSES, PENALTIES
from aestudio.training import train as train_module
from aestudio.training.events import Event, Finished, Measured, Wanted
from aestudio.training.ledger import TrainingFailed
from aestudio.training.train import train
from aestudio.training.watch import Watch
from tests.small import only, small_mnist, small_run

STEPS = 8


def _until_failure(running: Iterator[Event], told: list[Event]) -> TrainingFailed:
    with pytest.raises(TrainingFailed) as caught:
        told.extend(running)
    assert isinstance(caught.value, UserError)
    assert "\n" not in str(caught.value)
    return caught.value


def _spoilt(model: Autoencoder, after: int, error: BaseException | None = None) -> Autoencoder:
    """The model, whose output is NaN (or raises) from a training step on."""
    count = itertools.count(1)

    def spoil(module: torch.nn.Module, given: Any, out: torch.Tensor) -> torch.Tensor:
        if not module.training or next(count) <= after:
            return out
        if error:
            raise error
        return out * torch.nan

    model.decoder.register_forward_hook(spoil)
    return model


def _model() -> Autoencoder:
    return build(small_run().model, (1, 28, 28))


def test_a_nan_names_its_step_and_what_to_try() -> None:
    run = small_run(("training.lr", 0.1))
    failure = _until_failure(train(_spoilt(_model(), after=4), small_mnist(), run), [])
    assert str(failure) == "mse is nan at step 5 (learning rate 0.1); try 0.01"


def test_a_rate_that_blows_up_ends_in_words() -> None:
    """A real one: no planted NaN."""
    run = small_run(
        *(("training.lr", 10.0), ("training.optimiser", "sgd"), ("training.epochs", 3)),
        *(("model.output", "linear"),),
        loss=LOSSES.make("mse"),
    )
    failure = _until_failure(train(build(run.model, (1, 28, 28)), small_mnist(), run), [])
    assert "at step" in str(failure)
    assert "(learning rate 10); try 1" in str(failure)


def test_a_term_that_is_nan_is_named() -> None:
    run = small_run(penalties=(PENALTIES.make("l1"),))
    running = train(_model(), small_mnist(), run, ask=lambda: Wanted(weights={"l1": float("nan")}))
    assert "penalty l1 is nan at step 1" in str(_until_failure(running, []))


def test_a_stopped_run_tells_of_its_nan_too() -> None:
    asked = itertools.count(1)
    running = train(
        _spoilt(_model(), 2), small_mnist(), small_run(), ask=lambda: Wanted(stop=next(asked) > 5)
    )
    assert "at step 3" in str(_until_failure(running, []))


OUT_OF_MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory"),
]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__)
def test_memory_that_ran_out_says_what_to_try(error: Exception) -> None:
    running = train(_spoilt(_model(), 1, error), small_mnist(), small_run())
    failure = _until_failure(running, [])
    assert str(failure) == "memory ran out at batch 64; try batch 32 or a smaller model"
    assert failure.__cause__ is error


@pytest.mark.parametrize("where", ["optimiser", "validation", "pictures"])
def test_memory_may_run_out_anywhere(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The optimiser takes twice the weights with its first step, and looking takes some, too."""

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    owner, name = {
        "optimiser": (torch.optim.Adam, "step"),
        "validation": (train_module, "validate"),
        "pictures": (Watch, "pictures"),
    }[where]
    monkeypatch.setattr(owner, name, fail)
    looking = Wanted(pictures=True, pins=(0,))
    assert "try batch 32" in str(
        _until_failure(train(_model(), small_mnist(), small_run(), ask=lambda: looking), [])
    )


def test_a_stranger_fault_is_not_called_memory() -> None:
    error = RuntimeError("shapes differ")
    with pytest.raises(RuntimeError) as caught:
        list(train(_spoilt(_model(), 1, error), small_mnist(), small_run()))
    assert caught.value is error


@pytest.mark.parametrize("error", [None, MemoryError()], ids=["nan", "memory"])
def test_the_best_weights_survive_a_late_failure(error: Exception | None) -> None:
    told: list[Event] = []
    model = _spoilt(_model(), STEPS + 3, error)
    _until_failure(train(model, small_mnist(), small_run(("training.epochs", 3))), told)
    (end,) = only(told, Finished)
    assert told[-1] is end
    assert (end.reason, end.best_epoch) == ("failed", 1)
    for name, w in model.state_dict().items():
        assert np.isfinite(end.best[name]).all()
        np.testing.assert_array_equal(end.best[name], w.numpy())


def test_a_failed_run_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory has just run out, the figures must not be tried for."""
    monkeypatch.setattr(experiment_module, "build", lambda *_: _spoilt(_model(), STEPS + 3, MemoryError()))
    told: list[Event] = []
    _until_failure(experiment(small_run(), small_mnist(), device=torch.device("cpu")), told)
    assert only(told, Finished)
    assert not only(told, Measured)


def test_a_run_at_fault_is_refused_before_it_starts() -> None:
    run = small_run(penalties=(PENALTIES.make("kl-prior"),))
    with pytest.raises(SpecError, match="no distribution"):
        next(iter(train(_model(), small_mnist(), run)))
