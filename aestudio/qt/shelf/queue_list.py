"""The list of runs that wait: reordered by drag and by key. It only asks; the file decides."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QWidget

from aestudio.library.queue import Queued
from aestudio.qt.builder.two_lines import LINE, TwoLines
from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import SPACE

_ID = Qt.ItemDataRole.UserRole + 2
_EMPTY = "Nothing waits. Queue the builder's run, or one from the list (Ctrl+Shift+Q)."


class QueueList(QListWidget):
    """Entries, the next one first."""

    move_asked = Signal(list, int)  # ids, and the place before which they are wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Runs that wait")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(TwoLines(240, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def chosen(self) -> list[str]:
        """Ids of the chosen entries, from top to bottom."""
        return [self._id(row) for row in self._chosen_rows()]

    def show_entries(self, entries: Sequence[Queued]) -> None:
        """Show what waits, and keep what is chosen."""
        chosen = set(self.chosen())
        self.clear()
        for place, entry in enumerate(entries, 1):
            item = QListWidgetItem(f"{place}. {entry.name or entry.run.name}", self)
            training = entry.run.training
            repeat = ", one of several seeds" if entry.group else ""
            item.setData(LINE, f"{entry.run.name}, {training.epochs} epochs, seed {training.seed}{repeat}")
            item.setData(_ID, entry.id)
            item.setToolTip(tooltip(item.text(), "Drag it, or move it by Alt+Up and Alt+Down"))
            item.setSelected(entry.id in chosen)
        if chosen and (rows := self._chosen_rows()):
            self.setCurrentRow(rows[0], self.selectionModel().SelectionFlag.NoUpdate)

    def ask_up(self) -> None:
        """Ask that the chosen entries come one place earlier."""
        if (rows := self._chosen_rows()) and rows[0] > 0:
            self.move_asked.emit(self.chosen(), rows[0] - 1)

    def ask_down(self) -> None:
        """Ask that the chosen entries come one place later."""
        if (rows := self._chosen_rows()) and rows[-1] < self.count() - 1:
            self.move_asked.emit(self.chosen(), rows[-1] + 2)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the move; the list follows when it was written."""
        if event.source() is not self:
            return
        place = self.indexAt(event.position().toPoint())
        below = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
        to = place.row() + below if place.isValid() else self.count()
        self.move_asked.emit(self.chosen(), to)
        event.setDropAction(Qt.DropAction.IgnoreAction)  # else the rows would be taken out here as well
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            room = self.viewport().rect().adjusted(2 * SPACE, SPACE, -2 * SPACE, -SPACE)
            painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, _EMPTY)

    def _chosen_rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectedIndexes())

    def _id(self, row: int) -> str:
        return str(self.item(row).data(_ID))
