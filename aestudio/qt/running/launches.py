"""The lanes behind a wish: to go on with a kept run, to begin with its weights, or to race."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.library.lane import Lane
from aestudio.spec.parts import Shape
from aestudio.spec.run import DataSpec, RunSpec

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun
    from aestudio.spec.fairness import Budget


def going_on(kept: KeptRun) -> tuple[Lane, ...]:
    """A kept run, in its own folder."""
    return (Lane(kept.run, kept.id, kept.folder, resume=True, group=kept.card.group),)


def beginning_with(kept: KeptRun, step: int, workspace: Path | None) -> tuple[Lane, ...]:
    """A new run that begins with the weights a kept one had at ``step``."""
    name = f"{kept.card.name} from {step}"
    return (Lane(kept.run, workspace=workspace, start=(kept.folder, step), name=name),)


def racing(
    runs: Sequence[RunSpec], budget: Budget, data: DataSpec, shape: Shape, workspace: Path | None
) -> tuple[Lane, ...]:
    """Runs of one race on the open ``data``, whose examples have ``shape``: same split, seed and budget.

    Raises
    ------
    SpecError
        a model cannot be brought to the budget.
    """
    from aestudio.spec.fairness import made_fair

    fair = made_fair([replace(runs[0], data=data), *runs[1:]], budget, shape)
    group = uuid.uuid4().hex
    return tuple(Lane(run, workspace=workspace, group=group) for run in fair)
