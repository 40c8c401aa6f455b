"""Process-wide switches first, then the command line. Nothing heavy may be imported before them."""

from __future__ import annotations

import os
import sys


def short_spins() -> None:
    """Let idle threads of OpenMP and OpenBLAS spin only briefly, unless the user has said otherwise.

    By default OpenMP's spin at every barrier: with two threads on two busy cores that took training from
    11,800 to 470 images/s. OpenBLAS's, which numpy brings, spin for 20 ms after each product. Both read
    their environment when they are loaded, so this comes before numpy and torch.
    """
    if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
        os.environ["GOMP_SPINCOUNT"] = "1000"  # GNU, as in the Linux builds; in rounds
        os.environ["KMP_BLOCKTIME"] = "1"  # Intel and LLVM, as in the others; in milliseconds
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # its least: 2⁴ ticks of the processor's clock


def main() -> int:
    """Run the program; the result is the exit code."""
    short_spins()
    from aestudio.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
