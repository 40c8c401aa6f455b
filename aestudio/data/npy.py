"""NPY arrays, mapped from disk or read from a stream. Objects are never unpickled: that could run code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy_format

from aestudio.data.room import chunks, room_for
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CHANNELS = (1, 3)
_STEP = 4 << 20
_READERS = {(1, 0): npy_format.read_array_header_1_0, (2, 0): npy_format.read_array_header_2_0}


@dataclass(frozen=True)
class Npy:
    """The header of an array.

    Parameters
    ----------
    where
        its path, and its name within an archive, for messages.
    shape
        as stored.
    dtype
        as stored.
    fortran
        whether the first index runs fastest.
    offset
        where the data begin, in bytes.
    """

    where: str
    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    offset: int

    @property
    def size(self) -> int:
        """How many bytes of data the header promises."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def channels_last(self) -> bool:
        """Whether four-dimensional images are ``(N, H, W, C)`` rather than ``(N, C, H, W)``."""
        return len(self.shape) == 4 and self.shape[3] in _CHANNELS


def read_header(stream: IO[bytes], where: str) -> Npy:
    """The header at the beginning of ``stream``, which is left where the data begin.

    Raises
    ------
    UserError
        It is no NPY array, or one of Python objects.
    """
    try:
        version = npy_format.read_magic(stream)
        shape, fortran, dtype = _READERS[version](stream)
    except (ValueError, KeyError, EOFError) as fault:
        raise UserError(f"{where} is no NPY array ({fault}); save it with numpy.save") from fault
    if dtype.hasobject:
        raise UserError(f"{where} holds Python objects, which could run code when opened; save it as numbers")
    return Npy(where, shape, dtype, fortran, stream.tell())


def check_data(head: Npy) -> None:
    """Raise UserError unless the array holds vectors ``(N, D)`` or uint8 images."""
    if head.dtype.kind not in "biuf":
        raise UserError(f"{head.where} holds values of type {head.dtype}; save it as real numbers")
    if 0 in head.shape or not 2 <= len(head.shape) <= 4:
        raise UserError(
            f"{head.where} has the shape {head.shape}; "
            "use (N, D) for vectors, (N, H, W) or (N, H, W, C) for images"
        )
    if len(head.shape) > 2:
        _check_images(head)


def mapped(path: Path) -> np.ndarray:
    """The array of an NPY file, mapped and read-only; nothing is read yet.

    Raises
    ------
    UserError
        It is no NPY array, one of Python objects, or truncated.
    """
    with path.open("rb") as file:
        head = read_header(file, str(path))
    if (missing := head.offset + head.size - path.stat().st_size) > 0:
        raise _truncated(head, missing)
    return np.memmap(path, head.dtype, "r", head.offset, head.shape, "F" if head.fortran else "C")


def read_images(
    stream: IO[bytes], head: Npy, out: np.ndarray, tick: Callable[[int], None] = lambda _: None
) -> None:
    """Fill ``out`` ``(N, C, H, W)`` from uint8 images of any layout, a few megabytes at a time."""
    for part in chunks(head.shape[0], head.size // head.shape[0], _STEP):
        rows = np.empty((part.stop - part.start, *head.shape[1:]), head.dtype)
        _fill(stream, head, rows)
        out[part] = channels_first(rows, head)
        tick(part.stop)


def channels_first(images: np.ndarray, head: Npy) -> np.ndarray:
    """Images as ``(N, C, H, W)``, a view."""
    if images.ndim == 3:
        return images[:, np.newaxis]
    return images.transpose(0, 3, 1, 2) if head.channels_last else images


def image_room(heads: list[Npy]) -> np.ndarray:
    """Room ``(N, C, H, W)`` for the images of several arrays of one image shape, one after another."""
    shape = heads[0].shape[1:]
    if len(shape) == 2:
        shape = (1, *shape)
    elif heads[0].channels_last:
        shape = (shape[2], *shape[:2])
    return room_for((sum(head.shape[0] for head in heads), *shape), np.uint8)


def read_array(stream: IO[bytes], head: Npy) -> np.ndarray:
    """The whole array as stored, in memory.

    Raises
    ------
    UserError
        The stream ends before the data do.
    """
    flat = np.empty(math.prod(head.shape), head.dtype)
    _fill(stream, head, flat)
    return flat.reshape(head.shape, order="F" if head.fortran else "C")


def check_finite(rows: np.ndarray, where: str) -> None:
    """Raise UserError at the first value of ``rows`` ``(N, D)`` that is no finite number."""
    for part in chunks(len(rows), rows.itemsize * rows.shape[1]):
        bad = np.argwhere(~np.isfinite(rows[part]))
        if len(bad):
            row, column = bad[0] + (part.start, 0)
            raise UserError(
                f"{where} holds {rows[row, column]} in row {row + 1}, column {column + 1} (counted from 1); "
                "fill the gap or remove the row"
            )


def _check_images(head: Npy) -> None:
    if head.dtype != np.uint8:
        raise UserError(f"{head.where} holds images of type {head.dtype}; save them as uint8 from 0 to 255")
    if head.fortran:
        raise UserError(f"{head.where} is in Fortran order; save numpy.ascontiguousarray of the images")
    if len(head.shape) == 4 and not {head.shape[1], head.shape[3]}.intersection(_CHANNELS):
        raise UserError(
            f"{head.where} has the shape {head.shape}; images need 1 or 3 channels, as (N, H, W, C)"
        )


def _fill(stream: IO[bytes], head: Npy, out: np.ndarray) -> None:
    flat = out.reshape(-1).view(np.uint8)
    done = 0
    while done < len(flat):
        data = stream.read(min(_STEP, len(flat) - done))
        if not data:
            raise _truncated(head, head.offset + head.size - stream.tell())
        flat[done : done + len(data)] = np.frombuffer(data, np.uint8)
        done += len(data)


def _truncated(head: Npy, missing: int) -> UserError:
    return UserError(
        f"{head.where} is truncated: {missing:,} of {head.size:,} bytes of data are missing; "
        "fetch or save it again"
    )
