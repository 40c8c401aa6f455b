"""Runs as a table that a thousand of them do not slow down: a cell is made into text when it is painted."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor

from aestudio.evaluation.glossary import TERMS, value_text
from aestudio.library.card import Card
from aestudio.library.workspace import Entry
from aestudio.qt.theme import theme

_Index = QModelIndex | QPersistentModelIndex

RAW = Qt.ItemDataRole.UserRole
"""The role under which a cell gives what it is sorted by."""


@dataclass(frozen=True)
class Shown:
    """One run in the list: its entry, and where it stands, which only its lock can tell."""

    entry: Entry
    stage: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.entry.folder


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it teaches, a cell's value, and how that is written."""

    title: str
    tip: str
    value: Callable[[Card], Any]
    text: Callable[[Any], str] = str
    is_number: bool = False


def _figure(name: str, title: str) -> Column:
    term = TERMS[name]
    return Column(title, f"{term.help} ({term.unit})", lambda card: card.figures.get(name), value_text, True)


COLUMNS = (
    Column("Run", "What it is called", lambda card: card.name),
    Column("State", "Whether it is done, or can go on", lambda card: card.stage),
    _figure("test_mse", "Test MSE"),
    _figure("test_psnr_db", "PSNR, dB"),
    _figure("code_size", "Code"),
    _figure("parameters", "Parameters"),
    Column("Epochs", "Passes over the training images", lambda card: card.epochs_done, str, True),
    Column("Data", "What it was trained on", lambda card: card.data.get("name", "")),
    Column("Begun", "When it was begun", lambda card: card.created, lambda text: when(text)),
    Column("Tags", "Words to find it by", lambda card: " ".join(card.tags)),
)
NAME, STATE = 0, 1


def when(text: str) -> str:
    """A moment as short as it can be told: the time of today, else the day."""
    try:
        moment = datetime.datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    today = datetime.datetime.now().astimezone().date()
    return moment.strftime("%H:%M" if moment.date() == today else "%d %b %Y")


class RunsModel(QAbstractTableModel):
    """The runs of one workspace, with a tick for each that is to be compared."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Shown] = []
        self._ticked: set[Path] = set()

    def show(self, runs: Sequence[Shown]) -> None:
        """Hold these from now on; ticks stay with their folders."""
        self.beginResetModel()
        self._runs = list(runs)
        self._ticked &= {run.folder for run in runs}
        self.endResetModel()

    def run(self, row: int) -> Shown:
        """The run of a row."""
        return self._runs[row]

    @property
    def ticked(self) -> tuple[Path, ...]:
        """The folders of the ticked runs, in the order of the list."""
        return tuple(run.folder for run in self._runs if run.folder in self._ticked)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return {Qt.ItemDataRole.DisplayRole: column.title, Qt.ItemDataRole.ToolTipRole: column.tip}.get(
            Qt.ItemDataRole(role)
        )

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        can_tick = index.column() == NAME and self._runs[index.row()].entry.card is not None
        return flags | Qt.ItemFlag.ItemIsUserCheckable if can_tick else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], COLUMNS[index.column()]
        card = run.entry.card
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(run, index.column())
        if role == RAW:
            return self._raw(run, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME and card is not None:
            ticked = run.folder in self._ticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(run, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return run.entry.problem or str(run.folder)
        return None

    def _text(self, run: Shown, place: int) -> str:
        if place == STATE:
            return run.stage
        if run.entry.card is None:
            return run.folder.name if place == NAME else ""
        value = COLUMNS[place].value(run.entry.card)
        return "–" if value is None else COLUMNS[place].text(value)

    def _raw(self, run: Shown, place: int) -> Any:
        """A value of one kind for each column; what is missing is larger than all numbers."""
        if run.entry.card is None:
            return float("inf") if COLUMNS[place].is_number else run.folder.name
        value = COLUMNS[place].value(run.entry.card)
        if COLUMNS[place].is_number:
            return float("inf") if value is None else float(value)
        return run.stage if place == STATE else str(value).casefold()

    def _colour(self, run: Shown, place: int) -> QColor | None:
        now = theme()
        if run.entry.card is None or (place == STATE and run.stage == "failed"):
            return QColor(now.bad)
        if place == STATE and run.stage in ("interrupted", "paused", "stopped"):
            return QColor(now.warn)
        if place == STATE and run.stage == "running":
            return QColor(now.accent)
        return None if place == NAME else QColor(now.muted) if place > 5 else None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        folder = self._runs[index.row()].folder
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._ticked.add(folder)
        else:
            self._ticked.discard(folder)
        self.dataChanged.emit(index, index, [role])
        return True


class Filtered(QSortFilterProxyModel):
    """Sorted by what cells stand for, and cut down to the runs that hold every word that is typed."""

    def __init__(self, source: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._words = source, list[str]()
        self.setSourceModel(source)
        self.setSortRole(RAW)

    def search(self, text: str) -> None:
        """Show only runs whose name, preset, state, data, tags or note hold these words."""
        self._words = text.casefold().split()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: _Index) -> bool:
        if not self._words:
            return True
        run = self._source.run(source_row)
        card = run.entry.card
        parts: list[str] = [run.folder.name, run.stage]
        if card:
            parts += [card.name, card.preset, *card.tags, card.note, str(card.data.get("name", ""))]
        text = " ".join(parts).casefold()
        return all(word in text for word in self._words)
