"""What the table shows of a workspace: its rows, filtered and in order. Made on a background thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aestudio.library.catalogue import Catalogue, Contents
from aestudio.library.workspace import Entry
from aestudio.qt.shelf.row import PLACES, Row, row_of

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Question:
    """Which rows are wanted, and in which order.

    Parameters
    ----------
    text
        words that each row must have in its name, preset, stage, tags or note.
    column
        what to sort by, a name in :data:`aestudio.qt.shelf.row.COLUMNS`.
    descending
        the largest first.
    """

    text: str = ""
    column: str = "when"
    descending: bool = True


@dataclass(frozen=True, eq=False)
class Listing:
    """The answer.

    Parameters
    ----------
    rows
        those that match, in order.
    places
        where each run's row is.
    total
        runs in the workspace.
    read_only
        whether nothing in it can be changed.
    question
        what was asked.
    since
        the rows of the listing made before this one, which nobody may have seen.
    changed
        rows that differ from those, where they were of the same runs in the same order; else None.
    """

    rows: tuple[Row, ...] = ()
    places: dict[Path, int] | None = None
    total: int = 0
    read_only: bool = False
    question: Question = Question()
    since: tuple[Row, ...] = ()
    changed: tuple[int, ...] | None = None

    def place(self, folder: Path) -> int | None:
        """The row of a run, None where it is not among them."""
        return self.places.get(folder) if self.places else None

    def changed_from(self, shown: Listing) -> tuple[int, ...] | None:
        """Rows that differ from what is shown; None where that is not known, or has other runs."""
        return self.changed if self.since is shown.rows else None

    def moved(self, old: Path, new: Path) -> Listing:
        """The same, with a run in another folder."""
        rows = tuple(replace(row, folder=new) if row.folder == old else row for row in self.rows)
        return replace(self, rows=rows, places={row.folder: place for place, row in enumerate(rows)})


class Lister:
    """Answers questions about one workspace, at the cost of what changed since the last one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rows: dict[Path, tuple[Entry, bool, bool, Row]] = {}
        self._last = Listing()

    @property
    def folder(self) -> Path:
        """The workspace's."""
        return self._catalogue.workspace.folder

    def answer(self, question: Question, progress: Progress) -> Listing:
        """The rows as they are now. Raises UserError where the workspace cannot be read."""
        contents = self._catalogue.read(progress)
        every = self._every(contents)
        words = question.text.casefold().split()
        rows = [row for row in every if all(word in row.words for word in words)] if words else every
        shown = tuple(ordered(rows, question))
        places = {row.folder: place for place, row in enumerate(shown)}
        since = self._last.rows
        changed = _changed(since, shown)
        self._last = Listing(shown, places, len(every), contents.read_only, question, since, changed)
        return self._last

    def _every(self, contents: Contents) -> list[Row]:
        before, self._rows = self._rows, {}
        for entry in contents.entries:
            held = entry.folder in contents.held
            known = before.get(entry.folder)
            if known is None or known[0] is not entry or known[1:3] != (held, contents.read_only):
                row = row_of(entry, held=held, read_only=contents.read_only)
                known = entry, held, contents.read_only, row
            self._rows[entry.folder] = known
        return [known[3] for known in self._rows.values()]


def ordered(rows: Sequence[Row], question: Question) -> list[Row]:
    """Rows by one column; what has no value there goes last either way, and equals stay newest first."""
    place = PLACES[question.column]
    known = [row for row in rows if row.keys[place] is not None]
    known.sort(key=lambda row: row.keys[place], reverse=question.descending)  # type: ignore[arg-type, return-value]  # one kind a column
    return known + [row for row in rows if row.keys[place] is None]


def _changed(before: tuple[Row, ...], now: tuple[Row, ...]) -> tuple[int, ...] | None:
    if len(before) != len(now) or any(a.folder != b.folder for a, b in zip(before, now, strict=True)):
        return None
    return tuple(place for place, (a, b) in enumerate(zip(before, now, strict=True)) if a is not b)
