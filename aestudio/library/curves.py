"""The losses of a whole run in a bounded number of values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aestudio.library.disk import read_tensors, write_tensors
from aestudio.training.events import Curves, frozen, no_curves

CURVES = "curves.safetensors"
MOST = 16_384
"""Values a curve keeps at the most; more are averaged in pairs, as often as it takes."""

_TERM = "term."


class LossCurves:
    """Collects what snapshots tell, and averages neighbours when it becomes too much."""

    def __init__(self, before: Curves | None = None) -> None:
        self._columns: dict[str, list[NDArray[np.float64]]] = {}
        self._count = 0
        if before is not None and len(before.steps):
            self._append(_columns(before))

    def add(self, curves: Curves) -> None:
        """The losses of the steps since the last time."""
        if len(curves.steps):
            self._append(_columns(curves))
            while self._count > 2 * MOST:
                self._halve()

    def _append(self, columns: Mapping[str, NDArray[np.float64]]) -> None:
        for name, values in columns.items():
            self._columns.setdefault(name, []).append(values)
        self._count += len(columns["step"])

    def _halve(self) -> None:
        for name, parts in self._columns.items():
            values = np.concatenate(parts)
            even = len(values) // 2 * 2
            self._columns[name] = [values[:even].reshape(-1, 2).mean(axis=1), values[even:]]
        self._count = (self._count + 1) // 2

    def told(self) -> Curves:
        """What has been collected."""
        whole = {name: np.concatenate(parts) for name, parts in self._columns.items()}
        steps = np.rint(whole.pop("step", np.empty(0))).astype(np.int64)
        mse = whole.pop("mse", np.empty(0)).astype(np.float32)
        terms = {name.removeprefix(_TERM): frozen(v.astype(np.float32)) for name, v in whole.items()}
        return Curves(frozen(steps), frozen(mse), terms)


def _columns(curves: Curves) -> dict[str, NDArray[np.float64]]:
    columns = {"step": curves.steps, "mse": curves.mse}
    columns |= {_TERM + name: values for name, values in curves.terms.items()}
    return {name: values.astype(np.float64) for name, values in columns.items()}


def write_curves(folder: Path, curves: Curves) -> None:
    """Put the losses into a run's folder."""
    terms = {_TERM + name: values for name, values in curves.terms.items()}
    write_tensors(folder / CURVES, {"step": curves.steps, "mse": curves.mse, **terms}, {})


def read_curves(folder: Path, up_to: int | None = None) -> Curves:
    """The losses in a run's folder, those of steps ``up_to`` only; none where none were kept yet.

    Raises
    ------
    UserError
        the file is damaged.
    """
    if not (folder / CURVES).exists():
        return no_curves()
    arrays, _ = read_tensors(folder / CURVES)
    chosen = arrays["step"] <= (arrays["step"].max(initial=0) if up_to is None else up_to)
    terms = {n.removeprefix(_TERM): frozen(a[chosen]) for n, a in arrays.items() if n.startswith(_TERM)}
    return Curves(frozen(arrays["step"][chosen]), frozen(arrays["mse"][chosen]), terms)
