"""Outputs that do not suit the pixels, or the loss."""

from __future__ import annotations

from aestudio.evaluation.doctor.evidence import Evidence, Finding
from aestudio.evaluation.doctor.mends import set_to
from aestudio.evaluation.doctor.registry import complaint
from aestudio.spec.check import faults

OUTSIDE = 0.5
"""Share of the error that clipping to [0, 1] takes away. PCA's is a tenth, errors around black a half."""
BAD = 0.2
"""Error over the mean image's: below it there is little left to mend."""


@complaint("wrong-range", rank=10)
def look(e: Evidence) -> Finding | None:
    """The output cannot reach the pixels' range or the loss's, or much of the error lies outside it.

    An output's activation is chosen by what the loss takes its value for: a sigmoid's is a probability, and a
    cross-entropy needs one (Goodfellow, Bengio and Courville 2016, section 6.2.2; Bishop 2006, section 5.2).
    """
    evidence = tuple(line for line in (_unfit(e), _outside(e)) if line)
    if not evidence:
        return None
    output = "sigmoid" if e.run.model.pixels == "0..1" else "tanh"
    return Finding(
        kind="wrong-range",
        title="Wrong range",
        what=f"The output's activation ({e.run.model.output}) and the range of the pixels do not go together:"
        " part of what the net learns is only to keep within it.",
        evidence=evidence,
        mend_label=f"Use a {output} output",
        mend=set_to(("model.output", output)),
    )


def _unfit(e: Evidence) -> str:
    fault = next((f for f in faults(e.run, e.shape) if f.where in ("model.output", "loss")), None)
    return f"{fault.what}; {fault.fix}" if fault else ""


def _outside(e: Evidence) -> str:
    share = (*e.detail("clipped_error_share"), 0.0)[0]
    mse, mean = e.figure("test_mse"), e.floors.mean_mse if e.floors else None
    if share < OUTSIDE or mse is None or (mean and mse < BAD * mean):
        return ""
    return f"{share:.0%} of the error is output outside [0, 1] ({OUTSIDE:.0%} is too much)"
