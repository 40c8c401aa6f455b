"""The editors of one value each.

All have ``edited``, which only a person's hand emits, and ``show_value``, which tells no one.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget

from aestudio.qt.forms.numbers import RealField, WholeField
from aestudio.spec.knobs import KnobField


class ChoiceField(QComboBox):
    """One of a few words."""

    edited = Signal(object)  # str

    def __init__(self, choices: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for choice in choices:
            self.addItem(choice.replace("_", " "), choice)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)

    def show_value(self, value: str) -> None:
        """Show a choice without telling anyone."""
        self.setCurrentIndex(self.findData(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.edited.emit(self.itemData(index))


class FlagField(QCheckBox):
    """Yes or no."""

    edited = Signal(object)  # bool

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._on_clicked)

    def show_value(self, value: bool) -> None:
        """Show yes or no without telling anyone."""
        self.setChecked(value)

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.edited.emit(checked)


class TextField(QLineEdit):
    """A line of text."""

    edited = Signal(object)  # str

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self._on_text_edited)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.edited.emit(text)

    def show_value(self, value: str) -> None:
        """Show a text without telling anyone; the cursor stays where it is."""
        if value != self.text():
            self.setText(value)


Field = WholeField | RealField | ChoiceField | FlagField | TextField


def field_for(f: KnobField, parent: QWidget) -> Field | None:
    """The editor that a spec's field asks for, or None for a part or a list of parts."""
    if f.choices:
        return ChoiceField(f.choices, parent)
    if f.type is bool:
        return FlagField(parent)
    if f.type is int:
        return WholeField(f.knob, parent)
    if f.type is float:
        return RealField(f.knob, parent)
    return TextField(parent) if f.type is str else None
