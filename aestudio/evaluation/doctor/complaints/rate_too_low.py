"""The learning rate is too low."""

from __future__ import annotations

import math

from aestudio.evaluation.doctor.evidence import Evidence, Finding
from aestudio.evaluation.doctor.mends import rate_text, set_to, usual_rate
from aestudio.evaluation.doctor.registry import complaint
from aestudio.training.schedule import lr_at

LOST = 0.5
"""Half of the way from the mean image to PCA, which a net at a good rate has behind it in two epochs."""
EVEN = 0.5
"""Fall per step and rate in the last epoch over the second's: learning slows down, creeping does not."""
MOST_AT_ONCE = 1000.0


@complaint("rate-too-low", rank=30)
def look(e: Evidence) -> Finding | None:
    """The loss falls after every epoch, as fast at the end as at the beginning, and has hardly got anywhere.

    Far below the best rate a step changes so little that the loss falls in a straight line: the slope stays
    what it was (Smith 2017, Cyclical learning rates, section 3.3; Goodfellow et al. 2016, figure 11.1).
    Three epochs are needed, because the first one's fall is not known. A rate as high as the usual one is
    never called too low.
    """
    progress, falls = e.progress, _falls(e)
    if progress is None or progress >= LOST or len(falls) < 2 or e.run.training.lr >= usual_rate(e.run):
        return None
    if min(falls) <= 0 or falls[-1] < EVEN * falls[0]:
        return None
    rate = min(_faster(e.run.training.lr, progress), usual_rate(e.run))
    return Finding(
        kind="rate-too-low",
        title="Learning rate too low",
        what="The loss creeps down in a straight line: the steps are too small to get anywhere in this run.",
        evidence=(
            f"after {len(e.epochs)} epochs it has come {max(progress, 0):.1%} of the way from the mean image"
            f" to PCA ({LOST:.0%} is usual after two)",
            f"the last epoch's fall is {falls[-1] / falls[0]:.0%} of the second's (below {EVEN:.0%} it is"
            " learning)",
            f"learning rate {rate_text(e.run.training.lr)}",
        ),
        mend_label=f"Raise the learning rate to {rate_text(rate)}",
        mend=set_to(("training.lr", rate)),
    )


def _falls(e: Evidence) -> list[float]:
    """By how much the validation loss fell in each epoch after the first, per unit of rate."""
    losses = [sum(epoch.validation_terms.values()) for epoch in e.epochs]
    falls: list[float] = []
    for before, after, lost, loss in zip(e.epochs, e.epochs[1:], losses, losses[1:], strict=False):
        middle = (before.step + after.step) / 2
        rate = lr_at(e.run.training, middle, max(e.steps, after.step)) / e.run.training.lr
        falls.append((lost - loss) / max(rate * (after.step - before.step), 1e-12))
    return falls


def _faster(lr: float, progress: float) -> float:
    """The power of ten that brings this run about where it should be, at most a thousand times."""
    factor = 10 ** math.ceil(math.log10(1 / max(progress, 1 / MOST_AT_ONCE)))
    return float(f"{max(factor, 10) * lr:.0e}")
