"""Process-wide switches first, then the command line. Nothing heavy may be imported before them."""

from __future__ import annotations

import os
import sys


def short_spins() -> None:
    """Let idle OpenMP threads spin only briefly, unless the user has said otherwise.

    By default they spin at every barrier: with two threads on two busy cores that took training from
    11,800 to 470 images/s. OpenMP reads its environment when it is loaded, so this comes before torch.
    """
    if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
        os.environ["GOMP_SPINCOUNT"] = "1000"  # GNU, as in the Linux builds; in rounds
        os.environ["KMP_BLOCKTIME"] = "1"  # Intel and LLVM, as in the others; in milliseconds


def main() -> int:
    """Run the program; the result is the exit code."""
    short_spins()
    from aestudio.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
