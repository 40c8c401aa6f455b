"""How the learning rate moves."""

from __future__ import annotations

import math

from aestudio.spec.run import TrainingSpec

_FLOOR = 1e-3  # the share of the peak that a falling schedule ends at: lower buys nothing


def lr_at(spec: TrainingSpec, step: float, steps: int) -> float:
    """The learning rate of step ``step`` of ``steps``, from 0."""
    progress = step / max(steps - 1, 1)
    if spec.schedule == "constant":
        return spec.lr
    if spec.schedule == "cosine":
        return spec.lr * _fall(progress)
    if progress < spec.warm_up:
        return spec.lr * max(progress / spec.warm_up, 0.04)
    return spec.lr * _fall((progress - spec.warm_up) / (1 - spec.warm_up))


def _fall(progress: float) -> float:
    return _FLOOR + (1 - _FLOOR) * (1 + math.cos(math.pi * progress)) / 2
