"""Spin boxes for whole and real numbers; those on a log scale step by factors.

A number out of bounds can be typed: its bounds are told below the field, and leaving takes the nearest. What
is no number gives way to the last that was one.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QLocale, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QToolTip, QWidget

from aestudio.spec.knobs import Knob

_LARGEST = 2**31 - 1  # of a QSpinBox
_DECADE = 10  # steps that Page Up and Ctrl+wheel make
_DECIMALS = 40  # that Qt rounds to, and none of which is ever cut off
_Box = QSpinBox | QDoubleSpinBox


class WholeField(QSpinBox):
    """A whole number between the knob's bounds; ``1,000`` and ``1e3`` may be typed."""

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
        self.lineEdit().textEdited.connect(self._on_text_edited)

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self.edited.emit(value)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        _tell_bounds(self, _bare(self, text))

    def valueFromText(self, text: str) -> int:
        return int(_whole(_bare(self, text)) or 0)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        bare = _bare(self, text)
        return _judged(self, bare, _whole(bare)), text, position

    def fixup(self, str: str) -> str:  # the stubs' name
        value = _whole(_bare(self, str))
        mended = self.value() if value is None else int(_within(self, value))
        return self.textFromValue(mended) + self.suffix()

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
        self.setDecimals(_DECIMALS)
        self.setRange(-1e12 if knob.low is None else knob.low, 1e12 if knob.high is None else knob.high)
        self.setSuffix(f" {knob.unit}" if knob.unit else "")
        self.setSingleStep(_step(knob))
        _plain(self)
        self.valueChanged.connect(self._on_value_changed)
        self.lineEdit().textEdited.connect(self._on_text_edited)

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

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        _tell_bounds(self, _bare(self, text))

    def valueFromText(self, text: str) -> float:
        return _real(_bare(self, text)) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        bare = _bare(self, text)
        return _judged(self, bare, _real(bare)), text, position

    def fixup(self, str: str) -> str:  # the stubs' name
        value = _real(_bare(self, str))
        mended = self.value() if value is None else _within(self, value)
        return self.textFromValue(mended) + self.suffix()

    def stepBy(self, steps: int) -> None:
        value = self.value()
        if self._log:
            value = next_on_ladder(value, steps, self.minimum())
        else:
            value += steps * self.singleStep()
        self.setValue(float(f"{value:.12g}"))  # 0.3, where the sum is 0.30000000000000004


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


def _plain(box: _Box) -> None:
    box.setLocale(QLocale.c())  # a value reads as it does in the TOML file
    box.setGroupSeparatorShown(False)


def _bare(box: _Box, text: str) -> str:
    return text.removesuffix(box.suffix()).replace(" ", "")


def _real(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _whole(text: str) -> float | None:
    """A comma parts thousands: ``12,5`` is no whole number, and must not become 125."""
    grouped = re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text)
    value = _real(text.replace(",", "") if grouped else text)
    return value if value is not None and value.is_integer() and (grouped or "," not in text) else None


def _judged(box: _Box, text: str, value: float | None) -> QValidator.State:
    """Whether ``text``, which says ``value``, may be taken; what may become a number is left to be typed."""
    if value is not None and box.minimum() <= value <= box.maximum():
        return QValidator.State.Acceptable
    may = set(text.lower()) <= set("0123456789.,-+e")
    return QValidator.State.Intermediate if may else QValidator.State.Invalid


def _within(box: _Box, value: float) -> float:
    return min(max(value, box.minimum()), box.maximum())


def _tell_bounds(box: _Box, text: str) -> None:
    """Say below a field what it could take, unless the number in it may be one yet: 0 on its way to 0.001."""
    value = _real(text)
    if box.hasAcceptableInput() or value is None or 0 <= value < box.minimum():
        QToolTip.hideText()
        return
    kind = "a whole number" if isinstance(box, QSpinBox) else "a number"
    words = f"Use {kind} from {bound_text(box.minimum())} to {bound_text(box.maximum())}"
    QToolTip.showText(box.mapToGlobal(box.rect().bottomLeft()), words, box)


def bound_text(bound: float) -> str:
    """A bound as one would type it; whole numbers in full: 2,147,483,647, not 2.14748e+09."""
    return f"{bound:,.0f}" if float(bound).is_integer() else f"{bound:g}"
