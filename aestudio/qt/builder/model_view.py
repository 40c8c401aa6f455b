"""The hourglass with what edits it: chosen row, fields, menus and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from aestudio.qt.builder.document import Document
from aestudio.qt.builder.entries import Entry, entries_of
from aestudio.qt.builder.hourglass import Hourglass
from aestudio.qt.builder.layer_actions import LayerActions
from aestudio.qt.builder.part_picker import PartPicker
from aestudio.qt.builder.row_editors import Drawer, NoteDrawer, OutputDrawer, PartDrawer
from aestudio.qt.theme import icon
from aestudio.spec.edit import get_value, with_value
from aestudio.spec.faults import Fault
from aestudio.spec.layers_edit import Half, as_kind
from aestudio.spec.outline import Outline
from aestudio.spec.parts import LAYERS, Part, Shape
from aestudio.spec.run import ModelSpec


class ModelView(QWidget):
    """Shows the document's model and edits it.

    Args:
        document: the run under edit.
        parent: owner.
    """

    reveal = Signal(QWidget)  # should be scrolled into sight
    reveal_y = Signal(int)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._entries: tuple[Entry, ...] = ()
        self._outline: Outline | None = None
        self._faults: Sequence[Fault] = ()
        self._selected, self._opened = "", False
        self._drawers: dict[str, Drawer] = {}
        self.actions_on_layer = LayerActions(document, self)
        self.actions_on_layer.edit_asked.connect(self._on_edit_asked)
        self.actions_on_layer.insert_asked.connect(self._on_insert_key)
        self.to_original = QAction(icon("up"), "Show the encoder's layer", self)
        self.to_original.triggered.connect(self._on_original)
        self.picker = PartPicker(LAYERS, self)
        self.picker.picked.connect(self.actions_on_layer.add)
        self._row_menu = QMenu(self)
        self._row_menu.addActions([*self.actions_on_layer.on_layer, self.actions_on_layer.link])
        self.hourglass = self._make_hourglass()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hourglass)
        # The place of a row is known only after the layout has run.
        self._after_layout = QTimer(self)
        self._after_layout.setSingleShot(True)
        self._after_layout.timeout.connect(self._on_after_layout)

    def show_outline(self, outline: Outline | None, faults: Sequence[Fault]) -> None:
        """Draw the model as it was laid out; None while no data is open."""
        self._outline, self._faults = outline, faults
        self._draw()

    def select(self, key: str, *, opened: bool = True) -> None:
        """Choose a row and open its fields, or close them."""
        self._document.seal()
        self._selected, self._opened = key, opened
        self._draw()
        self._after_layout.start()

    @property
    def selected(self) -> str:
        """Key of the chosen row."""
        return self._selected

    @property
    def drawer(self) -> Drawer | None:
        """What is open below the chosen row."""
        return next((drawer for drawer in self._drawers.values() if not drawer.isHidden()), None)

    # ----------------------------------------------------------------------------------------- drawing

    def _make_hourglass(self) -> Hourglass:
        hourglass = Hourglass(self)
        hourglass.chosen.connect(self._on_chosen)
        hourglass.insert_asked.connect(self._on_insert_asked)
        hourglass.layer_dropped.connect(self._on_layer_dropped)
        hourglass.menu_asked.connect(self._on_menu_asked)
        hourglass.link_asked.connect(self.actions_on_layer.link.trigger)
        hourglass.reveal.connect(self.reveal_y)
        hourglass.addActions([self.actions_on_layer.insert, self.actions_on_layer.duplicate])
        hourglass.addAction(self.actions_on_layer.link)
        hourglass.use_row_actions(
            [self.actions_on_layer.up, self.actions_on_layer.down, self.actions_on_layer.remove]
        )
        return hourglass

    def _draw(self) -> None:
        model = self._document.spec.model
        self._entries = entries_of(model, self._outline, self._faults)
        entry = self._entry(self._selected)
        if entry is None:
            self._selected, self._opened = "", False
        shape: Shape | None = self._outline.data_shape if self._outline else None
        self.actions_on_layer.set_target(self._selected, shape)
        linked = model.decoder is None
        self.hourglass.show_entries(self._entries, self._selected, opened=self._opened, linked=linked)
        drawer = self._filled_drawer(entry, model) if entry is not None and self._opened else None
        for other in self._drawers.values():
            if other is not drawer:
                other.hide()
        if drawer is not None and (row := self.hourglass.row(self._selected)) is not None:
            row.open(drawer)

    def _entry(self, key: str) -> Entry | None:
        return next((entry for entry in self._entries if entry.key == key), None)

    def _filled_drawer(self, entry: Entry, model: ModelSpec) -> Drawer:
        """The editor for a row, made when it is first wanted, with the row's values."""
        kind = "mirror" if entry.original else "layer" if entry.place == "decoder" else entry.place
        kind = "layer" if kind == "encoder" else kind
        if kind not in self._drawers:
            self._drawers[kind] = self._make_drawer(kind)
        drawer = self._drawers[kind]
        if isinstance(drawer, PartDrawer):
            drawer.show_part(get_value(self._document.spec, entry.key))
        elif isinstance(drawer, OutputDrawer):
            drawer.show_model(model)
        elif isinstance(drawer, NoteDrawer):
            drawer.say(self._note(entry))
        return drawer

    def _make_drawer(self, kind: str) -> Drawer:
        actions = self.actions_on_layer
        if kind == "mirror":
            return NoteDrawer([self.to_original, actions.link], self)
        if kind == "input":
            return NoteDrawer([], self)
        if kind == "output":
            output = OutputDrawer(self)
            output.value_changed.connect(self._on_output_changed)
            output.left.connect(self._document.seal)
            return output
        code = kind == "code"
        drawer = PartDrawer(code=code, tools=[] if code else actions.on_layer, parent=self)
        drawer.value_changed.connect(self._on_value_changed)
        drawer.kind_chosen.connect(self._on_kind_chosen)
        drawer.left.connect(self._document.seal)
        return drawer

    def _note(self, entry: Entry) -> str:
        if entry.original and (original := self._entry(entry.original)) is not None:
            name = f"{original.title} {original.number}".strip()
            return f"Follows {name} of the encoder. Unlink the decoder to edit it by itself."
        if not entry.known:
            return "No data is open yet."
        return (
            f"{entry.after:,} numbers an image. Drop a folder, an archive or a file to train on other data."
        )

    # ----------------------------------------------------------------------------------------- editing

    @Slot(str, bool)
    def _on_chosen(self, key: str, opened: bool) -> None:
        self.select(key, opened=opened)

    @Slot()
    def _on_after_layout(self) -> None:
        row = self.hourglass.row(self._selected)
        if row is not None:
            self.reveal.emit(row)

    @Slot(str, object, str)
    def _on_edit_asked(self, text: str, model: ModelSpec, key: str) -> None:
        self._selected = key
        if model == self._document.spec.model:
            self._draw()  # a layer took the place of its like: nothing but what is chosen is another
        else:
            self._document.edit(text, with_value(self._document.spec, "model", model))
        self.hourglass.focus_selected()
        self._after_layout.start()

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: Any) -> None:
        self._document.set_value(f"{self._selected}.{name}", value)

    @Slot(str, object)
    def _on_output_changed(self, name: str, value: Any) -> None:
        self._document.set_value(f"model.{name}", value)

    @Slot(object)
    def _on_kind_chosen(self, cls: type[Part]) -> None:
        part = as_kind(get_value(self._document.spec, self._selected), cls)
        text = f"Change to {cls.label.lower()}"
        self._document.edit(text, with_value(self._document.spec, self._selected, part))

    @Slot(str, int, int)
    def _on_layer_dropped(self, half: Half, index: int, to: int) -> None:
        self.actions_on_layer.move(half, index, to)

    @Slot(str, int, QPoint)
    def _on_insert_asked(self, half: Half, index: int, where: QPoint) -> None:
        self.picker.ask(where, (half, index))

    @Slot()
    def _on_insert_key(self) -> None:
        row = self.hourglass.row(self._selected) or self.hourglass
        self.picker.ask(row.mapToGlobal(QPoint(row.width() // 4, row.height())))

    @Slot(str, QPoint)
    def _on_menu_asked(self, key: str, where: QPoint) -> None:
        self.select(key, opened=self._opened and key == self._selected)
        self._row_menu.popup(where)

    @Slot()
    def _on_original(self) -> None:
        entry = self._entry(self._selected)
        if entry is not None and entry.original:
            self.select(entry.original)
            self.hourglass.focus_selected()
