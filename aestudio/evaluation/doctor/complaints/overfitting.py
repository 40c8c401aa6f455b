"""It learns its training images by heart."""

from __future__ import annotations

from functools import partial

from aestudio.evaluation.doctor.evidence import Evidence, Finding, Mend
from aestudio.evaluation.doctor.mends import add_noise, set_to
from aestudio.evaluation.doctor.registry import complaint

GAP = 1.5
"""Validation error over training error, both of the chosen weights on clean images; 1 is no gap at all."""
RISE = 1.1
"""Validation loss over its least; epochs differ by 1 or 2 % by chance."""
PATIENCE = 2
"""Epochs since that least: one bad epoch is no trend (Prechelt 1998, Early stopping – but when?)."""
SIGMA = 0.3


@complaint("overfitting", rank=80)
def look(e: Evidence) -> Finding | None:
    """Images that it has not seen come out far worse than those it has, or come out worse and worse.

    More images are the best mend; noise on the input acts like a penalty on curvature (Bishop 1995, Training
    with noise is equivalent to Tikhonov regularization; Goodfellow, Bengio and Courville 2016, section 7.5).
    """
    evidence = tuple(line for line in (_gap(e), _rise(e)) if line)
    if not evidence:
        return None
    label, mend = _mend(e)
    return Finding(
        kind="overfitting",
        title="Over-fitting",
        what="It remembers its training images instead of what they have in common; new ones come out worse.",
        evidence=evidence,
        mend_label=label,
        mend=mend,
    )


def _gap(e: Evidence) -> str:
    seen, unseen = e.figure("train_mse"), e.figure("validation_mse")
    if not seen or not unseen or unseen < GAP * seen:
        return ""
    return (
        f"validation MSE {unseen:.5f}, training MSE {seen:.5f}: {unseen / seen:.1f} times ({GAP} is too much)"
    )


def _rise(e: Evidence) -> str:
    losses = [sum(epoch.validation_terms.values()) for epoch in e.epochs]
    if not losses or min(losses) <= 0:
        return ""
    best, trained = losses.index(min(losses)), [epoch.train_mse for epoch in e.epochs]
    rises = losses[-1] > RISE * losses[best] and len(losses) - 1 - best >= PATIENCE
    if not rises or trained[-1] > trained[best]:  # where the training error rises too, it is the rate
        return ""
    return (
        f"validation loss {losses[-1]:.4g}, {losses[-1] / losses[best] - 1:.0%} above epoch {best + 1}'s"
        f" (up to {RISE - 1:.0%} is chance)"
    )


def _mend(e: Evidence) -> tuple[str, Mend]:
    if e.run.data.train_limit:
        return "Train on all images", set_to(("data.train_limit", 0))
    if not e.run.corruptions:
        return f"Add noise σ {SIGMA}", partial(add_noise, SIGMA)
    if not e.run.training.decay:
        return "Add weight decay 0.01", set_to(("training.optimiser", "adamw"), ("training.decay", 0.01))
    decay = min(1.0, 10 * e.run.training.decay)
    return f"Raise the weight decay to {decay:g}", set_to(("training.decay", decay))
