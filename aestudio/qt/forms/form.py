"""A form drawn from a spec: whoever adds a field to a spec has added it here."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from aestudio.qt.forms.fields import Field, FlagField, field_for
from aestudio.qt.forms.log_slider import LogSlider
from aestudio.qt.forms.manners import Manners, tooltip
from aestudio.qt.forms.numbers import bound_text
from aestudio.spec.knobs import KnobField, Spec, fields_of

LABEL_WIDTH = 104
"""Labels of all forms in a panel line up."""
FIELD_HEIGHT = 24
"""Spin boxes are lower than combo boxes by themselves."""


class SpecForm(QWidget):
    """One row for each field of ``cls``: label, editor, unit, and the help as a tooltip.

    Args:
        cls: the spec class.
        parent: owner.
        without: names of fields that are edited elsewhere.
        sliders: names of real fields that get a slider beside the spin box.
    """

    value_changed = Signal(str, object)
    left = Signal()  # the focus left a field: what follows is another edit

    def __init__(
        self,
        cls: type[Spec],
        parent: QWidget | None = None,
        *,
        without: frozenset[str] = frozenset(),
        sliders: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(parent)
        self._cls, self._sliders = cls, sliders
        self._manners = Manners(self)
        self._manners.left.connect(self.left)
        self._fields: dict[str, Field] = {}
        self._handles: dict[str, LogSlider] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for f in fields_of(cls):
            if f.name not in without:
                self._add(f)

    @property
    def is_empty(self) -> bool:
        """Whether the spec has nothing to edit."""
        return not self._fields

    def show_value(self, spec: Spec) -> None:
        """Show the values of ``spec``; nothing is emitted, and what is being typed stays."""
        for name, field in self._fields.items():
            field.show_value(getattr(spec, name))
        for name, handle in self._handles.items():
            handle.show_value(getattr(spec, name))

    def field(self, name: str) -> QWidget:
        """The editor of one field."""
        return self._fields[name]

    def slider(self, name: str) -> LogSlider:
        """The slider of one field that has one."""
        return self._handles[name]

    def focus_first(self) -> None:
        """Give the focus to the first field."""
        for field in self._fields.values():
            field.setFocus(Qt.FocusReason.TabFocusReason)
            return

    def _add(self, f: KnobField) -> None:
        field = field_for(f, self)
        if field is None:
            return
        self._fields[f.name] = field
        self._describe(field, f)
        field.setMinimumHeight(FIELD_HEIGHT)
        self._manners.watch(field)
        field.edited.connect(self._on_edited)
        label = QLabel(f.label, self)
        label.setToolTip(field.toolTip())
        label.setBuddy(field)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        if f.name in self._sliders:
            self._grid.addLayout(self._with_slider(f, field), row, 1)
        elif isinstance(field, FlagField):
            self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(field, row, 1)

    def _with_slider(self, f: KnobField, field: QWidget) -> QHBoxLayout:
        defaults: dict[str, Any] = {d.name: d.default for d in dataclasses.fields(self._cls)}
        slider = LogSlider(defaults[f.name] or 1.0, f.knob.low or 0.0, f.knob.high or 1e6, self)
        self._describe(slider, f)
        self._manners.watch(slider)
        slider.edited.connect(self._on_edited)
        self._handles[f.name] = slider
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(slider, 1)
        field.setFixedWidth(96)
        line.addWidget(field)
        return line

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        self.value_changed.emit(self.sender().objectName(), value)

    @staticmethod
    def _describe(field: QWidget, f: KnobField) -> None:
        field.setObjectName(f.name)
        field.setAccessibleName(f.label)
        field.setAccessibleDescription(f.knob.help)
        field.setToolTip(tooltip(f.knob.help, _bounds(f)))


def _bounds(f: KnobField) -> str:
    low, high, unit = f.knob.low, f.knob.high, f.knob.unit
    if f.choices or low is None or high is None:
        return ""
    told = f"From {bound_text(low)} to {bound_text(high)} {unit}".rstrip()
    return f"{told}; steps by factors" if f.knob.log else told
