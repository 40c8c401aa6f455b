"""It was still falling when it stopped."""

from __future__ import annotations

from aestudio.evaluation.doctor.evidence import Evidence, Finding
from aestudio.evaluation.doctor.mends import set_to
from aestudio.evaluation.doctor.registry import complaint

FALL = 0.03
"""Of the error, in the last epoch: at that pace ten epochs more would take off a quarter."""
WORTH = 0.02
"""Of the mean image's error: what is left must be more than that for it to matter."""


@complaint("still-falling", rank=90)
def look(e: Evidence) -> Finding | None:
    """The validation error fell by more than 3 % in the last of the planned epochs.

    Stopping is due when it no longer falls (Prechelt 1998, Early stopping – but when?). A run that somebody
    stopped before its end is left alone: they know.
    """
    errors = [epoch.validation_mse for epoch in e.epochs]
    if e.stage != "done" or len(errors) < 2 or errors[-1] <= 0:
        return None
    fall = (errors[-2] - errors[-1]) / errors[-2]
    if fall < FALL or not e.floors or errors[-1] < WORTH * e.floors.mean_mse:
        return None
    more = max(2, len(errors))
    return Finding(
        kind="still-falling",
        title="Stopped too early",
        what="The error was still falling when the last epoch ended; it would have gone further.",
        evidence=(
            f"validation MSE {errors[-2]:.5f}, after the last epoch {errors[-1]:.5f}: it fell by {fall:.1%}"
            f" (from {FALL:.0%} on it is worth going on)",
        ),
        mend_label=f"Train {more} epochs more",
        mend=set_to(("training.epochs", len(errors) + more)),
    )
