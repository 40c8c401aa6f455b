"""The figures of all runs and of PCA as a table that sorts, with what differs between them in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from aestudio.evaluation.glossary import TERMS
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.racers import Racer
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

if TYPE_CHECKING:
    from aestudio.evaluation.comparison import Comparison, Row

_Index = QModelIndex | QPersistentModelIndex
_RAW = Qt.ItemDataRole.UserRole
_DOT = 10


class ComparisonTable(View):
    """One row a run; click a heading to sort by it."""

    title = "Figures"
    help = "On the test images, with units in the headings' tooltips; PCA of the same code size beside them"

    def __init__(self, parent: QWidget | None = None) -> None:
        body = QWidget()
        self.model = ComparisonModel()
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(_RAW)
        self.rows = _table(self._sorted)
        self.protocol = QLabel()
        self.protocol.setWordWrap(True)
        self.protocol.setFont(small_font())
        self.protocol.setForegroundRole(self.protocol.palette().ColorRole.PlaceholderText)
        self.protocol.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows, 1)
        column.addWidget(self.protocol)
        super().__init__(body, parent)
        self.model.setParent(self)
        self._sorted.setParent(self)

    def show_comparison(self, comparison: Comparison, racers: Sequence[Racer]) -> None:
        """Show this table; rows have the colours of their racers."""
        self.model.show(comparison, {racer.run_id: racer for racer in racers})
        self.rows.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.rows.resizeColumnsToContents()
        self.protocol.setText(comparison.protocol)
        unfair = "; ".join(comparison.unfair)
        self.status.say(f"not like for like: {unfair}" if unfair else "same data, split, seeds and epochs")

    def draw(self, snapshot: Snapshot) -> None:
        """Figures come when a run has ended."""

    def clear(self) -> None:
        self.model.show(None, {})
        self.protocol.setText("")
        self.status.say("")

    def table(self) -> Table:
        header = [
            self.model.headerData(i, Qt.Orientation.Horizontal) for i in range(self.model.columnCount())
        ]
        rows = [
            [self.model.data(self.model.index(r, c)) for c in range(self.model.columnCount())]
            for r in range(self.model.rowCount())
        ]
        return header, rows


class ComparisonModel(QAbstractTableModel):
    """The comparison's rows: a name, a figure a column, and what is different about it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._racers: dict[str, Racer] = {}

    def show(self, comparison: Comparison | None, racers: dict[str, Racer]) -> None:
        """Hold this from now on."""
        self.beginResetModel()
        self._comparison, self._racers = comparison, racers
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        inner = parent is not None and parent.isValid()
        return 0 if inner or self._comparison is None else len(self._comparison.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        inner = parent is not None and parent.isValid()
        return 0 if inner or self._comparison is None else len(self._comparison.columns) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or self._comparison is None:
            return None
        last = len(self._comparison.columns) + 1
        if section in (0, last):
            words = (
                ("Run", "What it is called")
                if section == 0
                else ("What differs", "Its configuration, in words")
            )
        else:
            term = TERMS[self._comparison.columns[section - 1]]
            words = (term.label, f"{term.help} ({term.unit})" if term.unit else term.help)
        return {Qt.ItemDataRole.DisplayRole: words[0], Qt.ItemDataRole.ToolTipRole: words[1]}.get(
            Qt.ItemDataRole(role)
        )

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._comparison is None or not index.isValid():
            return None
        row, place = self._comparison.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, place)
        if role == _RAW:
            return self._raw(row, place)
        if role == Qt.ItemDataRole.ToolTipRole and place > len(self._comparison.columns):
            return row.difference
        if role == Qt.ItemDataRole.DecorationRole and place == 0:
            return _dot(self._racers.get(row.run_ids[0]) if row.run_ids else None)
        if role == Qt.ItemDataRole.ForegroundRole and not row.run_ids:
            return QColor(theme().muted)
        if role == Qt.ItemDataRole.TextAlignmentRole and 0 < place <= len(self._comparison.columns):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: Row, place: int) -> str:
        assert self._comparison is not None
        if place == 0:
            return row.name
        if place > len(self._comparison.columns):
            return row.difference
        return self._comparison.cell(row, self._comparison.columns[place - 1])

    def _raw(self, row: Row, place: int) -> Any:
        """What it is sorted by; what is missing comes last."""
        assert self._comparison is not None
        if place == 0 or place > len(self._comparison.columns):
            return self._text(row, place).casefold()
        value = row.figures.get(self._comparison.columns[place - 1])
        return math.inf if value is None else float(value)


def _dot(racer: Racer | None) -> QIcon:
    picture = QPixmap(_DOT, _DOT)
    picture.fill(Qt.GlobalColor.transparent)
    if racer is not None:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(racer.colour()))
        painter.drawEllipse(0, 0, _DOT - 1, _DOT - 1)
        painter.end()
    return QIcon(picture)


def _table(model: QSortFilterProxyModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Figures of the compared runs")
    table.setSortingEnabled(True)
    table.setShowGrid(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(3 * SPACE)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().setHighlightSections(False)
    return table
