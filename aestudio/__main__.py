"""Process-wide switches first, then the command line. Nothing heavy may be imported before them."""

from __future__ import annotations

import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h


def set_switches() -> None:
    """Set up this process's threads and memory, before numpy and torch; what the user has set stays."""
    _short_spins()
    _one_pool()


def _short_spins() -> None:
    """Let idle threads of OpenMP and OpenBLAS spin only briefly.

    By default OpenMP's spin at every barrier: with two threads on two busy cores that took training from
    11,800 to 470 images/s. OpenBLAS's, which numpy brings, spin for 20 ms after each product. Both read
    their environment when they are loaded.
    """
    if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
        os.environ["GOMP_SPINCOUNT"] = "1000"  # GNU, as in the Linux builds; in rounds
        os.environ["KMP_BLOCKTIME"] = "1"  # Intel and LLVM, as in the others; in milliseconds
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # its least: 2⁴ ticks of the processor's clock


def _one_pool() -> None:
    """Let glibc's threads share one pool of memory, which keeps what is freed until it is given back.

    By default each has pools of 64 MB that go back to the system whenever they are empty, as does whatever is
    larger than 32 MB, and the system clears every page before it is used again. Denoising a photograph took
    a fifth longer, and a fifth more memory. Pools are made with the threads, so this comes first.
    """
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes  # numpy brings it in anyway

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl has no such call
        return
    mallopt(_ARENA_MAX, 1)
    if not mallopt(_MMAP_THRESHOLD, 128 << 20):
        mallopt(_MMAP_THRESHOLD, 32 << 20)  # all that older ones take
    mallopt(_TRIM_THRESHOLD, 1 << 30)


def main() -> int:
    """Run the program; the result is the exit code."""
    set_switches()
    from aestudio.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
