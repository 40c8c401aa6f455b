"""Memory that was freed, given back to the system: glibc keeps it, in case that somebody asks again."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable


def give_back() -> None:
    """Let the C library return what is free; at the end of work that took long, and on its thread.

    What is freed stays in the pool: 140 MB after a run and a comparison, up to 250 MB after some forty, when
    each thread had one of its own. Elsewhere than with glibc this does nothing.
    """
    if trim := _malloc_trim():
        trim(0)  # ctypes gives up the interpreter's lock meanwhile


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # musl has no such call
        return None
    trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return trim
