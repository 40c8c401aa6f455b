"""The pictures that were put on the page, one a row: what they are called, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import count
from pathlib import Path, PurePath

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Slot,
)
from PySide6.QtGui import QImage

from aestudio.library.place import default_workspace

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole


class State(Enum):
    """How far a picture is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(eq=False)
class Entry:
    """A picture on the roll.

    Args:
        source: its file, or the bytes of one that was pasted or dragged from a browser.
        name: what it is called.
        state: how far it is in a batch.
        note: what is known of it: its size, its result, or why it failed.
        share: of the work done.
        result: where its result was written.
        thumbnail: of 40 pixels, once it was opened.
    """

    source: Path | bytes
    name: str
    state: State = State.WAITING
    note: str = ""
    share: float = 0.0
    result: Path | None = None
    thumbnail: QImage | None = None

    @property
    def file(self) -> Path | None:
        """Its original; None of what was pasted."""
        return self.source if isinstance(self.source, Path) else None

    @property
    def bytes(self) -> int:
        """Of its file. Raises OSError where that cannot be read."""
        return self.source.stat().st_size if isinstance(self.source, Path) else len(self.source)

    @property
    def line(self) -> str:
        """The note in few words: a sentence on a fault begins with the file, which the row names already."""
        return self.note.removeprefix(f"{self.source}: ") if isinstance(self.source, Path) else self.note


def _free_name(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    path = PurePath(name)
    names = (f"{path.stem} {number}{path.suffix}" for number in count(2))
    return name if name not in taken else next(other for other in names if other not in taken)


def size_told(width: int, height: int, pages: int = 1) -> str:
    """A picture's size in pixels as a row tells it, and of how many in its file it is the first."""
    return f"{width:,} × {height:,}" + (f", first of {pages:,}" if pages > 1 else "")


class Roll(QAbstractListModel):
    """The list; files are dragged out of it as their results, or as themselves where there is none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.workspace = default_workspace()
        """Whose runs may have coded what is on it."""
        self._rows: dict[Entry, int] = {}  # a batch tells of every entry: each found at once

    @property
    def files(self) -> list[Path]:
        """The originals; what was pasted is in none."""
        return [entry.file for entry in self.entries if entry.file]

    def add(self, entries: list[Entry]) -> None:
        """More pictures, below those there are; files that are there already are left out.

        What lies in no file gets a name of its own, by which its result will be called.
        """
        known: set[Path | bytes] = set(self.files)
        new: list[Entry] = []
        for entry in entries:
            if entry.source not in known:
                known.add(entry.source)
                if not entry.file:
                    entry.name = _free_name(entry.name, {e.name for e in (*self.entries, *new)})
                new.append(entry)
        if new:
            first = len(self.entries)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self.entries += new
            self._number()
            self.endInsertRows()

    def remove(self, entry: Entry) -> None:
        """Take a picture off the roll; its file is not touched."""
        row = self._rows[entry]
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.entries[row]
        self._number()
        self.endRemoveRows()

    def clear(self) -> None:
        """Take all off."""
        self.beginResetModel()
        self.entries = []
        self._number()
        self.endResetModel()

    def _number(self) -> None:
        self._rows = {entry: row for row, entry in enumerate(self.entries)}

    @Slot(object)
    def changed(self, entry: Entry) -> None:
        """What is known of a picture has changed."""
        place = self.place(entry)
        if place.isValid():
            self.dataChanged.emit(place, place)

    def entry(self, index: Index) -> Entry | None:
        """The picture of a row."""
        return index.data(_ROLE) if index.isValid() else None

    def place(self, entry: Entry) -> QModelIndex:
        """The row of a picture; an invalid one where it is not on the roll."""
        return self.index(self._rows[entry]) if entry in self._rows else QModelIndex()

    # -------------------------------------------------------------------------------------- Qt's model

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == _ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            where = str(entry.source) if isinstance(entry.source, Path) else entry.name
            return f"{where}\n{entry.note}" if entry.note else where
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.name}, {entry.note or entry.state.value}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # pyright: ignore[reportIncompatibleMethodOverride]  # the stubs say a tuple
        files: list[Path] = []
        for index in indexes:
            entry = self.entry(index)
            if entry and (file := entry.result or entry.file):
                files.append(file)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        return mime
