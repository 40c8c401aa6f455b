"""The table of runs: rows are chosen, ticked, renamed and opened by mouse and by key."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from aestudio.qt.shelf.columns import ColumnNames
from aestudio.qt.shelf.listing import Listing
from aestudio.qt.shelf.painting import PICTURE, ROW, RowPainter
from aestudio.qt.shelf.row import COLUMNS, PLACES, Row
from aestudio.qt.shelf.table_model import NAME, TICK, RunsModel
from aestudio.qt.shelf.thumbnails import Thumbnails

_WIDEST = 480
_KEYS_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RunsTable(QTableView):
    """Shows listings, and keeps what is chosen when a new one comes."""

    chosen = Signal()  # other rows than before, or none
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self.thumbnails = Thumbnails(PICTURE, self)
        self._waiting: Listing | None = None
        self._fitted = COLUMNS[NAME].width
        self._painter = RowPainter(self.runs, self.thumbnails, self)
        self.setModel(self.runs)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Runs")
        self._dress()
        self.thumbnails.arrived.connect(self._on_arrived)
        self._painter.closeEditor.connect(self._on_editor_closed)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.doubleClicked.connect(self.opened)

    def sizeHint(self) -> QSize:
        return QSize(960, 640)

    def rows(self) -> list[Row]:
        """The chosen runs, from top to bottom."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.runs.row(place) for place in places]

    def show_listing(self, listing: Listing) -> None:
        """Show other rows; while a name is edited they wait."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._waiting = listing
            return
        chosen, current = [row.folder for row in self.rows()], self._current()
        has_others = listing.changed_from(self.runs.listing) is None
        self.runs.show(listing)
        if has_others:
            self.choose(chosen, current)
        else:
            self.chosen.emit()

    def choose(self, folders: Iterable[Path], current: Path | None = None) -> None:
        """Choose these runs, as far as they are listed."""
        selection = QItemSelection()
        for folder in folders:
            if (place := self.runs.listing.place(folder)) is not None:
                selection.select(self.runs.index(place, 0), self.runs.index(place, len(COLUMNS) - 1))
        model, place = self.selectionModel(), self.runs.listing.place(current) if current else None
        if place is not None:
            model.setCurrentIndex(self.runs.index(place, NAME), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.chosen.emit()

    def rename(self) -> None:
        """Edit the name of the current run in place."""
        if rows := self.rows():
            place = self.runs.listing.place(rows[0].folder)
            index = self.runs.index(place or 0, NAME)
            self.setCurrentIndex(index)
            self.edit(index)

    def toggle_ticks(self) -> None:
        """Tick the chosen runs, or take their ticks away."""
        for row in self.rows():
            if row.card:
                self.runs.toggle(row.folder)

    def close_readers(self) -> None:
        """Stop reading pictures."""
        self.thumbnails.close()

    def _current(self) -> Path | None:
        index = self.currentIndex()
        return self.runs.row(index.row()).folder if index.isValid() else None

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().setSingleStep(ROW)
        head = ColumnNames(self)
        self.setHorizontalHeader(head)
        head.setHighlightSections(False)
        head.setSortIndicator(PLACES["when"], Qt.SortOrder.DescendingOrder)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(COLUMNS[TICK].width)
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, column.width)
        head.setSectionResizeMode(TICK, QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)

    # ---------------------------------------------------------------------------------- Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() == Qt.Key.Key_Space:
            self.toggle_ticks()
        elif plain and event.key() in _KEYS_OPEN:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the tick's column ticks, and chooses nothing."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == TICK and event.button() == Qt.MouseButton.LeftButton:
            row = self.runs.row(index.row())
            if row.card:
                self.runs.toggle(row.folder)
            return
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names take the room that is left, until a person gives them another width."""
        super().resizeEvent(event)
        if self.columnWidth(NAME) == self._fitted:
            others = sum(column.width for column in COLUMNS) - COLUMNS[NAME].width
            spare = self.viewport().width() - others
            self._fitted = max(COLUMNS[NAME].width, min(spare, _WIDEST))
            self.setColumnWidth(NAME, self._fitted)

    @Slot(tuple)
    def _on_arrived(self, folders: tuple[Path, ...]) -> None:
        for folder in folders:
            if (place := self.runs.listing.place(folder)) is not None:
                self.update(self.runs.index(place, NAME))

    @Slot(QWidget, QAbstractItemDelegate.EndEditHint)
    def _on_editor_closed(self) -> None:
        if self._waiting:
            listing, self._waiting = self._waiting, None
            self.runs.listing = Listing()  # what came meanwhile told its changes against others
            self.runs.beginResetModel()
            self.runs.endResetModel()
            self.runs.show(listing)
            self.chosen.emit()
