"""A slider over six decades around a usual value."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QSlider, QWidget

_PER_DECADE = 10
_DECADES = 3
_END = _PER_DECADE * _DECADES


class LogSlider(QSlider):
    """From a thousandth to a thousand times the usual value, in equal factors; its left end is 0 if 0 may be.

    Args:
        usual: the value in the middle.
        low: smallest value allowed.
        high: largest value allowed.
        parent: owner.
    """

    edited = Signal(object)  # float, by the person's hand only

    def __init__(self, usual: float, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._usual, self._low, self._high = usual, low, high
        self.setRange(-_END, _END)
        self.setPageStep(_PER_DECADE)
        self.setMinimumWidth(56)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: float) -> None:
        """Put the handle where ``value`` is, without telling anyone."""
        with QSignalBlocker(self):
            self.setValue(self._position(value))

    def _position(self, value: float) -> int:
        if value <= 0:
            return -_END
        return round(max(-_DECADES, min(_DECADES, math.log10(value / self._usual))) * _PER_DECADE)

    @Slot(int)
    def _on_value_changed(self, position: int) -> None:
        if position == -_END and self._low <= 0:
            self.edited.emit(0.0)
            return
        value = self._usual * 10.0 ** (position / _PER_DECADE)
        self.edited.emit(min(self._high, max(self._low, float(f"{value:.3g}"))))
