"""A section that holds a list of parts: corruptions or penalties, added, edited, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from aestudio.qt.builder.document import Document
from aestudio.qt.builder.fault_label import FaultLabel
from aestudio.qt.builder.part_picker import PartPicker
from aestudio.qt.builder.row_editors import Drawer, tool_button
from aestudio.qt.builder.section import Section
from aestudio.qt.forms.manners import tab_through
from aestudio.qt.forms.part_form import PartForm
from aestudio.qt.theme import SPACE, icon
from aestudio.spec.edit import get_value, with_value
from aestudio.spec.faults import Fault
from aestudio.spec.knobs import fields_of
from aestudio.spec.layers_edit import as_kind, inserted, moved, without
from aestudio.spec.parts import Part
from aestudio.spec.registry import Family
from aestudio.spec.run import RunSpec


class PartsSection(Section):
    """Edits the tuple of parts at ``path``. A section names its family and its path.

    Args:
        document: the run under edit.
        parent: owner.
    """

    family: Family[Any]
    sliders: frozenset[str] = frozenset()
    ordered = True  # whether it matters which comes first

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.items: list[PartItem] = []
        self._list: QVBoxLayout | None = None
        self.picker = PartPicker(self.family, self)
        self.picker.picked.connect(self.add)
        self.adding = [self._add_action(cls) for cls in self.family]

    @Slot(object)
    def add(self, cls: type[Part]) -> None:
        """Append a part of a kind, with its usual values, and show it."""
        parts = self._parts()
        self._edit(f"Add {cls.label}", inserted(parts, len(parts), cls()))
        self.header.setChecked(True)

    def state(self, spec: RunSpec) -> str:
        return ", ".join(map(part_state, getattr(spec, self.path))) or "none"

    def make_body(self) -> QWidget:
        body = QWidget(self)
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, SPACE)
        self._list.setSpacing(SPACE // 2)
        self.add_button = QPushButton(icon("plus"), f"Add {self.family.noun}", body)
        self.add_button.clicked.connect(self._on_add_clicked)
        self._list.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        return body

    def show_spec(self, spec: RunSpec, faults: Sequence[Fault]) -> Sequence[Fault]:
        parts = getattr(spec, self.path)
        while len(self.items) < len(parts):
            self._add_item()
        for index, item in enumerate(self.items):
            item.setVisible(index < len(parts))
            if index < len(parts):
                own = [f for f in faults if f.where == f"{self.path}.{index}"]
                item.show_part(parts[index], own, last=index == len(parts) - 1)
        return [f for f in faults if f.where == self.path]

    def _parts(self) -> tuple[Part, ...]:
        return getattr(self._document.spec, self.path)

    def _edit(self, text: str, parts: tuple[Part, ...]) -> None:
        self._document.edit(text, with_value(self._document.spec, self.path, parts))

    def _add_item(self) -> None:
        if self._list is None:
            return
        item = PartItem(self.family, len(self.items), self.sliders, ordered=self.ordered, parent=self)
        item.value_changed.connect(self._on_value_changed)
        item.kind_chosen.connect(self._on_kind_chosen)
        item.remove_asked.connect(self._on_remove_asked)
        item.move_asked.connect(self._on_move_asked)
        item.left.connect(self._document.seal)
        self.items.append(item)
        self._list.insertWidget(self._list.count() - 1, item)
        tab_through(self.header, *self.items, self.add_button)

    def _add_action(self, cls: type[Part]) -> QAction:
        action = QAction(icon("plus"), f"Add {self.family.noun}: {cls.label}", self)
        action.setToolTip(cls.summary())
        action.setData(cls.kind)
        action.triggered.connect(self._on_adding)
        return action

    @Slot()
    def _on_adding(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.add(self.family.get(action.data()))

    @Slot()
    def _on_add_clicked(self) -> None:
        self.picker.ask(self.add_button.mapToGlobal(QPoint(0, self.add_button.height())))

    @Slot(int, str, object)
    def _on_value_changed(self, index: int, name: str, value: Any) -> None:
        self._document.set_value(f"{self.path}.{index}.{name}", value)

    @Slot(int, object)
    def _on_kind_chosen(self, index: int, cls: type[Part]) -> None:
        path = f"{self.path}.{index}"
        part = as_kind(get_value(self._document.spec, path), cls)
        self._document.edit(f"Change to {cls.label}", with_value(self._document.spec, path, part))

    @Slot(int)
    def _on_remove_asked(self, index: int) -> None:
        self._edit(f"Remove {self._parts()[index].label}", without(self._parts(), index))

    @Slot(int, int)
    def _on_move_asked(self, index: int, to: int) -> None:
        self._edit(f"Move {self._parts()[index].label}", moved(self._parts(), index, to))


class PartItem(Drawer):
    """One part of the list, with its tools and what is wrong with it."""

    value_changed = Signal(int, str, object)
    kind_chosen = Signal(int, object)
    remove_asked = Signal(int)
    move_asked = Signal(int, int)
    left = Signal()

    def __init__(
        self,
        family: Family[Any],
        index: int,
        sliders: frozenset[str],
        *,
        ordered: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._index = index
        self.form = PartForm(family, self, sliders=sliders)
        self.form.value_changed.connect(self._on_value_changed)
        self.form.kind_chosen.connect(self._on_kind_chosen)
        self.form.left.connect(self.left)
        self.up = self._tool("up", f"Apply this {family.noun} earlier", shown=ordered)
        self.down = self._tool("down", f"Apply this {family.noun} later", shown=ordered)
        self.remove = self._tool("delete", f"Remove this {family.noun}")
        self.up.triggered.connect(self._on_up)
        self.down.triggered.connect(self._on_down)
        self.remove.triggered.connect(self._on_remove)
        self.faults = FaultLabel(self)
        self.column.addWidget(self.form)
        self.column.addWidget(self.faults)

    def show_part(self, part: Part, faults: Sequence[Fault], *, last: bool) -> None:
        """Show a part of the list."""
        self.form.show_part(part)
        self.up.setEnabled(self._index > 0)
        self.down.setEnabled(not last)
        self.faults.show_faults(faults)

    def _tool(self, glyph: str, text: str, *, shown: bool = True) -> QAction:
        action = QAction(icon(glyph), text, self)
        if shown:
            self.form.head.addWidget(tool_button(action, self))
        return action

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: object) -> None:
        if not self.isHidden():  # else its part is gone, and what was being typed with it
            self.value_changed.emit(self._index, name, value)

    @Slot(object)
    def _on_kind_chosen(self, cls: object) -> None:
        self.kind_chosen.emit(self._index, cls)

    @Slot()
    def _on_up(self) -> None:
        self.move_asked.emit(self._index, self._index - 1)

    @Slot()
    def _on_down(self) -> None:
        self.move_asked.emit(self._index, self._index + 1)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_asked.emit(self._index)


def part_state(part: Part) -> str:
    """A part in a few letters: its label and its first number, as in ``Gaussian noise 0.5``."""
    numbers = (getattr(part, f.name) for f in fields_of(type(part)) if f.type in (int, float))
    first = next(numbers, None)
    return part.label if first is None else f"{part.label} {first:.4g}"
