"""The row that is chosen, and its picture on the table: one follows the other, and they go back together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.qt.darkroom.foot import Foot
from aestudio.qt.darkroom.opening import Opening
from aestudio.qt.darkroom.roll import Entry, Roll, State, size_told
from aestudio.qt.darkroom.roll_view import RollView
from aestudio.qt.darkroom.table import Table
from aestudio.qt.darkroom.tool import Opened


class Choice(QObject):
    """Opens the picture of the row that is chosen; where that is given up, the row before is chosen again.

    Args:
        view: which row is chosen.
        table: gets the picture.
        foot: tells how far it is, or what is wrong with it.
        parent: the page.
    """

    changed = Signal()  # another picture is on the table, or none
    kept = Signal()  # the picture on the table stays there after all

    def __init__(self, view: RollView, table: Table, foot: Foot, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._table, self._foot = view, table, foot
        self.roll: Roll = view.roll
        self.shown: Entry | None = None  # whose picture is on the table, or whose fault was told
        self._opening = Opening(self)
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(self._on_unreadable)
        self._opening.told.connect(foot.show_progress)
        view.chosen.connect(self._on_chosen)
        view.clicked.connect(self.try_again)
        self.roll.rowsRemoved.connect(self._on_removed)
        self.roll.modelReset.connect(self._on_removed)

    def cancel(self) -> None:
        """Open nothing; the row of what is shown is chosen again."""
        self._opening.cancel()
        self._view.choose(self.shown)

    @Slot()
    def try_again(self) -> None:
        """Open what could not be opened: its file was mended since, or the run that made it is there now."""
        if self.shown and self.shown is self._view.current and not self._table.opened:
            self._opening.open(self.shown, self.roll.workspace)

    def close(self) -> None:
        """Stop, and wait."""
        self._opening.close()

    def _show(self, entry: Entry | None, opened: Opened | None, sentence: str = "") -> None:
        self.shown = entry
        self._foot.say(sentence)
        self._table.put(opened, sentence)
        self.changed.emit()

    @Slot(object)
    def _on_chosen(self, entry: Entry | None) -> None:
        if entry and entry is not self.shown:
            self._opening.open(entry, self.roll.workspace)
            return
        self._opening.cancel()
        if entry:
            self.kept.emit()
        else:
            self._show(None, None)

    @Slot()
    def _on_removed(self) -> None:
        if not self.roll.entries:
            self._on_chosen(None)

    @Slot(object, object)
    def _on_opened(self, entry: Entry, opened: Opened) -> None:
        if entry.state in (State.WAITING, State.FAILED):
            entry.state, entry.note = State.WAITING, size_told(*opened.picture.size, opened.picture.pages)
        self.roll.changed(entry)
        self._show(entry, opened)

    @Slot(object, str)
    def _on_unreadable(self, entry: Entry, sentence: str) -> None:
        entry.state, entry.note = State.FAILED, sentence
        self.roll.changed(entry)
        self._show(entry, None, sentence)
