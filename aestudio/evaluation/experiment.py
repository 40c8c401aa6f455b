"""One run from spec to figures: build, train, measure. The window and the command line drive it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from aestudio.data.dataset import Dataset
from aestudio.evaluation.floors import floors
from aestudio.evaluation.metrics import PROTOCOL, measure
from aestudio.models.autoencoder import Autoencoder, build
from aestudio.spec.run import RunSpec
from aestudio.training.events import Checkpoint, Event, Finished, Measured, Snapshot, State, Wanted
from aestudio.training.ledger import TrainingFailed
from aestudio.training.state import restore_weights
from aestudio.training.train import nothing_wanted, train


def experiment(
    run: RunSpec,
    data: Dataset,
    *,
    device: torch.device,
    ask: Callable[[], Wanted] = nothing_wanted,
    abandoned: Callable[[], bool] = lambda: False,
    run_id: str = "run",
    resume: State | None = None,
    weights: Mapping[str, NDArray[Any]] | None = None,
) -> Iterator[Event]:
    """Everything that :func:`train` tells, the floors after the first look, and the test figures at the end.

    A run begins with ``weights`` where they are given, and goes on from ``resume``. The figures take a
    while for a large model; they are left out once the run is ``abandoned``.

    Raises
    ------
    SpecError
        the run does not fit the data.
    TrainingFailed
        a loss became NaN, or memory ran out.
    UserError
        the state to ``resume`` from is of another model.
    """
    data, model = _on_device(data, build(run.model, data.shape, run.training.seed), device)
    if weights is not None:
        restore_weights(model, weights)
    told, epochs = False, resume.epochs if resume else 0
    for event in train(model, data, run, ask=ask, run_id=run_id, resume=resume, fresh=weights is None):
        yield event
        if isinstance(event, Snapshot) and not told:
            # After the first look: PCA takes half a second, and the first pictures must not wait for it.
            told = True
            yield floors(data, run, math.prod(model.code_shape), run_id)
        if isinstance(event, Checkpoint):
            epochs = event.state.epochs
        if isinstance(event, Finished) and event.reason != "failed":
            with contextlib.suppress(_Abandoned), _leaving(model, abandoned):
                yield measured(model, data, run, event, epochs)


class _Abandoned(Exception):
    pass


@contextlib.contextmanager
def _leaving(model: Autoencoder, abandoned: Callable[[], bool]) -> Iterator[None]:
    """Break off once nobody waits for the figures: all of them pass their batches through the encoder."""

    def check(*_: object) -> None:
        if abandoned():
            raise _Abandoned

    hook = model.encoder.register_forward_pre_hook(check)
    try:
        yield
    finally:
        hook.remove()


def _on_device(data: Dataset, model: Autoencoder, device: torch.device) -> tuple[Dataset, Autoencoder]:
    try:
        return data.to(device), model.to(device)
    except torch.OutOfMemoryError as error:
        what = f"the data and the model do not fit into the memory of {device}"
        raise TrainingFailed(f"{what}; use fewer images (data.train_limit) or the device cpu") from error


def measured(model: Autoencoder, data: Dataset, run: RunSpec, end: Finished, epochs: int) -> Measured:
    """The figures of a finished run."""
    figures, details = measure(model, data, run)
    size = math.prod(model.code_shape)
    head = {
        "preset": run.name,
        "parameters": sum(w.numel() for w in model.parameters()),
        "epochs": epochs,
        "seconds": end.seconds,
        "images_per_second": end.images_per_second,
        "code_size": size,
        "bytes_per_code": 4 * size,
    }
    return Measured(end.run_id, metrics=head | figures, details=details, protocol=PROTOCOL)
