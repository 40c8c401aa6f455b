"""Code dimensions that tell nothing."""

from __future__ import annotations

import math
from functools import partial

from aestudio.evaluation.doctor.evidence import Evidence, Finding, Mend
from aestudio.evaluation.doctor.mends import narrower, set_to
from aestudio.evaluation.doctor.registry import complaint
from aestudio.evaluation.glossary import COLLAPSED

SHARE = 0.1
"""One dimension in ten to spare is no disease: a VAE switches off what it does not need."""
_KL = "kl-prior"


@complaint("collapsed", rank=40)
def look(e: Evidence) -> Finding | None:
    """More than a tenth of a variational code's dimensions carry less than .01 nats.

    Where β is above 1 it presses the posterior onto the prior (Higgins et al. 2017, β-VAE; Bowman et al.
    2016, section 3.1; the count after Burda et al. 2016, section 5). Below, the code is larger than needed.
    Before the run is over only the mean over the dimensions is known.
    """
    size = math.prod(next((row.out_shape for row in e.rows if row.role == "code"), ()))
    collapsed, evidence = _told_at_the_end(e) if e.measured else _told_so_far(e, size)
    if not e.run.model.bottleneck.variational or collapsed <= SHARE * size:
        return None
    label, mend = _mend(e, size - collapsed)
    return Finding(
        kind="collapsed",
        title="Collapsed code",
        what=f"{_count(collapsed, size)} of the code's {size} dimensions tell nothing of the image: they are"
        " noise that the decoder has learnt to ignore.",
        evidence=evidence,
        mend_label=label,
        mend=mend,
    )


def _count(collapsed: int, size: int) -> str:
    return "All" if collapsed == size else str(collapsed)


def _told_at_the_end(e: Evidence) -> tuple[int, tuple[str, ...]]:
    kl = e.detail("kl_nats_per_dimension")
    collapsed = sum(value < COLLAPSED for value in kl)
    told = ", ".join(f"{value:.3g}" for value in sorted(kl)[:8])
    return collapsed, (f"smallest KL of a dimension: {told} nats (below {COLLAPSED} it tells nothing)",)


def _told_so_far(e: Evidence, size: int) -> tuple[int, tuple[str, ...]]:
    """All or none: the validation loss has one KL for the whole code."""
    weight = _beta(e)
    weighted = e.epochs[-1].validation_terms.get(f"penalty {_KL}") if e.epochs else None
    if weighted is None or not weight:
        return 0, ()
    mean = weighted / weight / max(size, 1)
    collapsed = size if mean < COLLAPSED else 0
    return collapsed, (f"mean KL of a dimension: {mean:.2g} nats (below {COLLAPSED} it tells nothing)",)


def _beta(e: Evidence) -> float:
    return next((penalty.weight for penalty in e.run.penalties if penalty.kind == _KL), 0.0)


def _mend(e: Evidence, used: int) -> tuple[str, Mend]:
    if _beta(e) > 1:
        return "Set β to 1", set_to((f"penalties.{_KL}.weight", 1.0))
    if used:
        return f"Use a code of {used}", partial(narrower, used)
    weight = float(f"{_beta(e) / 10:.0e}")
    return f"Lower β to {weight:g}", set_to((f"penalties.{_KL}.weight", weight))
