"""What the page does, as commands that do it without a window."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from aestudio.library.folder import SPEC


def resume_command(folder: Path) -> str:
    """Go on with a run."""
    return shlex.join(["aestudio", "resume", str(folder)])


def compare_command(folders: Sequence[Path]) -> str:
    """Hold runs against each other."""
    return shlex.join(["aestudio", "compare", *map(str, folders)])


def race_command(folders: Sequence[Path], workspace: Path) -> str:
    """Train the same specs again, each with its own seed and epochs; of a single one, by itself."""
    specs = [str(folder / SPEC) for folder in folders]
    if len(specs) == 1:
        return shlex.join(["aestudio", "train", *specs])
    return shlex.join(["aestudio", "race", *specs, "--unfair", "--workspace", str(workspace)])


def export_command(folders: Sequence[Path], path: str = "runs.zip") -> str:
    """Pack runs into one file."""
    return shlex.join(["aestudio", "export", *map(str, folders), "--out", path])


def runs_command(workspace: Path, *, binned: bool) -> str:
    """List a workspace or its bin."""
    return shlex.join(["aestudio", "runs", "--workspace", str(workspace), *(["--bin"] if binned else [])])
