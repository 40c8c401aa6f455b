"""A named number on a slider and in a field that show the same."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from aestudio.qt.theme import SPACE

_STEPS = 1000


class Dial(QWidget):
    """A named number: a slider and a field that show the same.

    Args:
        name: what it is called.
        low: its least value.
        high: its largest value.
        start: its value at first.
        unit: written after the number.
        parent: owner.
        digits: after the point.
    """

    changed = Signal(float)  # by the person's hand

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        start: float,
        unit: str = "",
        parent: QWidget | None = None,
        *,
        digits: int = 0,
    ) -> None:
        super().__init__(parent)
        self.label = QLabel(name, self)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.slider, self.field = QSlider(Qt.Orientation.Horizontal, self), QDoubleSpinBox(self)
        self.label.setBuddy(self.field)
        self.field.setDecimals(digits)
        self.field.setKeyboardTracking(False)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(10 * SPACE)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(_STEPS // 10)
        self.slider.setSingleStep(_STEPS // 100)
        self.slider.setAccessibleName(name)
        self.field.setAccessibleName(name)
        line = QHBoxLayout()
        line.addWidget(self.label, 1)
        line.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 4)
        column.addLayout(line)
        column.addWidget(self.slider)
        self.set_range(low, high, start, unit)
        self.slider.valueChanged.connect(self._on_slid)
        self.field.valueChanged.connect(self._on_typed)

    @property
    def value(self) -> float:
        """The number."""
        return self.field.value()

    def set_range(self, low: float, high: float, start: float, unit: str) -> None:
        """Be another number from now on."""
        with QSignalBlocker(self.field):
            self.field.setRange(low, high)
            self.field.setSuffix(f" {unit}" if unit else "")
            self.field.setValue(start)
        self._follow()

    def show_value(self, value: float) -> None:
        """Show a number without telling anyone."""
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self._follow()

    def _follow(self) -> None:
        low, high = self.field.minimum(), self.field.maximum()
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((self.field.value() - low) / max(high - low, 1e-9) * _STEPS))

    @Slot(int)
    def _on_slid(self, position: int) -> None:
        low, high = self.field.minimum(), self.field.maximum()
        with QSignalBlocker(self.field):
            self.field.setValue(low + (high - low) * position / _STEPS)
        self.changed.emit(self.field.value())

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._follow()
        self.changed.emit(value)
