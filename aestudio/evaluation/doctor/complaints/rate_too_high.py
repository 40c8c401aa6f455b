"""The learning rate is too high."""

from __future__ import annotations

from aestudio.evaluation.doctor.evidence import WINDOW, Evidence, Finding
from aestudio.evaluation.doctor.mends import lower_rate, rate_text, set_to, usual_rate
from aestudio.evaluation.doctor.registry import complaint

JUMP = 1.5
"""Nets start at the mean image. Batches differ by some percent in error: by half, they have leapt."""
LOST = 0.5
"""Half of the way from the mean image to PCA, which a net at a good rate has behind it in two epochs."""
HIGH = 10.0
"""Over the usual rate: nets that need more than that are rare, and ReLUs die of it (Lu et al. 2020)."""
RELAPSE = 2.0
"""An epoch's training error over the least before it; at a good rate it falls, or wavers by some percent."""


@complaint("rate-too-high", rank=20)
def look(e: Evidence) -> Finding | None:
    """The loss became no number, leapt and did not come back, or came back up after it had been down.

    Above about twice the best rate, gradient descent diverges (Bengio 2012, Practical recommendations for
    gradient-based training, section 3.1.1; LeCun et al. 1998, Efficient backprop, section 4.7 and figure 6).
    """
    evidence = tuple(line for line in (_no_number(e), _leapt(e), _relapsed(e), _nowhere(e)) if line)
    if not evidence:
        return None
    rate = lower_rate(e.run)
    return Finding(
        kind="rate-too-high",
        title="Learning rate too high",
        what="Each step overshoots: the weights are thrown about instead of settling, the error with them.",
        evidence=(*evidence, f"learning rate {rate_text(e.run.training.lr)}"),
        mend_label=f"Lower the learning rate to {rate_text(rate)}",
        mend=set_to(("training.lr", rate)),
    )


def _no_number(e: Evidence) -> str:
    broke = e.stage == "failed" and (" is nan" in e.sentence or " is inf" in e.sentence)
    return f"the run broke off: {e.sentence.partition(';')[0]}" if broke else ""


def _leapt(e: Evidence) -> str:
    """It leapt, and what came after is no better than half the way to PCA, or than the start."""
    if e.jump < JUMP:
        return ""
    last = float(e.curves.mse[-WINDOW:].mean())
    first = float(e.curves.mse[0])
    progress = e.progress
    lost = last > first if progress is None else progress < LOST
    if not lost:
        return ""
    return f"the error leapt to {e.jump:.2g} times its start ({first:.4f}) and is now at {last:.4f}"


def _nowhere(e: Evidence) -> str:
    """It has not learnt, at a rate far above the usual one."""
    progress = e.progress
    if (
        progress is None
        or progress >= LOST
        or len(e.epochs) < 2
        or e.run.training.lr <= HIGH * usual_rate(e.run)
    ):
        return ""
    way = f"{max(progress, 0):.0%} of the way from the mean image to PCA"
    return f"after {len(e.epochs)} epochs it has come {way} ({LOST:.0%} is usual after two)"


def _relapsed(e: Evidence) -> str:
    errors = [epoch.train_mse for epoch in e.epochs]
    if len(errors) < 2 or errors[-1] < RELAPSE * min(errors):
        return ""
    now = f"{errors[-1]:.5f} ({RELAPSE:g} times is too much)"
    return f"the training error was {min(errors):.5f} and is now {now}"
