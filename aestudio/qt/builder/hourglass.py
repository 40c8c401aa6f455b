"""The model drawn to scale: rows from the input over the code to the output, chosen, moved and opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from aestudio.qt.builder.bar import Bar
from aestudio.qt.builder.decoder_caption import DecoderCaption
from aestudio.qt.builder.entries import Entry, largest
from aestudio.qt.builder.gap_mark import GapLine, PlusButton
from aestudio.qt.builder.row import Row
from aestudio.qt.forms.manners import tab_through
from aestudio.spec.layers_edit import Half

_REACH = 7  # pixels from a gap within which its plus appears


@dataclass(frozen=True)
class Gap:
    """A place between two rows where a layer can go."""

    half: Half
    index: int
    y: int


class Hourglass(QWidget):
    """Shows entries and tells what a person does to them; it edits nothing itself."""

    chosen = Signal(str, bool)  # key of a row, and whether its fields are wanted
    insert_asked = Signal(str, int, QPoint)  # half, index, global position
    layer_dropped = Signal(str, int, int)  # half, from, to
    menu_asked = Signal(str, QPoint)  # key, global position
    link_asked = Signal()
    reveal = Signal(int)  # y that should be seen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName("Model")
        self._entries: tuple[Entry, ...] = ()
        self._row_actions: list[QAction] = []
        self._rows: list[Row] = []
        self._selected = ""
        self._opened = False
        self._gap: Gap | None = None
        self.caption = DecoderCaption(self)
        self.caption.toggled.connect(self.link_asked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.caption)
        self._line, self.plus = GapLine(self), PlusButton(self)
        self.plus.clicked.connect(self._on_plus_clicked)

    # ------------------------------------------------------------------------------------ what is shown

    @property
    def selected(self) -> str:
        """Key of the chosen row, or empty."""
        return self._selected

    @property
    def opened(self) -> bool:
        """Whether the chosen row shows its fields."""
        return self._opened

    def show_entries(self, entries: Sequence[Entry], selected: str, *, opened: bool, linked: bool) -> None:
        """Draw the model; ``selected`` is marked, and keeps its place on the screen as far as it can."""
        self._entries, self._selected, self._opened = tuple(entries), selected, opened
        while len(self._rows) < len(entries):
            self._add_row()
        most = largest(entries)
        for row, entry in zip(self._rows, entries, strict=False):
            row.show_entry(entry, most, selected=entry.key == selected)
            row.setVisible(True)
        for row in self._rows[len(entries) :]:
            row.setVisible(False)
        self.caption.show_linked(linked=linked)
        code = next(i for i, entry in enumerate(entries) if entry.place == "code")
        if self._column.indexOf(self.caption) != code + 1:
            self._column.removeWidget(self.caption)
            self._column.insertWidget(code + 1, self.caption)
        self._set_tab_stop()

    def use_row_actions(self, actions: list[QAction]) -> None:
        """Actions whose keys are heard while a row, and not a field in it, has the focus."""
        self._row_actions = actions

    def row(self, key: str) -> Row | None:
        """The row of that key."""
        return next((r for r, e in zip(self._rows, self._entries, strict=False) if e.key == key), None)

    def focus_selected(self) -> None:
        """Give the focus to the chosen row."""
        if (row := self.row(self._selected)) is not None:
            row.bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def rows(self) -> list[Row]:
        """The rows that are shown, from the input to the output."""
        return self._rows[: len(self._entries)]

    def gaps(self) -> list[Gap]:
        """Where layers can go, with the place of each gap on this widget."""
        found: list[Gap] = []
        for row, entry in zip(self._rows, self._entries, strict=False):
            bottom = row.geometry().bottom() + 1
            if entry.place == "input":
                found.append(Gap("encoder", 0, bottom))
            elif entry.place == "encoder":
                found.append(Gap("encoder", entry.index + 1, bottom))
            elif entry.place == "code" and not self.caption.button.isChecked():
                found.append(Gap("decoder", 0, self.caption.geometry().bottom() + 1))
            elif entry.place == "decoder" and not entry.original:
                found.append(Gap("decoder", entry.index + 1, bottom))
        return found

    def _add_row(self) -> None:
        row = Row(self)
        bar = row.bar
        bar.addActions(self._row_actions)
        bar.clicked.connect(self._on_bar_clicked)
        bar.focused.connect(self._on_bar_focused)
        bar.dragged.connect(self._on_bar_dragged)
        bar.dropped.connect(self._on_bar_dropped)
        bar.drag_cancelled.connect(self._line.hide)
        bar.menu_asked.connect(self._on_bar_menu_asked)
        bar.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if self._rows:
            tab_through(self._rows[-1].bar, row)
        self._rows.append(row)
        self._column.addWidget(row)

    def _set_tab_stop(self) -> None:
        """One Tab reaches the model, and the next its fields; between rows the arrows move."""
        stop = self.row(self._selected) or self._rows[0]
        for row in self._rows:
            here = row is stop
            row.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)

    # ------------------------------------------------------------------------------------- what is done

    @Slot()
    def _on_bar_clicked(self) -> None:
        key = self._bar().entry.key
        self.chosen.emit(key, not (key == self._selected and self._opened))

    @Slot()
    def _on_bar_focused(self) -> None:
        self._hide_plus()

    @Slot(QPoint)
    def _on_bar_menu_asked(self, where: QPoint) -> None:
        self.menu_asked.emit(self._bar().entry.key, where)

    @Slot(QPoint)
    def _on_bar_dragged(self, where: QPoint) -> None:
        bar, y = self._bar(), self.mapFromGlobal(where).y()
        bar.setFocus(Qt.FocusReason.MouseFocusReason)  # so that Escape reaches it
        gap = self._nearest(y, self._half(bar))
        self._hide_plus()
        self._line.show_at(gap.y)
        self.reveal.emit(y)

    @Slot(QPoint)
    def _on_bar_dropped(self, where: QPoint) -> None:
        bar = self._bar()
        self._line.hide()
        gap = self._nearest(self.mapFromGlobal(where).y(), self._half(bar))
        index = bar.entry.index
        to = gap.index if gap.index <= index else gap.index - 1
        if to != index:
            self.layer_dropped.emit(gap.half, index, to)

    @Slot()
    def _on_plus_clicked(self) -> None:
        if self._gap is not None:
            below = self.mapToGlobal(QPoint(self.plus.x(), self.plus.geometry().bottom() + 2))
            self.insert_asked.emit(self._gap.half, self._gap.index, below)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = round(event.position().y())
        near = [gap for gap in self.gaps() if abs(gap.y - y) <= _REACH]
        if near:
            self._gap = min(near, key=lambda gap: abs(gap.y - y))
            self._line.show_at(self._gap.y)
            self.plus.show_at(self._gap.y)
        else:
            self._hide_plus()

    def leaveEvent(self, event: QEvent) -> None:
        self._hide_plus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = QApplication.focusWidget()
        if isinstance(bar, Bar):
            handled = self._press_on_bar(bar, event)
        else:
            handled = event.key() == Qt.Key.Key_Escape
            self.focus_selected() if handled else None
        event.setAccepted(handled)

    def _press_on_bar(self, bar: Bar, event: QKeyEvent) -> bool:
        key, index = event.key(), self._entries.index(bar.entry)
        last = len(self._entries) - 1
        moves = {
            Qt.Key.Key_Up: index - 1,
            Qt.Key.Key_Down: index + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if key in moves and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return True  # the layer is at its end already, and stays chosen
        if key in moves:
            to = max(0, min(last, moves[Qt.Key(key)]))
            self.chosen.emit(self._entries[to].key, True)
            self.focus_selected()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(bar.entry.key, not (bar.entry.key == self._selected and self._opened))
        elif key == Qt.Key.Key_Escape:
            if not bar.cancel_drag():
                self.chosen.emit(bar.entry.key, False)
        else:
            return False
        return True

    def _bar(self) -> Bar:
        """The bar whose signal is being answered."""
        bar = self.sender()
        assert isinstance(bar, Bar)
        return bar

    @staticmethod
    def _half(bar: Bar) -> Half:
        return "encoder" if bar.entry.place == "encoder" else "decoder"

    def _nearest(self, y: int, half: Half) -> Gap:
        return min((gap for gap in self.gaps() if gap.half == half), key=lambda gap: abs(gap.y - y))

    def _hide_plus(self) -> None:
        self._gap = None
        self.plus.hide()
        self._line.hide()
