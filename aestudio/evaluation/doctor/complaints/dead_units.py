"""Units that never move."""

from __future__ import annotations

from aestudio.evaluation.doctor.evidence import Evidence, Finding, Mend
from aestudio.evaluation.doctor.mends import leak, lower_rate, rate_text, rectifies, set_to
from aestudio.evaluation.doctor.registry import complaint
from aestudio.spec.outline import Row

SHARE = 0.25
"""Of a layer. He initialisation starts with none, and a sixth was the most in nets that learnt well."""
ASKED_FOR = 0.9
"""Of a code layer whose penalty asks for silence: there a dead unit is what one pays for, up to a limit."""
_SILENCING = ("l1", "kl-sparsity", "contractive")


@complaint("dead-units", rank=50)
def look(e: Evidence) -> Finding | None:
    """A layer with many units whose value is the same for each of 2,000 test images.

    A ReLU that is below 0 for every image has no gradient and never comes back (Maas et al. 2013, Rectifier
    nonlinearities; Lu et al. 2020, Dying ReLU and initialization).
    """
    shares = zip(e.rows, e.detail("dead_share_per_layer"), strict=False)
    ill = [(row, share) for row, share in shares if share > _allowed(e, row)]
    if not ill:
        return None
    worst, share = max(ill, key=lambda one: one[1])
    label, mend = _mend(e, worst)
    return Finding(
        kind="dead-units",
        title="Dead units",
        what=f"{share:.0%} of the units in {worst.name} give the same value whatever the image: they cost"
        " time and do nothing.",
        evidence=tuple(
            f"{row.name}: {share:.0%} of its units never move ({_allowed(e, row):.0%} is the limit)"
            for row, share in ill
        ),
        mend_label=label,
        mend=mend,
    )


def _silencing(e: Evidence) -> str | None:
    return next((penalty.kind for penalty in e.run.penalties if penalty.kind in _SILENCING), None)


def _allowed(e: Evidence, row: Row) -> float:
    if row.role == "code" and e.run.model.bottleneck.variational:
        return 1.0  # its KL says it better
    return ASKED_FOR if row.role == "code" and _silencing(e) else SHARE


def _mend(e: Evidence, row: Row) -> tuple[str, Mend]:
    kind = _silencing(e)
    if row.role == "code" and kind:
        weight = next(penalty.weight for penalty in e.run.penalties if penalty.kind == kind)
        less = float(f"{weight / 10:.1g}")
        return f"Lower the penalty's weight to {less:g}", set_to((f"penalties.{kind}.weight", less))
    if rectifies(e.run):
        return "Use leaky ReLU", leak
    rate = lower_rate(e.run)
    return f"Lower the learning rate to {rate_text(rate)}", set_to(("training.lr", rate))
