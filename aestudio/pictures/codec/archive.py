"""Many small images in one file: the codes that a trained run gives them, in few bits each, entropy-coded.

The header is shared: code ranges, and how often each value occurs in each place of the code. What an image
costs is what its code surprises by.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import torch

from aestudio.models.autoencoder import Autoencoder
from aestudio.pictures.codec.container import ARCHIVE, Sealed, Short, Source, chunk, number, seal
from aestudio.pictures.codec.tables import TOTAL, frequencies
from aestudio.spec.faults import SpecError, UserError

MOST_BITS = 8
MOST_IMAGES = 10_000_000
_MOST_NUMBERS = 50_000_000  # in all codes: more would not fit into memory
_MOST_CODE = 65_536
_BATCH = 256


@dataclass(frozen=True, eq=False)
class Run:
    """A trained autoencoder, and the hash that archives name it by."""

    net: Autoencoder
    digest: bytes
    name: str


@dataclass(frozen=True, eq=False)
class _Grid:
    """What codes are rounded to: ``low`` and ``step`` (groups,), for places ``group`` (D,) of a code."""

    low: np.ndarray
    step: np.ndarray
    group: np.ndarray


def pack_images(run: Run, images: torch.Tensor, bits: int) -> bytes:
    """The archive of images uint8 (N, C, H, W), or float vectors (N, D), with codes of ``bits`` bits.

    Raises
    ------
    SpecError
        ``bits`` is out of range.
    UserError
        the images are none that the run takes.
    """
    if not 1 <= bits <= MOST_BITS:
        raise SpecError("bits", f"{bits} is out of range", f"use a whole number from 1 to {MOST_BITS}")
    if tuple(images.shape[1:]) != run.net.data_shape:
        wanted, given = _text(run.net.data_shape), _text(images.shape[1:])
        raise UserError(f"{run.name} takes images of {wanted}, these are {given}; give ones of that size")
    codes = _codes(run, images)
    grid = _grid(codes, run.net.code_shape, bits)
    symbols = _rounded(codes, grid, bits)
    counts = np.stack([np.bincount(column, minlength=1 << bits) for column in symbols.T])
    head = number(len(images)) + bytes([bits]) + _packed_grid(grid) + _packed_counts(counts)
    return seal(ARCHIVE, run.digest, head + _written(symbols, counts))


def unpack_images(run: Run, sealed: Sealed, name: str) -> np.ndarray:
    """The images of an archive, uint8 (N, C, H, W), or float32 vectors (N, D).

    Raises
    ------
    UserError
        it was made with another run, or is damaged inside.
    """
    if sealed.digest != run.digest:
        raise UserError(
            f"{name}: was made with the run {sealed.digest.hex()}, not with {run.name} ({run.digest.hex()}); "
            f"give that run's folder with --model"
        )
    try:
        codes = _read(Source(sealed.payload), run)
    except (Short, AssertionError, ValueError, OverflowError) as error:
        raise UserError(f"{name}: is damaged inside; get another copy of it") from error
    return decoded(run, codes)


def rounded_images(run: Run, images: torch.Tensor, bits: int) -> np.ndarray:
    """What :func:`unpack_images` will give of an archive of ``images``."""
    codes = _codes(run, images)
    grid = _grid(codes, run.net.code_shape, bits)
    return decoded(run, _values(_rounded(codes, grid, bits), grid))


@torch.inference_mode()
def decoded(run: Run, codes: np.ndarray) -> np.ndarray:
    """Images uint8 (N, C, H, W), or float32 vectors, of codes (N, D)."""
    found = []
    for part in torch.from_numpy(codes).float().split(_BATCH):
        x_hat = run.net.decode(part.unflatten(1, run.net.code_shape))
        found.append((x_hat.clamp(0, 1) * 255).round().byte() if x_hat.ndim == 4 else x_hat)
    shape = (0, *run.net.data_shape)
    return torch.cat(found).numpy() if found else np.zeros(shape, np.uint8)


@torch.inference_mode()
def _codes(run: Run, images: torch.Tensor) -> np.ndarray:
    """Codes (N, D) of images."""
    parts = []
    for part in images.split(_BATCH):
        x = part.float() / 255 if part.dtype == torch.uint8 else part
        parts.append(run.net.encode(x).z.flatten(1))
    return torch.cat(parts).numpy() if parts else np.zeros((0, int(np.prod(run.net.code_shape))), np.float32)


def _grid(codes: np.ndarray, code_shape: tuple[int, ...], bits: int) -> _Grid:
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
    """How many images an archive holds, numbers a code has, channels they lie in, and bits each has."""

    count: int
    bits: int
    places: int
    channels: int


def read_head(source: Source) -> Head:
    """The front of an archive's payload. Raises Short or ValueError where it makes no sense."""
    count, bits = source.number(), source.take(1)[0]
    head = Head(count, bits, source.number(), source.number())
    fits = 1 <= bits <= MOST_BITS and 1 <= head.channels <= head.places <= _MOST_CODE
    if count > MOST_IMAGES or count * head.places > _MOST_NUMBERS or not fits:
        raise ValueError("its header makes no sense")
    return head


def _read(source: Source, run: Run) -> np.ndarray:
    """Codes (N, D) of an archive's payload."""
    head, shape = read_head(source), run.net.code_shape
    if (head.places, head.channels) != (int(np.prod(shape)), shape[0]):
        raise ValueError("its codes are not the run's")
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


def _text(shape: tuple[int, ...] | torch.Size) -> str:
    return " x ".join(map(str, shape))
