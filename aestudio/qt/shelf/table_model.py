"""The listing as Qt's tables ask for it. Taking a new one costs the same however many runs there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.shelf.listing import Listing
from aestudio.qt.shelf.row import COLUMNS, PLACES, Row

Index = QModelIndex | QPersistentModelIndex
TICK, NAME = PLACES["tick"], PLACES["name"]
MOST_TICKED = 6
"""More columns than that cannot be told apart."""

_ROLE = Qt.ItemDataRole
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_CHECKED, _EDITED = _PLAIN | Qt.ItemFlag.ItemIsUserCheckable, _PLAIN | Qt.ItemFlag.ItemIsEditable
_ROOT = QModelIndex()


class RunsModel(QAbstractTableModel):
    """Rows of a listing, with ticks of its own that stay with their runs."""

    ticks_changed = Signal(tuple)  # of Path
    too_many = Signal()
    sort_asked = Signal(str, bool)
    renamed = Signal(Path, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing = Listing()
        self.fixed = False  # nothing can be renamed: a bin, or a read-only workspace
        self._ticked: dict[Path, None] = {}

    @property
    def ticked(self) -> tuple[Path, ...]:
        """The runs to compare, in the order they were ticked."""
        return tuple(self._ticked)

    def set_ticked(self, folders: tuple[Path, ...]) -> None:
        """Tick these runs and no others."""
        self._ticked = dict.fromkeys(folders[:MOST_TICKED])
        self._repaint_ticks()

    def show(self, listing: Listing) -> None:
        """Take a new listing; whoever keeps a selection brings it back after a reset."""
        changed = listing.changed_from(self.listing)
        if changed is None:
            self.beginResetModel()
            self.listing = listing
            self.endResetModel()
            return
        self.listing = listing
        if changed:
            first, last = changed[0], changed[-1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def row(self, place: int) -> Row:
        """What stands in a row."""
        return self.listing.rows[place]

    def toggle(self, folder: Path) -> None:
        """Tick a run, or take its tick away."""
        if folder in self._ticked:
            del self._ticked[folder]
        elif len(self._ticked) < MOST_TICKED:
            self._ticked[folder] = None
        else:
            self.too_many.emit()
            return
        self._repaint_ticks()

    def forget(self, folders: tuple[Path, ...]) -> None:
        """Take the ticks of runs away that are gone."""
        if self._ticked.keys() & set(folders):
            self.set_ticked(tuple(f for f in self._ticked if f not in folders))

    def move(self, old: Path, new: Path) -> None:
        """A run has got another folder: its row and its tick go with it."""
        self.listing = self.listing.moved(old, new)
        self._ticked = {new if folder == old else folder: None for folder in self._ticked}

    def is_ticked(self, row: Row) -> bool:
        """Whether a run is one of those to compare."""
        return row.folder in self._ticked

    def _repaint_ticks(self) -> None:
        if self.listing.rows:
            last = self.index(len(self.listing.rows) - 1, TICK)
            self.dataChanged.emit(self.index(0, TICK), last, [_ROLE.CheckStateRole])
        self.ticks_changed.emit(self.ticked)

    # ------------------------------------------------------------------------------------- Qt's side

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.listing.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        column = index.column()
        if column == TICK and self.row(index.row()).card:
            return _CHECKED
        if column == NAME and not self.fixed and self.row(index.row()).card:
            return _EDITED
        return _PLAIN

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        row = self.row(index.row())
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return row.texts[index.column()]
        if role == _ROLE.CheckStateRole and index.column() == TICK and row.card:
            return Qt.CheckState.Checked if self.is_ticked(row) else Qt.CheckState.Unchecked
        if role == _ROLE.ToolTipRole:
            return tooltip(row.texts[index.column()] or COLUMNS[index.column()].tip, row.line)
        if role == _ROLE.AccessibleTextRole:
            return ", ".join(text for text in (*row.texts, row.line) if text)
        return None

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        row = self.row(index.row())
        if role == _ROLE.CheckStateRole:
            self.toggle(row.folder)
            return True
        if role == _ROLE.EditRole and index.column() == NAME and value not in ("", row.name):
            self.renamed.emit(row.folder, str(value))
            return True  # it shows when the disk says so
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == _ROLE.DisplayRole:
            return column.label
        if role == _ROLE.ToolTipRole:
            return tooltip(column.tip)
        if role == _ROLE.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column > TICK:
            self.sort_asked.emit(COLUMNS[column].name, order == Qt.SortOrder.DescendingOrder)
