"""A kept run as the events that its views would have been told, so that they draw it as if just ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from aestudio.library.kept import KeptRun
from aestudio.spec.outline import lay_out
from aestudio.training.events import Event, Snapshot, Started, no_curves


def told_again(kept: KeptRun) -> Iterator[Event]:
    """Started, all its losses in one Snapshot, each EpochEnded, and its floors where they are known."""
    yield _started(kept)
    yield replace(last_of(kept), curves=kept.curves)
    for ended in kept.epochs:
        yield replace(ended, run_id=kept.id)
    if floors := kept.floors:
        yield floors


def last_of(kept: KeptRun) -> Snapshot:
    """Where it stands, without losses and pictures."""
    card = kept.card
    return Snapshot(
        kept.id,
        step=card.step,
        epoch=card.epochs_done,
        seconds=card.seconds,
        images_per_second=0.0,
        lr=kept.run.training.lr,
        memory_mb=0.0,
        curves=no_curves(),
    )


def _started(kept: KeptRun) -> Started:
    card, run = kept.card, kept.run
    units = {run.loss.kind: run.loss.unit} | {f"penalty {part.kind}": part.unit for part in run.penalties}
    per_epoch = max(1, round(card.steps / max(card.epochs, 1)))
    code = lay_out(run.model, card.shape).code_shape if card.shape else None
    return Started(
        kept.id,
        parameters=int(np.asarray(card.figures.get("parameters") or 0)),
        code_shape=code or (0,),
        steps=card.steps,
        steps_per_epoch=per_epoch,
        epochs=card.epochs,
        device=card.device,
        precision=run.training.precision,
        terms=tuple(units),
        units=tuple(units.values()),
        limit=card.limit,
    )
