"""Every check there is, in one command: ``python -m tests``. Arguments go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

CHECKS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["pyright", "--warnings", "--pythonpath", sys.executable],
    # The import contracts are among the tests.
    "tests": ["pytest", *sys.argv[1:]],
}


def main() -> int:
    """Run all checks, the tests last, also after one has failed; 1 if any has."""
    seconds: dict[str, float] = {}
    failed: list[str] = []
    for name, (module, *arguments) in CHECKS.items():
        if name == "tests":
            _tell(seconds, failed)
        print(f"== {name}: {module} {' '.join(arguments)}".rstrip(), flush=True)
        start = time.monotonic()
        done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False)
        seconds[name] = time.monotonic() - start
        if done.returncode:
            failed.append(name)
    return 1 if failed else 0


def _tell(seconds: dict[str, float], failed: list[str]) -> None:
    """What the static checks said, before pytest has the last word."""
    told = ", ".join(
        f"{name} {'FAILED' if name in failed else 'ok'} ({s:.0f} s)" for name, s in seconds.items()
    )
    print(f"== {told}", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
