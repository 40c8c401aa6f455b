"""Process-wide switches first, then the command line. Nothing heavy may be imported before them."""

from __future__ import annotations

import os
import sys


def set_switches() -> None:
    """What numpy's and torch's libraries read from the environment when they are loaded, so before them.

    What the user has set stays.
    """
    _spin_briefly()
    # Tensors of 2 MB and more lie on large pages, where Linux leaves that to the program: a photograph's net
    # asks for new memory at each layer, and a quarter of its time went into handing out 4 kB at a time.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def _spin_briefly() -> None:
    """Let idle threads of OpenMP and OpenBLAS spin only briefly.

    By default OpenMP's spin at every barrier: with two threads on two busy cores that took training from
    11,800 to 470 images/s. OpenBLAS's, which numpy brings, spin for 20 ms after each product.
    """
    if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
        os.environ["GOMP_SPINCOUNT"] = "1000"  # GNU, as in the Linux builds; in rounds
        os.environ["KMP_BLOCKTIME"] = "1"  # Intel and LLVM, as in the others; in milliseconds
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # its least: 2⁴ ticks of the processor's clock


def main() -> int:
    """Run the program; the result is the exit code."""
    set_switches()
    from aestudio.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
