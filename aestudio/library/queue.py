"""Runs that wait for their turn, in one file of the workspace that several windows may change."""

from __future__ import annotations

import contextlib
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli_w
from filelock import FileLock, Timeout

from aestudio.library.disk import telling, write_text
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import from_plain, to_plain

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

QUEUE, _LOCK = "queue.toml", ".queue.lock"
_PATIENCE = 5.0
"""Seconds that another program may take to change the queue; it takes a few milliseconds."""
MOST_SEEDS = 100


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A run that waits.

    Parameters
    ----------
    run
        its spec; the seed is in it.
    name
        what it will be called.
    group
        id that repeats of one spec have in common; empty for a single run.
    id
        its own, while it waits.
    """

    run: RunSpec
    name: str = ""
    group: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def repeats(run: RunSpec, seeds: int, name: str = "") -> tuple[Queued, ...]:
    """One spec with so many seeds, counted up from its own, as entries of one group."""
    if not 1 <= seeds <= MOST_SEEDS:
        raise UserError(f"{seeds} seeds cannot be queued; use 1 to {MOST_SEEDS}")
    group = uuid.uuid4().hex if seeds > 1 else ""
    first = run.training.seed
    runs = [replace(run, training=replace(run.training, seed=first + i)) for i in range(seeds)]
    called = name or run.name
    return tuple(
        Queued(run=one, name=f"{called} seed {one.training.seed}" if seeds > 1 else called, group=group)
        for one in runs
    )


class RunQueue:
    """The queue of one workspace. It holds nothing but its path: others may change it at any time.

    Parameters
    ----------
    workspace
        its folder.
    """

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / QUEUE

    def read(self) -> tuple[Queued, ...]:
        """What waits, the next one first.

        Raises
        ------
        UserError
            the file cannot be read, or an entry is no run.
        """
        try:
            plain = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UserError(f"{self.path}: cannot be read ({error}); mend it or move it away") from error
        entries = plain.get("entries", [])
        if not isinstance(entries, list):
            raise UserError(f"{self.path}: has no list of entries; mend it or move it away")
        return tuple(self._entry(i, entry) for i, entry in enumerate(entries, 1))

    def add(self, entries: Iterable[Queued]) -> tuple[Queued, ...]:
        """Put entries behind those that wait; all that wait now. Errors as in :meth:`read`."""
        new = tuple(entries)
        return self._change(lambda waiting: [*waiting, *new])

    def remove(self, ids: Iterable[str]) -> tuple[Queued, ...]:
        """Take entries out, as far as they are there still."""
        gone = set(ids)
        return self._change(lambda waiting: [entry for entry in waiting if entry.id not in gone])

    def put_back(self, entries: Sequence[tuple[int, Queued]]) -> tuple[Queued, ...]:
        """Undo a removal: each entry goes to its place."""

        def placed(waiting: list[Queued]) -> list[Queued]:
            for place, entry in sorted(entries, key=lambda pair: pair[0]):
                waiting.insert(place, entry)
            return waiting

        return self._change(placed)

    def move(self, ids: Sequence[str], to: int) -> tuple[Queued, ...]:
        """Bring entries, in their order, before the one that is at place ``to`` now."""

        def moved(waiting: list[Queued]) -> list[Queued]:
            chosen = [entry for entry in waiting if entry.id in ids]
            before = [entry for entry in waiting[:to] if entry.id not in ids]
            return [*before, *chosen, *(entry for entry in waiting[to:] if entry.id not in ids)]

        return self._change(moved)

    def take(self, entry_id: str = "") -> Queued | None:
        """Take the next entry out, or the one of that id; None where it is gone: somebody else trains it."""
        taken: list[Queued] = []

        def without(waiting: list[Queued]) -> list[Queued]:
            taken.extend([entry for entry in waiting if entry_id in ("", entry.id)][:1])
            return [entry for entry in waiting if entry not in taken]

        self._change(without)
        return taken[0] if taken else None

    def _change(self, change: Callable[[list[Queued]], list[Queued]]) -> tuple[Queued, ...]:
        with self._locked(), telling(self.path):
            waiting = tuple(change(list(self.read())))
            write_text(self.path, tomli_w.dumps({"entries": [_plain(entry) for entry in waiting]}))
        return waiting

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if not self.path.parent.is_dir():  # else the lock would make it
            raise UserError(
                f"{self.path}: cannot be written, its workspace is gone; choose one that is there"
            )
        lock = FileLock(self.path.with_name(_LOCK), timeout=_PATIENCE)
        with telling(self.path):
            try:
                lock.acquire()
            except Timeout:  # which is an OSError, too
                raise UserError(f"{self.path}: is held by another program; try again") from None
        try:
            yield
        finally:
            lock.release()

    def _entry(self, number: int, plain: Any) -> Queued:
        try:
            run = from_plain(RunSpec, plain["run"])
            return Queued(run=run, name=plain["name"], group=plain["group"], id=plain["id"])
        except (KeyError, TypeError) as error:
            raise UserError(f"{self.path}: entry {number} lacks {error}; mend it or take it out") from error
        except UserError as error:
            raise UserError(f"{self.path}: entry {number}: {error}") from error


def _plain(entry: Queued) -> dict[str, Any]:
    return {"id": entry.id, "name": entry.name, "group": entry.group, "run": to_plain(entry.run)}
