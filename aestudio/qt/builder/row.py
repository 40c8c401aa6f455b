"""A row of the hourglass with what stands below it: its faults, and its fields while it is open."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from aestudio.qt.builder.bar import Bar
from aestudio.qt.builder.entries import Entry
from aestudio.qt.builder.fault_label import FaultLabel
from aestudio.qt.forms.manners import tab_through


class Row(QWidget):
    """A bar, the faults of its layer, and a place for an editor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)  # the hourglass follows the pointer through it
        self.bar = Bar(self)
        self.faults = FaultLabel(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.faults)

    def show_entry(self, entry: Entry, most: int, *, selected: bool) -> None:
        """Show a layer and what is wrong with it."""
        self.bar.show_entry(entry, most, selected=selected)
        self.faults.show_faults(entry.faults, f"{entry.title} {entry.number}".strip())

    def open(self, editor: QWidget) -> None:
        """Put an editor below the bar; it comes from whichever row had it."""
        if editor.parentWidget() is not self:
            self._column.addWidget(editor)
            tab_through(self.bar, editor)
        editor.show()
