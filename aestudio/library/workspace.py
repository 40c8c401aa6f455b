"""A workspace: a folder of runs, with a bin beside them."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from aestudio.library.card import CARD, Card, read_card
from aestudio.library.disk import telling
from aestudio.library.lock import held, is_held
from aestudio.library.place import default_workspace as default_workspace
from aestudio.spec.faults import UserError

BIN = ".bin"
"""Where deleted runs go; nothing is deleted that cannot be brought back."""


@dataclass(frozen=True)
class Entry:
    """One run as a list shows it.

    Parameters
    ----------
    folder
        where it lies.
    card
        what it is; None where it cannot be read.
    problem
        why not, else empty.
    """

    folder: Path
    card: Card | None
    problem: str = ""


def stage_of(entry: Entry) -> str:
    """Where a run stands; one that nobody holds any more was interrupted, however it called itself."""
    if entry.card is None:
        return "unreadable"
    running = entry.card.stage == "running"
    return "interrupted" if running and not is_held(entry.folder) else entry.card.stage


class Workspace:
    """Finds, names and moves runs. It holds nothing but its path: others may work in the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> Workspace:
        """The same, its folder made where it was not there yet. Raises UserError where that cannot be."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UserError(f"{self.folder}: is a file; choose a folder for the workspace")
        with telling(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def entries(self, progress: Callable[[float, str], None] | None = None) -> tuple[Entry, ...]:
        """Every run, the newest first; what cannot be read is listed with the reason.

        Raises
        ------
        UserError
            the workspace cannot be read: it vanished, or its disk did.
        """
        folders = list(self.folders())
        entries: list[Entry] = []
        for i, folder in enumerate(folders):
            entries.append(read_entry(folder))
            if progress and i % 50 == 0:
                progress(i / len(folders), f"reading {self.folder.name}")
        return tuple(sorted(entries, key=lambda e: e.card.created if e.card else "", reverse=True))

    def binned(self) -> tuple[Entry, ...]:
        """The runs in the bin."""
        folder = self.folder / BIN
        return tuple(map(read_entry, self.folders(folder))) if folder.is_dir() else ()

    def folders(self, below: Path | None = None) -> Iterator[Path]:
        """The folders in the workspace, or in the one ``below`` it, by name. Raises UserError as above."""
        try:
            with os.scandir(below or self.folder) as found:
                yield from sorted(
                    Path(item.path) for item in found if not item.name.startswith(".") and _is_folder(item)
                )
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise UserError(
                f"{self.folder}: cannot be read ({why}); choose a workspace that is there"
            ) from error

    def find(self, name: str) -> Path:
        """The folder of a run: by its path, its folder's name, its own name or the start of its id.

        Raises
        ------
        UserError
            there is none, or more than one.
        """
        path = Path(name).expanduser()
        if (path / CARD).exists():
            return path
        if (self.folder / name / CARD).exists():
            return self.folder / name
        entries = self.entries() if self.folder.is_dir() else ()
        hits = [e.folder for e in entries if e.card and (e.card.name == name or e.card.id.startswith(name))]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise UserError(f"{name!r} is the name of {len(hits)} runs; use a folder: {_listed(hits)}")
        there = f"use one of {_listed([e.folder for e in entries])}" if entries else "none is there yet"
        raise UserError(f"there is no run {name!r} in {self.folder}; {there}")

    def new_folder(self, name: str) -> Path:
        """A folder for a run of this name that does not exist yet."""
        stem = folder_name(name)
        names = (stem, *(f"{stem} {i}" for i in range(2, 100_000)))
        return next(self.folder / n for n in names if not (self.folder / n).exists())

    # --------------------------------------------------------------------------- what is done to runs

    def change(self, folder: Path, **changes: object) -> Card:
        """Change a run's ``tags`` or ``note`` on its card. Raises UserError while somebody else holds it."""
        read_card(folder)  # first, as the lock would make a folder that is gone
        with held(folder, "editing"), telling(folder):
            card = replace(read_card(folder), **changes)  # type: ignore[arg-type]  # fields of a card
            card.write(folder)
            return card

    def rename(self, folder: Path, name: str) -> Path:
        """Give a run another name, and its folder with it."""
        if not name.strip():
            raise UserError("a run needs a name; write a few letters")
        self.change(folder, name=name.strip())
        goal = folder if folder.name == folder_name(name) else self.new_folder(name)
        return self._move(folder, goal)

    def discard(self, folder: Path) -> Path:
        """Move a run to the bin, and say where it lies there."""
        if not folder.is_dir():
            raise UserError(f"{folder}: is gone already; look again")
        with held(folder, "deleting"):
            pass  # nobody may be writing to it
        stamp = datetime.datetime.now().strftime("%Y-%m-%d %H.%M.%S.%f")
        with telling(self.folder):
            (self.folder / BIN).mkdir(exist_ok=True)
        return self._move(folder, self.folder / BIN / f"{folder.name} ({stamp})")

    def restore(self, binned: Path) -> Path:
        """Bring a run back from the bin."""
        return self._move(binned, self.new_folder(binned.name.rpartition(" (")[0] or binned.name))

    def _move(self, folder: Path, goal: Path) -> Path:
        with telling(folder):
            return folder if folder == goal else folder.rename(goal)


def read_entry(folder: Path) -> Entry:
    """A folder as a list shows it, whatever is in it."""
    try:
        return Entry(folder, read_card(folder))
    except UserError as error:
        return Entry(folder, None, str(error))


def _listed(folders: list[Path]) -> str:
    names = [folder.name for folder in folders[:8]]
    return ", ".join(names) + (", …" if len(folders) > len(names) else "")


def folder_name(name: str) -> str:
    """A name as a folder may be called on every system."""
    return re.sub(r"[^\w.+-]+", "-", name).strip("-.") or "run"


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # such as a link that leads to itself
        return False
