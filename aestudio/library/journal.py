"""What a window is about, written now and then, so that the next start can offer it after a crash.

Each process has a journal of its own, and a lock beside it that the system frees when the process dies. A
journal whose lock is free was left behind.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout

from aestudio.library.card import now_text
from aestudio.library.disk import PART, telling, write_json
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import dump_spec, parse_spec

FORMAT = 1
_DISCARDED, _MOST_DISCARDED = "discarded", 20


@dataclass(frozen=True, kw_only=True)
class Journal:
    """One window at one moment.

    Parameters
    ----------
    spec
        the run under edit.
    base
        the run as it was opened.
    page
        the name of the page shown.
    geometry
        the window's size and place, as Qt tells it, in base 64.
    splitters
        how the room is shared, by name, likewise.
    workspace
        whose runs are listed.
    runs
        folders of the runs under way.
    ticks
        folders of the runs ticked to be compared.
    queue
        ids of the runs that wait, the next one first.
    pictures
        files on the Pictures page; what was pasted there has none.
    picture
        the one that was looked at.
    written
        when.
    """

    spec: RunSpec
    base: RunSpec
    page: str = ""
    geometry: str = ""
    splitters: Mapping[str, str] = field(default_factory=dict)
    workspace: str = ""
    runs: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    picture: str = ""
    written: str = field(default_factory=now_text)


def journal_folder() -> Path:
    """Where journals lie."""
    return platformdirs.user_state_path("aestudio") / "journal"


class JournalFile:
    """A process's own journal, held while it lives: ``<process>.json``, with a number for a second window."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or journal_folder()
        with telling(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self.path, self._lock = self._own()

    def write(self, journal: Journal) -> None:
        """Put it in place of the last one: after a crash one of the two is there, whole.

        Raises
        ------
        UserError
            the disk is full or read-only; the last one stays.
        """
        with telling(self.path):
            write_json(self.path, _plain(journal))

    def close(self) -> None:
        """The window ends as it should: nothing is left to offer."""
        self.path.unlink(missing_ok=True)
        _release(self._lock, self.path)

    def _own(self) -> tuple[Path, FileLock]:
        number = 1
        while True:
            name = f"{os.getpid()}" if number == 1 else f"{os.getpid()}-{number}"
            path = self._folder / f"{name}.json"
            lock = _try_lock(path)
            if lock and not path.exists():  # a dead process may have had the same number
                return path, lock
            if lock:
                lock.release()
            number += 1


class Left:
    """A journal that nobody holds any more, claimed by whoever offers it, so that no second window does.

    Parameters
    ----------
    path
        the file.
    journal
        what it says.
    """

    def __init__(self, path: Path, journal: Journal, lock: FileLock) -> None:
        self.path, self.journal, self._lock = path, journal, lock

    def let_go(self) -> None:
        """Offer it again at another start."""
        self._lock.release()

    def discard(self) -> None:
        """Offer it no more. It is put aside, not deleted; the oldest put aside go."""
        aside = self.path.parent / _DISCARDED
        with contextlib.suppress(OSError):
            aside.mkdir(exist_ok=True)
            self.path.replace(aside / f"{self.journal.written.replace(':', '.')} {self.path.name}")
            for old in sorted(aside.iterdir())[:-_MOST_DISCARDED]:
                old.unlink()
        _release(self._lock, self.path)


def left_behind(folder: Path | None = None) -> tuple[Left, ...]:
    """Journals of processes that are gone, the latest first; what cannot be read is put aside."""
    folder = folder or journal_folder()
    found: list[Left] = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        lock = _try_lock(path)
        if lock is None:
            continue
        try:
            found.append(Left(path, read_journal(path), lock))
        except UserError:
            _put_aside(path, lock)
    for part in folder.glob(f".*{PART}") if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if not _is_writing(part):
                part.unlink()
    return tuple(sorted(found, key=lambda left: left.journal.written, reverse=True))


def read_journal(path: Path) -> Journal:
    """What a file says.

    Raises
    ------
    UserError
        it is no journal, or one of a newer program.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain.pop("format") > FORMAT:
            raise UserError(f"{path}: was written by a newer AE Studio; open it with that one")
        specs = {name: parse_spec(plain.pop(name)) for name in ("spec", "base")}
        lists = {name: tuple(map(str, plain.pop(name))) for name in ("runs", "ticks", "queue")}
        lists["pictures"] = tuple(map(str, plain.pop("pictures", ())))  # not in the first journals
        return Journal(**specs, **lists, **plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: is no journal of a window ({error})") from error


def _plain(journal: Journal) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **{name: value for name, value in vars(journal).items() if name not in ("spec", "base")},
        "splitters": dict(journal.splitters),
        "spec": dump_spec(journal.spec),
        "base": dump_spec(journal.base),
    }


def _try_lock(path: Path) -> FileLock | None:
    # It is taken on one thread and given up on another.
    lock = FileLock(path.with_suffix(".lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return None
    return lock


def _release(lock: FileLock, path: Path) -> None:
    with contextlib.suppress(OSError):
        path.with_suffix(".lock").unlink(missing_ok=True)
    lock.release()


def _put_aside(path: Path, lock: FileLock) -> None:
    with contextlib.suppress(OSError):
        (path.parent / _DISCARDED).mkdir(exist_ok=True)
        path.replace(path.parent / _DISCARDED / path.name)
    _release(lock, path)


def _is_writing(part: Path) -> bool:
    """Whether the process whose half-written file this is still holds its journal."""
    journal = part.parent / part.name.removeprefix(".").partition(".json-")[0]
    lock = _try_lock(journal.with_suffix(".json"))
    if lock is None:
        return True
    lock.release()
    return False
