"""Residuals to bytes and back: constriction's range coder with the tables of a model file.

Residuals of one scale are written together, so that each table is set up once and runs in compiled code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

SURE = 0
"""At this scale a residual is 0 and nothing is written."""

MOST = 32767
"""No residual is further from 0."""


class Damaged(Exception):
    """The bytes are none that an encoder has written."""


class Models:
    """The range coder's models of each scale, made when first used."""

    def __init__(self, tables: list[np.ndarray]) -> None:
        self._tables = tables
        self._made: dict[int, Any] = {}

    def of(self, scale: int) -> tuple[Any, int]:
        """The model of a scale and the largest residual it knows."""
        from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

        table = self._tables[scale]
        if scale not in self._made:
            # Shares of 2²⁰ are exact in float32, so every machine makes the same model of them.
            shares = table.astype(np.float32) / np.float32(table.sum())
            self._made[scale] = stream.model.Categorical(shares, perfect=False)
        return self._made[scale], len(table) // 2 - 1


class Coder(Protocol):
    """What the two sides have in common: given scales (n,) uint8, the residuals (n,) that stand there."""

    def residuals(self, scales: np.ndarray, wanted: np.ndarray | None) -> np.ndarray:
        """The residuals written (``wanted``, where the coder writes) or read."""
        ...


class Writer:
    """Writes residuals."""

    def __init__(self, models: Models) -> None:
        from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

        self._models, self._escapes = models, stream.model.Uniform(2 * MOST + 2)
        self._queue = stream.queue.RangeEncoder()

    def residuals(self, scales: np.ndarray, wanted: np.ndarray | None) -> np.ndarray:
        """Write ``wanted`` (n,); what is really written comes back, since some scales have only 0."""
        assert wanted is not None  # a writer is given what to write
        written = np.zeros_like(wanted)
        for scale, places in _groups(scales):
            values = np.clip(wanted[places], -MOST, MOST)
            self._write(scale, values)
            written[places] = values
        return written

    def _write(self, scale: int, values: np.ndarray) -> None:
        model, most = self._models.of(scale)
        beyond = np.abs(values) > most
        symbols = np.where(beyond, 2 * most + 1, values + most).astype(np.int32)
        self._queue.encode(symbols, model)
        if beyond.any():
            self._queue.encode((values[beyond] + MOST).astype(np.int32), self._escapes)

    def bytes(self) -> bytes:
        """Everything written; zeros at the end are left out, since the reader finds them there anyway."""
        return self._queue.get_compressed().astype("<u4").tobytes().rstrip(b"\0")


class Reader:
    """Reads residuals. Methods raise Damaged where no writer wrote such bytes."""

    def __init__(self, models: Models, data: bytes) -> None:
        from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

        self._models, self._escapes = models, stream.model.Uniform(2 * MOST + 2)
        words = np.frombuffer(data + b"\0" * (-len(data) % 4), "<u4").astype(np.uint32)
        self._queue = stream.queue.RangeDecoder(words)

    def residuals(self, scales: np.ndarray, wanted: np.ndarray | None) -> np.ndarray:
        """The residuals (n,) at ``scales``; nothing is ``wanted`` of a reader."""
        found = np.zeros(len(scales), np.int64)
        for scale, places in _groups(scales):
            found[places] = self._read(scale, len(places))
        return found

    def _read(self, scale: int, count: int) -> np.ndarray:
        model, most = self._models.of(scale)
        try:
            values = self._queue.decode(model, count).astype(np.int64) - most
            beyond = np.flatnonzero(values == most + 1)
            if len(beyond):
                values[beyond] = self._queue.decode(self._escapes, len(beyond)).astype(np.int64) - MOST
        except (AssertionError, ValueError, OverflowError) as error:
            raise Damaged("its data make no sense to the entropy coder") from error
        return np.clip(values, -MOST, MOST)


def _groups(scales: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each scale that something is written at, with the places (n,) that have it, in order."""
    order = np.argsort(scales, kind="stable")
    ends = np.cumsum(np.bincount(scales, minlength=256))
    for scale in np.flatnonzero(np.diff(ends, prepend=0)):
        if scale != SURE:
            yield int(scale), order[ends[scale - 1] : ends[scale]]
