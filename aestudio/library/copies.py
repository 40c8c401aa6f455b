"""A copy of a run, to share or to change."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from aestudio.library.card import read_card
from aestudio.library.disk import PART, telling
from aestudio.library.folder import check_free, remove_tree
from aestudio.library.lock import HOLDER, LOCK, held

_PATIENCE = 5.0  # seconds: a run that has just ended is still being written to for a moment


def copy_run(folder: Path, goal: Path) -> Path:
    """Copy a run at rest to the new folder ``goal``, which appears whole; the copy has an id of its own.

    Raises
    ------
    UserError
        the run is being written to for more than five seconds, or ``goal`` is there already or cannot be
        written.
    """
    check_free(goal)
    with held(folder, "copying", patience=_PATIENCE), telling(goal):
        part = Path(tempfile.mkdtemp(dir=goal.parent, prefix=".aestudio-", suffix=PART))
        try:
            whole = part / "run"
            shutil.copytree(folder, whole, ignore=shutil.ignore_patterns(LOCK, HOLDER, f".*{PART}"))
            replace(read_card(folder), id=uuid.uuid4().hex, name=goal.name).write(whole)
            if goal.exists():
                goal.rmdir()
            whole.rename(goal)
        finally:
            remove_tree(part)
    return goal
