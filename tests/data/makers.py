"""Makers of small files, good and bad."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Fault = Callable[..., str]
"""The fixture ``fault``: opens what must fail and gives the sentence."""


def idx_bytes(array: np.ndarray) -> bytes:
    """An IDX file of bytes."""
    sizes = b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
