"""Room for a large array: memory where it fits comfortably, else a file that is mapped."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.data.resources import cache_folder
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike

_COMFORT = 0.5  # the trainer, the window and the system want the other half
_SUFFIX = ".mapped"
_ZEROS = bytes(1 << 20)


def room_for(shape: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
    """An array to be filled, C-contiguous and writable; its contents are arbitrary.

    Memory is not touched until it is written, so an array that is filled in part costs only that part.

    Raises
    ------
    UserError
        It fits neither in memory nor on the disk of the cache folder.
    """
    wanted = math.prod(shape) * np.dtype(dtype).itemsize
    if wanted <= _COMFORT * available_memory():
        return np.empty(shape, dtype)
    return _mapped(shape, np.dtype(dtype), wanted)


def available_memory() -> int:
    """Bytes that this process could take now without making the machine swap, by the system's own account."""
    free = _free_memory()
    return free if (limit := _group_limit()) is None else min(free, limit)


def chunks(count: int, row_bytes: int, size: int = 4 << 20) -> Iterator[slice]:
    """Slices over ``count`` rows, each of about ``size`` bytes and at least one row."""
    step = max(1, size // max(1, row_bytes))
    return (slice(at, min(at + step, count)) for at in range(0, count, step))


def _free_memory() -> int:
    if sys.platform == "win32":
        return _windows_free_memory()
    with contextlib.suppress(OSError, ValueError, StopIteration, IndexError):
        lines = Path("/proc/meminfo").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) * 1024
    # macOS tells no figure of what is free without a call to the kernel; half of all is a careful guess.
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _group_limit() -> int | None:
    """What the container leaves, or None where there is no limit."""
    group = Path("/sys/fs/cgroup")
    with contextlib.suppress(OSError, ValueError):
        return int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
    return None


def _windows_free_memory() -> int:
    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("all", "free", "p", "q", "r", "s", "t")
        ]

    status = Status(length=ctypes.sizeof(Status))
    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined]  # there on Windows alone
    kernel.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.free)


def _mapped(shape: tuple[int, ...], dtype: np.dtype, wanted: int) -> np.ndarray:
    folder = cache_folder() / "mapped"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        handle, name = tempfile.mkstemp(suffix=_SUFFIX, dir=folder)
    except OSError as fault:
        raise _no_room(folder, wanted, fault) from fault
    try:
        with os.fdopen(handle, "r+b") as file:
            _set_aside(file.fileno(), wanted)
        return np.memmap(name, dtype, "r+", shape=shape)
    except OSError as fault:
        raise _no_room(folder, wanted, fault) from fault
    finally:
        # A mapping outlives its name, so that the disk is free again however the program ends.
        # Windows refuses to delete what is mapped; there the next sweep does it.
        with contextlib.suppress(OSError):
            os.unlink(name)


def _set_aside(handle: int, wanted: int) -> None:
    """Take the blocks now: writing to a mapped hole on a full disk would kill the program (SIGBUS)."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, wanted)
        return
    for at in range(0, wanted, len(_ZEROS)):
        os.write(handle, _ZEROS[: wanted - at])


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"*{_SUFFIX}"):
        with contextlib.suppress(OSError):  # in use by another window
            left.unlink()


def _no_room(folder: Path, wanted: int, fault: OSError) -> UserError:
    return UserError(
        f"{folder}: the data need {wanted / 1e6:,.0f} MB, which fit neither in memory nor on this disk "
        f"({fault.strerror}); free some space, set AESTUDIO_CACHE to a folder on another disk, "
        "or choose a smaller size"
    )
