"""A slider for each direction in which codes differ most."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.forms.boxes import chooser
from aestudio.qt.forms.dial import Dial
from aestudio.qt.forms.manners import Stillness
from aestudio.qt.labels import section
from aestudio.qt.latent.works import SLIDERS, Explored
from aestudio.qt.theme import SPACE

if TYPE_CHECKING:
    from aestudio.latent.directions import Direction

Floats = NDArray[np.float32]

_KINDS = (
    ("Numbers of the code", "The single numbers that vary most; of a variational code each has its meaning"),
    ("Principal components", "The directions in which codes differ most, whatever numbers they mix"),
)


class Sliders(QWidget):
    """Turns the code along one direction at a time; all else stays."""

    turned = Signal(object, str)  # the code, and which slider did it
    middle_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explored: Explored | None = None
        self._code: Floats | None = None
        self.kind = chooser("Sliders", "What the sliders turn", self)
        for name, tip in _KINDS:
            self.kind.addItem(name)
            self.kind.setItemData(self.kind.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.middle = QPushButton("To the Middle", self)
        self.middle.setToolTip("Go to the mean of all codes")
        self.dials = [Dial(f"z {i + 1}", -1, 1, 0, "", self, digits=2) for i in range(SLIDERS)]
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE, 0, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        for i, dial in enumerate(self.dials):
            dial.changed.connect(partial(self._on_changed, i))
            column.addWidget(dial)
        column.addStretch(1)
        scrolled = QScrollArea(self)
        scrolled.setWidget(inner)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE, 0, SPACE, 0)
        head.setSpacing(SPACE)
        head.addWidget(self.kind, 1)
        head.addWidget(self.middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE // 2)
        title = section("Sliders", self)
        title.setContentsMargins(SPACE, SPACE // 2, 0, 0)
        whole.addWidget(title)
        whole.addLayout(head)
        whole.addWidget(scrolled, 1)
        Stillness(self).watch_all(self)
        self.kind.activated.connect(self._on_kind)
        self.middle.clicked.connect(self.middle_wanted)
        self.setEnabled(False)

    def show_explored(self, explored: Explored | None) -> None:
        """Turn this space's directions from now on."""
        self._explored = explored
        self._code = None
        self.setEnabled(explored is not None)
        if explored is None:
            return
        # Of a plain code single numbers mean little: what they are in depends on the seed.
        self.kind.setCurrentIndex(0 if explored.space.variational else 1)
        self._name_dials()

    def show_code(self, code: Floats) -> None:
        """Show where one is."""
        self._code = code
        for dial, direction in zip(self.dials, self._directions, strict=False):
            value = float(code @ direction.vector)
            if dial.slider.isSliderDown():
                continue  # its range would shrink under the hand that drags it
            low, high = min(direction.low, value), max(direction.high, value)
            dial.set_range(low, high, value, "")
            dial.field.setSingleStep((direction.high - direction.low) / 100)

    @property
    def _directions(self) -> tuple[Direction, ...]:
        explored = self._explored
        if explored is None:
            return ()
        return explored.units if self.kind.currentIndex() == 0 else explored.components

    def _name_dials(self) -> None:
        directions = self._directions
        for i, dial in enumerate(self.dials):
            dial.setVisible(i < len(directions))
            if i < len(directions):
                one = directions[i]
                dial.label.setText(f"{one.name} ({one.share:.0%})")
                dial.label.setToolTip(f"{one.share:.1%} of the variance of all codes lies along {one.name}")
                dial.slider.setAccessibleName(one.name)
                dial.field.setAccessibleName(one.name)
        if self._code is not None:
            self.show_code(self._code)

    @Slot(int)
    def _on_kind(self, index: int) -> None:
        self._name_dials()

    def _on_changed(self, number: int, value: float) -> None:
        if self._code is None:
            return
        direction = self._directions[number]
        code = self._code + (value - float(self._code @ direction.vector)) * direction.vector
        self.turned.emit(code.astype(np.float32), direction.name)
