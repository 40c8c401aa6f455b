"""What may be loaded when: parts and specs without torch, everything outside the window without Qt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Runs in a fresh interpreter. Prints the first module that brings in a forbidden one, and which.
IMPORT_ALL = """
import importlib, pkgutil, sys

forbidden, skipped, *homes = (argument.split(",") for argument in sys.argv[1:])
homes = homes[0]

def modules(home):
    package = importlib.import_module(home)
    yield home
    for found in pkgutil.iter_modules(getattr(package, "__path__", []), home + "."):
        if found.name not in skipped:
            yield from modules(found.name)

count = 0
for home in homes:
    for name in modules(home):
        importlib.import_module(name)
        count += 1
        loaded = [bad for bad in forbidden if bad in sys.modules]
        if loaded:
            sys.exit(f"{name} loads {' and '.join(loaded)}; import it in the function that needs it")
print(count)
"""


def _import_all(*homes: str, forbidden: tuple[str, ...], skipped: tuple[str, ...] = ()) -> int:
    """Import all below ``homes`` in a new process; how many modules that were, or a failed test."""
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(forbidden), ",".join(skipped), ",".join(homes)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        pytest.fail(result.stderr)
    return int(result.stdout)


def test_specs_and_parts_load_no_torch() -> None:
    """Forms and checks stand before torch is there: it takes a second."""
    homes = ("aestudio.spec", "aestudio.models.layers", "aestudio.models.bottlenecks", "aestudio.objectives")
    assert _import_all(*homes, forbidden=("torch",)) > 20


def test_nothing_outside_the_window_loads_qt() -> None:
    assert (
        _import_all("aestudio", forbidden=("PySide6", "shiboken6", "pyqtgraph"), skipped=("aestudio.qt",))
        > 30
    )


def test_the_switches_come_before_anything_heavy() -> None:
    """OpenMP reads them when it is loaded, and numpy or torch load it."""
    assert _import_all("aestudio.__main__", forbidden=("numpy", "torch", "PySide6")) == 1
