"""Labels of any kind as class numbers and names."""

from __future__ import annotations

import numpy as np

from aestudio.spec.faults import UserError


def as_classes(labels: np.ndarray, count: int, where: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class numbers ``(N,)`` from 0, and the names that they stand for in ascending order.

    ``labels`` are whole numbers or text, ``(N,)`` or ``(N, 1)``, one for each of ``count`` examples.

    Raises
    ------
    UserError
        They are of another kind or number.
    """
    flat = labels.reshape(-1)
    if len(flat) != count:
        raise UserError(f"{where} holds {len(flat):,} labels for {count:,} examples; give one to each")
    if flat.dtype.kind not in "biuUS":
        raise UserError(f"{where} holds labels of type {flat.dtype}; use whole numbers or text")
    names, numbers = np.unique(flat, return_inverse=True)
    return numbers.reshape(-1), tuple(str(name) for name in names.astype(str))
