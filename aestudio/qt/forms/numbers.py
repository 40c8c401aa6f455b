"""Spin boxes for whole and real numbers; those on a log scale step by factors."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from aestudio.spec.knobs import Knob

_LARGEST = 2**31 - 1  # of a QSpinBox
_DECADE = 10  # steps that Page Up and Ctrl+wheel make


class WholeField(QSpinBox):
    """A whole number between the knob's bounds."""

    edited = Signal(object)  # int, by the person's hand only

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = knob.log
        low = -_LARGEST if knob.low is None else math.ceil(knob.low)
        high = _LARGEST if knob.high is None else math.floor(knob.high)
        self.setRange(low, min(high, _LARGEST))
        self.setSuffix(f" {knob.unit}" if knob.unit else "")
        _plain(self)
        self.valueChanged.connect(self._on_value_changed)

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self.edited.emit(value)

    def show_value(self, value: int) -> None:
        """Show a value without telling anyone."""
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)

    def stepBy(self, steps: int) -> None:
        if self._log:
            self.setValue(doubled(self.value(), steps))
        else:
            super().stepBy(steps)


class RealField(QDoubleSpinBox):
    """A real number between the knob's bounds, in six digits; ``1e-4`` and ``0,5`` may be typed."""

    edited = Signal(object)  # float, by the person's hand only

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = knob.log
        self._shown = 0.0
        self.setDecimals(12)
        self.setRange(-1e12 if knob.low is None else knob.low, 1e12 if knob.high is None else knob.high)
        self.setSuffix(f" {knob.unit}" if knob.unit else "")
        self.setSingleStep(_step(knob))
        _plain(self)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: float) -> None:
        """Show a value without telling anyone."""
        # Typing "0." must not be replaced by "0" under the cursor.
        if value != self._shown or value != self.value():
            self._shown = value
            with QSignalBlocker(self):
                self.setValue(value)

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        # The text tells six digits; reading it back must not round a value that nobody touched.
        if self.textFromValue(value) != self.textFromValue(self._shown):
            self._shown = value
            self.edited.emit(value)

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"

    def valueFromText(self, text: str) -> float:
        return _number(self._bare(text)) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        value = _number(self._bare(text))
        if value is None:
            state = _unfinished(self._bare(text))
        elif value > self.maximum():
            state = QValidator.State.Invalid
        else:
            state = QValidator.State.Intermediate if value < self.minimum() else QValidator.State.Acceptable
        return state, text, position

    def stepBy(self, steps: int) -> None:
        if self._log:
            self.setValue(next_on_ladder(self.value(), steps, self.minimum()))
        else:
            super().stepBy(steps)

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().replace(",", ".")


def doubled(value: int, steps: int) -> int:
    """``value`` doubled or halved once a step; a page makes it ten times as large or small."""
    factor = 10 if abs(steps) >= _DECADE else 2 ** abs(steps)
    return max(value, 1) * factor if steps > 0 else value // factor


def next_on_ladder(value: float, steps: int, low: float) -> float:
    """The value moved along 1, 2, 5, 10, …; below a millionth it goes to 0 where that is allowed."""
    if value <= 0:
        return 1e-6 if steps > 0 else value
    if abs(steps) >= _DECADE:
        return value * 10.0 ** math.copysign(1, steps)
    for _ in range(abs(steps)):
        value = _neighbour(value, up=steps > 0)
    return 0.0 if value < 0.99e-6 and low <= 0 else value


def _neighbour(value: float, *, up: bool) -> float:
    decade = math.floor(math.log10(value) + 1e-9)
    rungs = [float(f"{m}e{d}") for d in (decade - 1, decade, decade + 1) for m in (1, 2, 5)]
    beyond = [r for r in rungs if (r > value * (1 + 1e-9) if up else r < value * (1 - 1e-9))]
    return min(beyond) if up else max(beyond)


def _step(knob: Knob) -> float:
    """A hundredth of the range, rounded to a power of ten, and never coarser than 1."""
    if knob.low is None or knob.high is None or knob.high <= knob.low:
        return 0.1
    return min(10.0 ** math.floor(math.log10((knob.high - knob.low) / 20)), 1.0)


def _plain(box: QAbstractSpinBox) -> None:
    box.setLocale(QLocale.c())  # a value reads as it does in the TOML file
    box.setGroupSeparatorShown(False)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _unfinished(text: str) -> QValidator.State:
    """Whether letters may yet become a number: ``1e``, ``-``, ``.``, or nothing."""
    may = set(text.lower()) <= set("0123456789.-+e")
    return QValidator.State.Intermediate if may else QValidator.State.Invalid
