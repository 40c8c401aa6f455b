"""Vectors brought to [0, 1], column by column, by what the training rows hold."""

from __future__ import annotations

import numpy as np

from aestudio.data.room import chunks, room_for


def scaled(rows: np.ndarray, train: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """``rows`` ``(N, D)`` of any real type as float32 in [0, 1], and what was done in sentences.

    Minimum and maximum come from the ``train`` rows alone, so that nothing of the test leaks into training;
    other rows are clipped to them. A column that never changes becomes 0.
    """
    low, high = _bounds(rows, train)
    span = np.where(high > low, high - low, 1.0)
    out = room_for(rows.shape, np.float32)
    clipped = 0
    for part in chunks(len(rows), 8 * rows.shape[1]):
        values = (rows[part] - low) / span
        out[part] = np.clip(values, 0.0, 1.0)
        clipped += int(((values < 0) | (values > 1)).any(axis=1).sum())
    return out, _told(rows.shape[1], int((high <= low).sum()), clipped)


def _bounds(rows: np.ndarray, train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = np.full(rows.shape[1], np.inf)
    high = np.full(rows.shape[1], -np.inf)
    for part in chunks(len(train), 8 * rows.shape[1]):
        values = rows[train[part]]
        low, high = np.minimum(low, values.min(axis=0)), np.maximum(high, values.max(axis=0))
    return low, high


def _told(columns: int, constant: int, clipped: int) -> tuple[str, ...]:
    notes = [f"{columns:,} columns scaled to [0, 1] by the minimum and maximum of the training rows"]
    if constant:
        notes.append(f"{constant:,} columns do not change over the training rows and became 0")
    if clipped:
        notes.append(f"{clipped:,} rows outside the range of the training rows were clipped to it")
    return tuple(notes)
