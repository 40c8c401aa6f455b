"""Looking for everything that ails a run."""

from __future__ import annotations

from aestudio.evaluation.doctor.evidence import Evidence, Finding
from aestudio.evaluation.doctor.registry import complaints
from aestudio.library.kept import KeptRun
from aestudio.spec.faults import UserError


def diagnose(evidence: Evidence) -> tuple[Finding, ...]:
    """What ails the run, the gravest first; () where nothing does, or not enough is known yet."""
    found = (complaint.look(evidence) for complaint in complaints())
    return tuple(finding for finding in found if finding)


def evidence_of(kept: KeptRun) -> Evidence:
    """The evidence of a kept run.

    Raises
    ------
    UserError
        its card does not say what shape its images have.
    """
    card = kept.card
    if card.shape is None:
        raise UserError(f"{card.name}: its card does not tell the shape of its images; train it anew")
    return Evidence(
        run=kept.run,
        shape=card.shape,
        curves=kept.curves,
        epochs=kept.epochs,
        steps=card.steps,
        floors=kept.floors,
        measured=kept.measured,
        stage=card.stage,
        sentence=card.sentence,
    )
