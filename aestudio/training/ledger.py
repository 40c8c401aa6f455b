"""The losses of every step, kept until somebody looks."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from aestudio.spec.faults import UserError
from aestudio.training.events import Curves, frozen


class TrainingFailed(UserError):
    """Training cannot go on. What did best until then was told before, by Finished."""


class Ledger:
    """Collects loss terms on the device and hands them over in one copy.

    Reading a number from a GPU waits for all work before it, so that is done once a snapshot, not a step.
    """

    def __init__(self, names: tuple[str, ...], step: int = 0) -> None:
        self._names = names
        self._values: list[Tensor] = []
        self._first = step + 1

    def add(self, mse: Tensor, terms: dict[str, Tensor]) -> None:
        """Note one step: the common metric and each weighted term, scalars."""
        self._values += (mse, *(term.detach() for term in terms.values()))

    def hand_over(self, lr: float) -> Curves:
        """Everything noted since the last time.

        Raises
        ------
        TrainingFailed
            a loss is no finite number; the message names the step and what to try.
        """
        width = 1 + len(self._names)
        values = torch.stack(self._values).cpu().numpy() if self._values else np.zeros(0, np.float32)
        table = values.reshape(-1, width)
        steps = np.arange(self._first, self._first + len(table))
        self._values, self._first = [], self._first + len(table)
        self._refuse_nonsense(steps, table, lr)
        terms = {name: frozen(table[:, 1 + i].copy()) for i, name in enumerate(self._names)}
        return Curves(frozen(steps), frozen(table[:, 0].copy()), terms)

    def _refuse_nonsense(self, steps: np.ndarray, table: np.ndarray, lr: float) -> None:
        finite = np.isfinite(table)
        if finite.all():
            return
        row, column = np.argwhere(~finite)[0]
        name = ("mse", *self._names)[column]
        tried = 10 ** math.floor(math.log10(lr / 3)) if lr > 0 else 1e-4
        raise TrainingFailed(
            f"{name} is {table[row, column]} at step {steps[row]} (learning rate {lr:g}); try {tried:g}"
        )
