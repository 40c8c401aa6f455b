"""What is wrong with a whole run before it starts: shapes first, then each part's own complaints."""

from __future__ import annotations

from collections.abc import Iterator

from aestudio.spec.faults import Fault, SpecError
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import Corruption, Loss, Penalty, Shape
from aestudio.spec.run import RunSpec


def faults(run: RunSpec, data_shape: Shape) -> tuple[Fault, ...]:
    """Every fault of the run on images of ``data_shape``, the impossible ones before the advice."""
    found = [
        *lay_out(run.model, data_shape).faults,
        *_part_faults(run, data_shape),
        *_run_faults(run, data_shape),
    ]
    return tuple(sorted(found, key=lambda fault: fault.advice))


def refuse_faults(run: RunSpec, data_shape: Shape) -> None:
    """Raise SpecError for the first fault that makes the run impossible; advice passes."""
    for fault in faults(run, data_shape):
        if not fault.advice:
            raise SpecError(fault.name, fault.what, fault.fix)


def _part_faults(run: RunSpec, shape: Shape) -> Iterator[Fault]:
    parts: list[tuple[str, Loss | Penalty | Corruption]] = [("loss", run.loss)]
    parts += [(f"penalties.{i}", part) for i, part in enumerate(run.penalties)]
    parts += [(f"corruptions.{i}", part) for i, part in enumerate(run.corruptions)]
    for where, part in parts:
        complaint = part.complaint(run.model, shape)
        if complaint:
            yield Fault(where, part.label, complaint.what, complaint.fix, complaint.advice)


def _run_faults(run: RunSpec, shape: Shape) -> Iterator[Fault]:
    kinds = [penalty.kind for penalty in run.penalties]
    for kind in {kind for kind in kinds if kinds.count(kind) > 1}:
        yield Fault(f"penalties.{kinds.index(kind)}", kind, "stands twice", "keep one and raise its weight")
    if run.model.bottleneck.variational and "kl-prior" not in kinds:
        what = "without a KL term the posterior shrinks to a point and samples mean nothing"
        yield Fault("penalties", "variational code", what, "add the penalty 'KL to the prior'", advice=True)
    if run.training.shift and len(shape) != 3:
        what = "vectors have no pixels to move"
        yield Fault("training.shift", "shift", what, "set training.shift to 0")
