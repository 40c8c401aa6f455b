"""Who holds a run: one writer at a time, told apart by a lock that the system frees when its holder dies."""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from aestudio.library.card import now_text
from aestudio.library.disk import telling, write_json
from aestudio.spec.faults import UserError

LOCK, HOLDER = ".lock", ".holder.json"


@contextlib.contextmanager
def held(folder: Path, why: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold a run while it is written to, for example ``why`` = ``training``.

    ``patience`` is how many seconds another holder is waited for.

    Raises
    ------
    UserError
        somebody else holds it (the sentence names whom), or the folder is read-only.
    """
    lock = FileLock(folder / LOCK, timeout=patience)
    with telling(folder):
        try:
            lock.acquire()
        except Timeout:  # which is an OSError, too
            who = holder(folder)
            raise UserError(f"{folder.name} is held by {who}; wait for it, or close it there") from None
    try:
        with telling(folder):
            write_json(folder / HOLDER, _me(why))
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def is_held(folder: Path) -> bool:
    """Whether somebody is writing to a run right now."""
    if not (folder / LOCK).exists():
        return False
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def holder(folder: Path) -> str:
    """Who holds a run, in words."""
    try:
        who = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return (
            f"{who['program']} (process {who['process']} on {who['host']}, {who['why']} since {who['since']})"
        )
    except (OSError, ValueError, KeyError):
        return "another program"


def _me(why: str) -> dict[str, str | int]:
    return {
        "program": "AE Studio",
        "process": os.getpid(),
        "host": platform.node(),
        "why": why,
        "since": now_text(),
    }
