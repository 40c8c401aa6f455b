"""A workspace's runs, read again and again at the cost of what has changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from aestudio.library.card import CARD
from aestudio.library.disk import stamp
from aestudio.library.lock import is_held
from aestudio.library.workspace import BIN, Entry, Workspace, read_entry

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Contents:
    """What a workspace holds at one moment.

    Parameters
    ----------
    entries
        every run, the newest first.
    held
        folders of runs that somebody trains right now.
    read_only
        whether nothing in it can be changed.
    """

    entries: tuple[Entry, ...]
    held: frozenset[Path]
    read_only: bool


class Catalogue:
    """Reads one workspace, or its bin. A card is opened again only when its file is another one.

    Parameters
    ----------
    workspace
        where to look.
    binned
        list what was deleted instead.
    """

    def __init__(self, workspace: Workspace, *, binned: bool = False) -> None:
        self.workspace, self.binned = workspace, binned
        self._known: dict[Path, tuple[object, Entry]] = {}

    def read(self, progress: Progress | None = None) -> Contents:
        """Everything as it is now.

        Raises
        ------
        UserError
            the workspace cannot be read: it vanished, or its disk did.
        """
        folders = self._folders()
        entries: list[Entry] = []
        for i, folder in enumerate(folders):
            entries.append(self._entry(folder))
            if progress and i % 50 == 0:
                progress(i / len(folders), f"reading {self.workspace.folder.name}")
        self._known = {entry.folder: self._known[entry.folder] for entry in entries}
        entries.sort(key=_created, reverse=True)
        return Contents(tuple(entries), _held(entries), not os.access(self.workspace.folder, os.W_OK))

    def _folders(self) -> tuple[Path, ...]:
        if self.binned:
            folder = self.workspace.folder / BIN
            return tuple(self.workspace.folders(folder)) if folder.is_dir() else ()
        return tuple(self.workspace.folders())

    def _entry(self, folder: Path) -> Entry:
        now = stamp(f"{folder}/{CARD}")
        then, entry = self._known.get(folder, (None, None))
        if entry is None or now != then:
            entry = read_entry(folder)
            self._known[folder] = now, entry
        return entry


def _created(entry: Entry) -> str:
    return entry.card.created if entry.card else ""


def _held(entries: Iterable[Entry]) -> frozenset[Path]:
    """Only a run that calls itself running may be held by who trains it; the others need no look."""
    running = (entry.folder for entry in entries if entry.card and entry.card.stage == "running")
    return frozenset(folder for folder in running if is_held(folder))
