"""Figures of runs side by side, as a table that sorts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from aestudio.evaluation.glossary import TERMS, value_text
from aestudio.qt.drawing.sides import Side
from aestudio.qt.theme import ICON

Figure = float | int | str | None
_NAME, _DIFFERENCE = "Model", "What differs"
_WORDS = 2  # columns before the figures
_OF_PCA = "pca_"
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class FigureRow:
    """One line of the table.

    Args:
        side: whose it is.
        figures: by name; None where one does not apply.
        spread: sample standard deviation over repeats, by name.
        difference: what of its configuration is unlike the others', in words.
    """

    side: Side
    figures: Mapping[str, Figure]
    spread: Mapping[str, float] = field(default_factory=dict[str, float])
    difference: str = ""


def number_of(row: FigureRow, name: str) -> float | None:
    """A figure as a number, None where it is none."""
    value = row.figures.get(name)
    number = float(value) if isinstance(value, int | float) else math.nan
    return number if math.isfinite(number) else None


def columns_of(rows: Sequence[FigureRow]) -> tuple[str, ...]:
    """The figures that are numbers in any row, in the glossary's order."""
    known = (name for name in TERMS if any(number_of(row, name) is not None for row in rows))
    return tuple(name for name in known if not name.startswith(_OF_PCA))  # PCA has rows of its own


class FigureTable(QAbstractTableModel):
    """A row a model: its name and colour, what differs, its figures. What has no figure sorts last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[FigureRow] = []
        self.names: tuple[str, ...] = ()

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self.rows, self.names = list(rows), columns_of(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or not self.rows else len(self.names) + _WORDS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not self.rows:
            return None
        if section < _WORDS:
            return (_NAME, _DIFFERENCE)[section] if role == Qt.ItemDataRole.DisplayRole else None
        term = TERMS[self.names[section - _WORDS]]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{term.label}\n{term.unit}" if term.unit else term.label
        return term.help if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return _dot(row.side.colour)
        if role == Qt.ItemDataRole.ToolTipRole and column < _WORDS:
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= _WORDS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: FigureRow, column: int) -> str:
        """What a cell says."""
        if column < _WORDS:
            return (row.side.name, row.difference)[column]
        name = self.names[column - _WORDS]
        value, spread = row.figures.get(name), row.spread.get(name)
        if value is None:
            return "–"
        return value_text(value) + (f" ± {spread:.2g}" if spread is not None else "")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column. Figures by their value."""
        if not self.rows or column < 0:
            return
        self.layoutAboutToBeChanged.emit()
        down = order == Qt.SortOrder.DescendingOrder
        if _WORDS <= column < len(self.names) + _WORDS:
            name = self.names[column - _WORDS]
            known = [row for row in self.rows if number_of(row, name) is not None]
            known.sort(key=lambda row: number_of(row, name) or 0.0, reverse=down)
            self.rows = known + [row for row in self.rows if number_of(row, name) is None]
        elif column < _WORDS:
            self.rows.sort(key=lambda row: self.text(row, column).casefold(), reverse=down)
        self.layoutChanged.emit()


def _dot(colour: str) -> QPixmap:
    pixmap = QPixmap(QSize(ICON, ICON))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(4, 4, 8, 8)
    painter.end()
    return pixmap
