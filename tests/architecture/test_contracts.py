"""The import contracts hold, and each of them catches the fault that it was written for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A contract can be green and guard the wrong name, so each gets its fault once: path -> source.
# Imports inside functions are planted on purpose: they are how such a fault slips in.
ROOM = "Dependencies run one way"
QT = "Only aestudio.qt imports Qt"
FAULTS: dict[str, dict[str, str]] = {
    ROOM: {
        "spec/planted_up.py": "def late():\n    import aestudio.data\n",
        "library/planted_window.py": "def late():\n    import aestudio.qt\n",
        "models/planted_sideways.py": "import aestudio.objectives\n",
        "planted_room/__init__.py": "",
    },
    QT: {
        "training/planted_qt.py": "def late():\n    from PySide6.QtCore import QThread\n",
        "evaluation/planted_plot.py": "import pyqtgraph\n",
        "planted_loose.py": "import shiboken6\n",
    },
    "A spec needs no torch": {
        "spec/planted_tensor.py": "def late():\n    import torch.nn.functional\n",
    },
    "Views draw snapshots: no torch, no model": {
        "qt/views/planted_torch.py": "import torch\n",
        "qt/views/planted_model.py": "def late():\n    from aestudio.models import planted_sideways\n",
        "qt/planted_detour.py": "import torch\n",
        "qt/views/planted_indirect.py": "import aestudio.qt.planted_detour\n",
    },
}
KINDS = {
    "Data sources": "data/sources",
    "Layers": "models/layers",
    "Bottlenecks": "models/bottlenecks",
    "Losses": "objectives/losses",
    "Penalties": "objectives/penalties",
    "Corruptions": "objectives/corruptions",
    "Complaints": "evaluation/doctor/complaints",
    "Views": "qt/views",
    "Pages": "qt/pages",
}
for kind, room in KINDS.items():
    home = "aestudio." + room.replace("/", ".")
    FAULTS[f"{kind} do not import each other"] = {
        f"{room}/planted_one.py": "",
        f"{room}/planted_other.py": f"def late():\n    import {home}.planted_one\n",
    }

INNOCENT = {
    "spec/planted_typing.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of a copy with every fault planted: contract -> its part of the report."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(ROOT / "aestudio", copy / "aestudio", ignore=shutil.ignore_patterns("__pycache__"))
    for faults in (*FAULTS.values(), INNOCENT):
        for path, source in faults.items():
            _plant(copy / "aestudio", path, source)
    report = _lint(copy).stdout
    summary, _, details = report.partition("Broken contracts")
    broken = re.findall(r"^(.+) BROKEN", summary, flags=re.MULTILINE)
    parts = re.split("^(" + "|".join(map(re.escape, broken)) + ")$", details, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _plant(package: Path, path: str, source: str) -> None:
    file = package / path
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "__init__.py").touch()
    file.write_text(source, encoding="utf-8")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    command = [str(linter), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_contracts_hold() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract", FAULTS)
def test_contract_catches_its_fault(contract: str, verdicts: dict[str, str]) -> None:
    assert contract in verdicts, f"nothing broke {contract!r}"
    missed = [
        path
        for path, source in FAULTS[contract].items()
        if source and _module(path) not in verdicts[contract]
    ]
    assert not missed


def test_a_new_room_must_be_placed(verdicts: dict[str, str]) -> None:
    assert "planted_room" in verdicts[ROOM]


def test_imports_for_types_only_are_free(verdicts: dict[str, str]) -> None:
    assert not any(_module(path) in told for path in INNOCENT for told in verdicts.values())


def _module(path: str) -> str:
    return "aestudio." + path.removesuffix(".py").replace("/", ".")
