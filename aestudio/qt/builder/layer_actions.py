"""What can be done to the chosen layer, as actions for keys, menus, buttons and the command palette."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence

from aestudio.qt.builder.document import Document
from aestudio.qt.theme import icon
from aestudio.spec import layers_edit
from aestudio.spec.layers_edit import Half
from aestudio.spec.parts import LAYERS, Layer, Shape
from aestudio.spec.run import ModelSpec

_Key = Qt.Key
_OWN = Qt.ShortcutContext.WidgetShortcut  # where a field has the focus, the key is the field's
_BELOW = Qt.ShortcutContext.WidgetWithChildrenShortcut


class LayerActions(QObject):
    """Actions on the row called ``target``; each asks for one edit of the model.

    Args:
        document: the run under edit, which is only read here.
        parent: owner.
    """

    edit_asked = Signal(str, object, str)  # text for undo, ModelSpec, key of the row to choose then
    insert_asked = Signal()  # a menu of kinds is wanted

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._target = ""
        self._shape: Shape | None = None
        self.insert = self._action("Add layer…", "plus", [_Key.Key_Insert], _BELOW)
        self.duplicate = self._action("Duplicate layer", "duplicate", ["Ctrl+D"], _BELOW)
        self.up = self._action("Move layer up", "up", ["Alt+Up"], _OWN)
        self.down = self._action("Move layer down", "down", ["Alt+Down"], _OWN)
        self.remove = self._action("Remove layer", "delete", [_Key.Key_Delete, _Key.Key_Backspace], _OWN)
        self.link = self._action("Unlink decoder", "unlink", ["Ctrl+L"], _BELOW)
        self.insert.triggered.connect(self.insert_asked)
        self.duplicate.triggered.connect(self._on_duplicate)
        self.up.triggered.connect(self._on_up)
        self.down.triggered.connect(self._on_down)
        self.remove.triggered.connect(self._on_remove)
        self.link.triggered.connect(self._on_link)
        self.kinds = [self._kind_action(cls) for cls in LAYERS]

    @property
    def on_layer(self) -> list[QAction]:
        """Those that change the chosen layer's place in the list."""
        return [self.insert, self.duplicate, self.up, self.down, self.remove]

    @property
    def all(self) -> list[QAction]:
        """Every action on the model."""
        return [*self.on_layer, self.link, *self.kinds]

    def set_target(self, key: str, shape: Shape | None) -> None:
        """Act on the row ``key`` from now on; the shape of the images is needed to write out a mirror."""
        self._target, self._shape = key, shape
        place = self._place()
        count = len(layers_edit.layers_of(self._model, place[0])) if place else 0
        self.duplicate.setEnabled(place is not None)
        self.remove.setEnabled(place is not None)
        self.up.setEnabled(place is not None and place[1] > 0)
        self.down.setEnabled(place is not None and place[1] < count - 1)
        mirrored = self._model.decoder is None
        self.link.setEnabled(not mirrored or shape is not None)
        self.link.setText("Unlink decoder" if mirrored else "Mirror the encoder again")
        self.link.setIcon(icon("unlink" if mirrored else "link"))

    @Slot(object, object)
    def add(self, cls: type[Layer], place: tuple[Half, int] | None) -> None:
        """Add a layer of a kind, behind the chosen row unless a place is given."""
        half, index = place or layers_edit.place_after(self._model, self._target)
        layer = layers_edit.fresh_layer(cls, self._model, half, index)
        model = layers_edit.add_layer(self._model, half, index, layer)
        self._ask(f"Add {cls.label.lower()}", model, half, index)

    def move(self, half: Half, index: int, to: int) -> None:
        """Bring a layer to another place of its half."""
        label = layers_edit.layers_of(self._model, half)[index].label.lower()
        self._ask(f"Move {label}", layers_edit.move_layer(self._model, half, index, to), half, to)

    @property
    def _model(self) -> ModelSpec:
        return self._document.spec.model

    def _place(self) -> tuple[Half, int] | None:
        """Half and index of the target, if it is a layer that can be edited."""
        if not self._target.startswith(("model.encoder.", "model.decoder.")):
            return None
        half, after = layers_edit.place_after(self._model, self._target)
        return half, after - 1

    def _ask(self, text: str, model: ModelSpec, half: Half, index: int) -> None:
        self.edit_asked.emit(text, model, f"model.{half}.{index}")

    def _label(self, half: Half, index: int) -> str:
        return layers_edit.layers_of(self._model, half)[index].label.lower()

    @Slot()
    def _on_duplicate(self) -> None:
        if place := self._place():
            model = layers_edit.duplicate_layer(self._model, *place)
            self._ask(f"Duplicate {self._label(*place)}", model, place[0], place[1] + 1)

    @Slot()
    def _on_remove(self) -> None:
        if place := self._place():
            half, index = place
            model = layers_edit.remove_layer(self._model, half, index)
            left = len(layers_edit.layers_of(model, half))
            key = f"model.{half}.{min(index, left - 1)}" if left else "model.bottleneck"
            self.edit_asked.emit(f"Remove {self._label(half, index)}", model, key)

    @Slot()
    def _on_up(self) -> None:
        if place := self._place():
            self.move(*place, place[1] - 1)

    @Slot()
    def _on_down(self) -> None:
        if place := self._place():
            self.move(*place, place[1] + 1)

    @Slot()
    def _on_link(self) -> None:
        if self._model.decoder is not None:
            key = self._target.replace("model.decoder.", "mirror.")
            self.edit_asked.emit("Mirror the encoder", layers_edit.link_decoder(self._model), key)
        elif self._shape is not None:
            model = layers_edit.unlink_decoder(self._model, self._shape)
            # The mirrored row that was chosen is a layer of its own now, at the same place.
            key = self._target.replace("mirror.", "model.decoder.")
            self.edit_asked.emit("Unlink decoder", model, key)

    @Slot()
    def _on_kind(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.add(LAYERS.get(action.data()), None)

    def _action(self, text: str, glyph: str, keys: list[_Key | str], context: Qt.ShortcutContext) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(context)
        action.setToolTip(f"{text} ({action.shortcut().toString()})")
        return action

    def _kind_action(self, cls: type[Layer]) -> QAction:
        action = QAction(icon("plus"), f"Add layer: {cls.label}", self)
        action.setToolTip(cls.summary())
        action.setData(cls.kind)
        action.triggered.connect(self._on_kind)
        return action
