"""A form for a part of any kind in a family: the kind on top, and below it the fields of that kind."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from aestudio.qt.forms.form import SpecForm
from aestudio.qt.forms.manners import Manners, tab_through, tooltip
from aestudio.spec.parts import Part
from aestudio.spec.registry import Family


class PartForm(QWidget):
    """Edits one part. Tools that belong to it may be put into ``head``, beside the kind.

    Args:
        family: the kinds to choose from.
        parent: owner.
        sliders: names of fields that get a slider.
    """

    value_changed = Signal(str, object)
    kind_chosen = Signal(object)  # type[Part]
    left = Signal()

    def __init__(
        self, family: Family[Any], parent: QWidget | None = None, *, sliders: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(parent)
        self._family, self._sliders = family, sliders
        self._class: type[Part] | None = None
        self.form: SpecForm | None = None
        self.kind = QComboBox(self)
        self.kind.setAccessibleName(f"Kind of {family.noun}")
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for cls in family:
            self.kind.addItem(cls.label, cls.kind)
            self.kind.setItemData(self.kind.count() - 1, tooltip(cls.summary()), Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(self._on_kind_activated)
        Manners(self).watch(self.kind)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.head.addWidget(self.kind, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(self.head)

    def show_part(self, part: Part) -> None:
        """Show a part; its form is drawn anew when it is of another kind than before."""
        if type(part) is not self._class:
            self._draw(type(part))
        if self.form is not None:
            self.form.show_value(part)

    def _draw(self, cls: type[Part]) -> None:
        self._class = cls
        self.kind.setCurrentIndex(self.kind.findData(cls.kind))
        self.kind.setToolTip(tooltip(cls.summary()))
        if self.form is not None:
            self.form.blockSignals(True)  # what was not typed to its end is of no part that there is
            self.form.hide()
            self.form.deleteLater()
        self.form = SpecForm(cls, self, sliders=self._sliders)
        self.form.value_changed.connect(self.value_changed)
        self.form.left.connect(self.left)
        self._column.addWidget(self.form)
        tab_through(self.kind, self.form)
        self.form.setVisible(not self.form.is_empty)

    @Slot(int)
    def _on_kind_activated(self, index: int) -> None:
        cls = self._family.get(self.kind.itemData(index))
        if cls is not self._class:
            self.kind_chosen.emit(cls)
