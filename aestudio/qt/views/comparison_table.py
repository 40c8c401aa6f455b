"""The figures of all runs and of PCA, a row each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.figure_table import FigureRow, FigureTable
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, small_font
from aestudio.training.events import Snapshot

_BY_ERROR = 2  # the column of the test error
_WORDS_WIDTH = 32 * SPACE  # of what differs; the tooltip has it all


class ComparisonTable(View):
    """Sorts by any column; what has no figure comes last."""

    title = "Figures"
    help = "Every figure on the test images, by the same protocol for all. Click a head to sort by it."

    def __init__(self, parent: QWidget | None = None) -> None:
        self.grid = QTableView()
        super().__init__(self.grid, parent)
        self.model = FigureTable(self)
        self.grid.setModel(self.model)
        self.grid.setAccessibleName("Figures of all models")
        self.grid.setFrameShape(QFrame.Shape.NoFrame)
        self.grid.setFont(small_font())
        self.grid.setShowGrid(False)
        self.grid.setAlternatingRowColors(True)
        self.grid.setWordWrap(False)
        self.grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.grid.verticalHeader().hide()
        head = self.grid.horizontalHeader()
        head.setFont(small_font())
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSortIndicator(_BY_ERROR, Qt.SortOrder.AscendingOrder)
        self.grid.setSortingEnabled(True)

    def show_rows(self, rows: Sequence[FigureRow], note: str = "") -> None:
        """Show these in the order chosen before, and say what must be minded."""
        self.model.show_rows(rows)
        head = self.grid.horizontalHeader()
        self.model.sort(head.sortIndicatorSection(), head.sortIndicatorOrder())
        self.grid.resizeColumnsToContents()
        self.grid.setColumnWidth(1, min(self.grid.columnWidth(1), _WORDS_WIDTH))
        self.status.say(note)

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: figures are shown by :meth:`show_rows`."""

    def clear(self) -> None:
        self.show_rows(())

    def table(self) -> Table:
        """As it is sorted; numbers with all their digits."""
        model = self.model
        header = ("model", *model.names, "difference")
        rows = [(r.side.name, *(r.figures.get(n, "") for n in model.names), r.difference) for r in model.rows]
        return header, [["" if value is None else value for value in row] for row in rows]
