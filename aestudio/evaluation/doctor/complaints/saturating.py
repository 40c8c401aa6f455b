"""Outputs at the end of their range, where no gradient reaches them."""

from __future__ import annotations

from functools import partial

from aestudio.evaluation.doctor.evidence import Evidence, Finding, Mend
from aestudio.evaluation.doctor.mends import lower_rate, rate_text, set_to, use_loss
from aestudio.evaluation.doctor.registry import complaint

SHARE = 0.5
"""Of the squared error. Black and white pixels lie at the ends of the range, but there they have no error."""
BAD = 0.2
"""Error over the mean image's: below it there is little left to mend."""


@complaint("saturating", rank=60)
def look(e: Evidence) -> Finding | None:
    """Most of the error lies in pixels whose output activation is flat.

    Its slope multiplies the gradient of a loss on the outputs, and wrong pixels stay wrong. Cross-entropy on
    a sigmoid cancels the slope (Goodfellow, Bengio and Courville 2016, section 6.2.2.2).
    """
    share, mse = (*e.detail("stuck_error_share"), 0.0)[0], e.figure("test_mse")
    mean = e.floors.mean_mse if e.floors else None
    if e.run.loss.kind == "bce" or share < SHARE or mse is None or (mean and mse < BAD * mean):
        return None
    label, mend = _mend(e)
    return Finding(
        kind="saturating",
        title="Saturated output",
        what=f"Most wrong pixels sit at an end of the {e.run.model.output}'s range, where its slope is nearly"
        " 0: the loss cannot pull them back.",
        evidence=(
            f"{share:.0%} of the error is in pixels whose output is stuck (from {SHARE:.0%} on it holds up"
            " learning)",
            f"test MSE {mse:.4f}" + (f", the mean image has {mean:.4f}" if mean else ""),
        ),
        mend_label=label,
        mend=mend,
    )


def _mend(e: Evidence) -> tuple[str, Mend]:
    if e.run.model.output == "sigmoid":
        return "Use cross-entropy", partial(use_loss, "bce")
    if e.run.model.output in ("relu", "softplus"):
        return "Use a sigmoid output", set_to(("model.output", "sigmoid"))
    rate = lower_rate(e.run)
    return f"Lower the learning rate to {rate_text(rate)}", set_to(("training.lr", rate))
