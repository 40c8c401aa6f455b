"""Codes of a trained run to bytes and back: rounded to few bits each, and entropy-coded.

The header is shared by all codes: their ranges, and how often each value occurs in each place of the code.
What a code costs is what it surprises by.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from aestudio.pictures.codec.container import Source, chunk, number
from aestudio.pictures.codec.settings import MOST_BITS
from aestudio.pictures.codec.tables import TOTAL, frequencies
from aestudio.spec.faults import SpecError

MOST_CODES = 10_000_000
_MOST_NUMBERS = 50_000_000  # in all codes: more would not fit into memory
_MOST_CODE = 65_536

CodeShape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Grid:
    """What codes are rounded to: ``low`` and ``step`` (groups,), for places ``group`` (D,) of a code."""

    low: np.ndarray
    step: np.ndarray
    group: np.ndarray


def packed_codes(codes: np.ndarray, shape: CodeShape, bits: int) -> bytes:
    """The bytes of codes (N, D) that have the shape ``shape``, in numbers of ``bits`` bits.

    Raises
    ------
    SpecError
        ``bits`` is out of range.
    """
    if not 1 <= bits <= MOST_BITS:
        raise SpecError("bits", f"{bits} is out of range", f"use a whole number from 1 to {MOST_BITS}")
    grid = _grid(codes, shape, bits)
    symbols = _rounded(codes, grid, bits)
    counts = np.stack([np.bincount(column, minlength=1 << bits) for column in symbols.T])
    head = number(len(codes)) + bytes([bits]) + _packed_grid(grid) + _packed_counts(counts)
    return head + _written(symbols, counts)


def rounded_codes(codes: np.ndarray, shape: CodeShape, bits: int) -> np.ndarray:
    """What :func:`read_codes` will give of ``codes`` (N, D)."""
    grid = _grid(codes, shape, bits)
    return _values(_rounded(codes, grid, bits), grid)


def _grid(codes: np.ndarray, code_shape: CodeShape, bits: int) -> _Grid:
    """Even steps over the range of each number of the code, or of a whole channel where it is a map."""
    channels = code_shape[0]
    group = np.repeat(np.arange(channels), codes.shape[1] // channels)
    low, high = np.zeros(channels, np.float32), np.zeros(channels, np.float32)
    if len(codes):
        by_channel = codes.reshape(len(codes), channels, -1)
        low, high = by_channel.min(axis=(0, 2)), by_channel.max(axis=(0, 2))
    return _Grid(low, np.maximum((high - low) / ((1 << bits) - 1), 1e-12).astype(np.float32), group)


def _rounded(codes: np.ndarray, grid: _Grid, bits: int) -> np.ndarray:
    steps = np.round((codes - grid.low[grid.group]) / grid.step[grid.group])
    return np.clip(steps, 0, (1 << bits) - 1).astype(np.int32)


def _values(symbols: np.ndarray, grid: _Grid) -> np.ndarray:
    return (grid.low[grid.group] + symbols * grid.step[grid.group]).astype(np.float32)


def _packed_grid(grid: _Grid) -> bytes:
    head = number(len(grid.group)) + number(len(grid.low))
    return head + grid.low.astype("<f4").tobytes() + grid.step.astype("<f4").tobytes()


def _packed_counts(counts: np.ndarray) -> bytes:
    return chunk(zlib.compress(b"".join(number(int(count)) for count in counts.ravel()), 9))


def _models(counts: np.ndarray) -> list[object]:
    from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

    shares = (frequencies(row + 1e-3).astype(np.float32) / np.float32(TOTAL) for row in counts)
    return [stream.model.Categorical(share, perfect=False) for share in shares]


def _written(symbols: np.ndarray, counts: np.ndarray) -> bytes:
    from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

    coder = stream.queue.RangeEncoder()
    for column, model in zip(symbols.T, _models(counts), strict=True):
        coder.encode(np.ascontiguousarray(column), model)
    return coder.get_compressed().astype("<u4").tobytes().rstrip(b"\0")


@dataclass(frozen=True)
class Head:
    """How many codes there are, numbers each has, channels they lie in, and bits a number has."""

    count: int
    bits: int
    places: int
    channels: int


def read_head(source: Source) -> Head:
    """The front of what :func:`packed_codes` wrote. Raises Short or ValueError where it makes no sense."""
    count, bits = source.number(), source.take(1)[0]
    head = Head(count, bits, source.number(), source.number())
    fits = 1 <= bits <= MOST_BITS and 1 <= head.channels <= head.places <= _MOST_CODE
    if count > MOST_CODES or count * head.places > _MOST_NUMBERS or not fits:
        raise ValueError("its header makes no sense")
    return head


def read_codes(source: Source, shape: CodeShape) -> np.ndarray:
    """Codes (N, D) that :func:`packed_codes` wrote.

    Raises
    ------
    Short, AssertionError, ValueError, OverflowError
        no writer wrote these bytes for codes of that shape.
    """
    head = read_head(source)
    if (head.places, head.channels) != (int(np.prod(shape)), shape[0]):
        raise ValueError("they are not of the run's shape")
    low, step = (np.frombuffer(source.take(4 * head.channels), "<f4") for _ in range(2))
    if not (np.isfinite(low).all() and np.isfinite(step).all()):
        raise ValueError("its ranges make no sense")
    grid = _Grid(low, step, np.repeat(np.arange(head.channels), head.places // head.channels))
    counts = _read_counts(source.chunk(), head.places << head.bits).reshape(head.places, 1 << head.bits)
    if (counts.sum(axis=1) != head.count).any():
        raise ValueError("its counts do not fit")
    return _values(_read_symbols(source.take(source.left), counts, head.count), grid)


def _read_counts(data: bytes, wanted: int) -> np.ndarray:
    try:
        source = Source(zlib.decompressobj().decompress(data, 5 * wanted))
    except zlib.error as error:
        raise ValueError("its counts are damaged") from error
    return np.array([source.number() for _ in range(wanted)])


def _read_symbols(data: bytes, counts: np.ndarray, count: int) -> np.ndarray:
    from constriction import stream  # type: ignore[attr-defined]  # compiled, without stubs

    words = np.frombuffer(data + b"\0" * (-len(data) % 4), "<u4").astype(np.uint32)
    coder = stream.queue.RangeDecoder(words)
    columns = [coder.decode(model, count) for model in _models(counts)]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0), np.int32)
