"""IDX, the format of MNIST: a big-endian header, then bytes (http://yann.lecun.com/exdb/mnist/).

``00 00 08 d`` says bytes in d dimensions; d sizes of 4 bytes follow, then the data in C order.
"""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_DEFLATE_LIMIT = 1032  # no deflate stream unpacks to more than so many times its size
_STEP = 1 << 20
_TYPES = {9: "signed bytes", 11: "16-bit integers", 12: "32-bit integers", 13: "floats", 14: "doubles"}
_ROLES = {1: "labels", 3: "images"}


@dataclass(frozen=True)
class Idx:
    """The header of an IDX file of bytes.

    Parameters
    ----------
    path
        where it is.
    shape
        ``(N,)`` for labels, ``(N, H, W)`` for images.
    zipped
        whether it is gzipped, by its content, whatever its name says.
    """

    path: Path
    shape: tuple[int, ...]
    zipped: bool

    @property
    def offset(self) -> int:
        """Where the data begin, in bytes."""
        return 4 + 4 * len(self.shape)

    @property
    def size(self) -> int:
        """How many bytes of data the header promises."""
        return math.prod(self.shape)


def looks_like_idx(path: Path) -> bool:
    """Whether a file begins as an IDX file of any type does, gzipped or not."""
    try:
        with _opened(path) as stream:
            head = stream.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return len(head) == 4 and head[:2] == b"\0\0" and head[2] in {8, *_TYPES} and 1 <= head[3] <= 4


def read_header(path: Path, dimensions: int) -> Idx:
    """The header of ``path``, which must have 3 ``dimensions`` (images) or 1 (labels).

    Raises
    ------
    UserError
        It is no IDX file, holds something else, or is shorter or longer than it says.
    """
    with _opened(path) as stream:
        head = _read(stream, 4 + 4 * dimensions, path)
    _check_magic(path, head, dimensions)
    if len(head) < 4 + 4 * dimensions:
        raise UserError(f"{path} ends within its IDX header; fetch the file again")
    shape = tuple(int(n) for n in np.frombuffer(head, ">u4", offset=4))
    file = Idx(path, shape, zipped=_is_zipped(path))
    _check_size(file)
    return file


def read_into(file: Idx, out: np.ndarray, tick: Callable[[int], None] = lambda _: None) -> None:
    """Unpack the data straight into ``out``, uint8 and C-contiguous, of ``file.size`` bytes.

    ``tick`` is called with the bytes done, every megabyte.

    Raises
    ------
    UserError
        The file is truncated, longer than it says, or damaged.
    """
    flat = out.reshape(-1)
    done = 0
    with _opened(file.path) as stream:
        _read(stream, file.offset, file.path)
        while done < file.size:
            part = _read(stream, min(_STEP, file.size - done), file.path)
            flat[done : done + len(part)] = np.frombuffer(part, np.uint8)
            done += len(part)
            if len(part) == 0:
                raise _truncated(file, done)
            tick(done)
        if _read(stream, 1, file.path):
            raise _too_long(file)


def mapped(file: Idx) -> np.ndarray:
    """The data of an unzipped file, mapped from disk and read-only; nothing is read yet."""
    return np.memmap(file.path, np.uint8, "r", file.offset, file.shape)


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if _is_zipped(path) else path.open("rb")  # type: ignore[return-value]


def _is_zipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _read(stream: IO[bytes], size: int, path: Path) -> bytes:
    """Up to ``size`` bytes; fewer only where the file ends, be it in the middle of a gzip stream."""
    parts: list[bytes] = []
    try:
        while size > 0 and (part := stream.read1(size)):  # type: ignore[attr-defined]
            parts.append(part)
            size -= len(part)
    except EOFError:
        pass  # what was unpacked before the cut counts, so that the missing bytes can be told
    except (gzip.BadGzipFile, zlib.error) as fault:
        raise UserError(f"{path} is a damaged gzip file ({fault}); fetch it again") from fault
    return b"".join(parts)


def _check_magic(path: Path, head: bytes, dimensions: int) -> None:
    wanted = f"an IDX file of {_ROLES[dimensions]} begins with 00 00 08 {dimensions:02d}"
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in {8, *_TYPES}:
        begin = f"it begins with {head[:4].hex(' ')}" if head else "it is empty"
        raise UserError(f"{path} is no IDX file: {begin}; {wanted}")
    if head[2] != 8:
        raise UserError(f"{path} holds {_TYPES[head[2]]}; {wanted}, which means unsigned bytes")
    if head[3] != dimensions:
        held = _ROLES.get(head[3], f"data of {head[3]} dimensions")
        raise UserError(
            f"{path} holds {held} where {_ROLES[dimensions]} belong; {wanted}, "
            "so check whether files were swapped"
        )


def _check_size(file: Idx) -> None:
    on_disk = file.path.stat().st_size
    if 0 in file.shape:
        raise UserError(f"{file.path} says it holds nothing ({file.shape}); fetch the file again")
    if file.zipped:
        if file.size > _DEFLATE_LIMIT * on_disk:  # before room for an absurd promise is made
            raise _truncated(file, 0)
    elif on_disk < file.offset + file.size:
        raise _truncated(file, on_disk - file.offset)
    elif on_disk > file.offset + file.size:
        raise _too_long(file)


def _truncated(file: Idx, done: int) -> UserError:
    return UserError(
        f"{file.path} is truncated: {file.size - done:,} of {file.size:,} bytes of data are missing; "
        "fetch it again"
    )


def _too_long(file: Idx) -> UserError:
    return UserError(
        f"{file.path} goes on after the {file.size:,} bytes of data that its header promises; fetch it again"
    )
