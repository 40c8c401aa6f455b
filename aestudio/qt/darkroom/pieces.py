"""Small pieces that the panels are made of: a slider with its number, a note, a section's head."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.labels import heading
from aestudio.qt.theme import SPACE, Tint, small_font, theme, theme_source

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


class Note(QLabel):
    """A small sentence that takes no room while there is nothing to say.

    Args:
        parent: owner.
        tint: which of the theme's colours it has.
    """

    def __init__(self, parent: QWidget | None = None, *, tint: Tint = "muted") -> None:
        super().__init__(parent)
        self._tint: Tint = tint
        self.setFont(small_font())
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()
        theme_source().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def say(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setStyleSheet(f"color: {getattr(theme(), self._tint)};")


def chooser(name: str, tip: str, parent: QWidget) -> QComboBox:
    """A box to choose from that is as narrow as its panel."""
    box = QComboBox(parent)
    make_narrow(box, name, tip)
    return box


def make_narrow(box: QComboBox, name: str, tip: str) -> None:
    """Name a box, and let it be as narrow as its panel."""
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)


def grid_in(parent: QWidget, gap: int) -> QGridLayout:
    """A small table of figures, its columns ``gap`` pixels apart; the first takes what room there is."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(gap)
    grid.setVerticalSpacing(SPACE // 4)
    grid.setColumnStretch(0, 1)
    return grid


def cell(grid: QGridLayout, row: int, column: int) -> QLabel:
    """A cell of such a table: names to the left, figures to the right."""
    label = QLabel(grid.parentWidget())
    label.setTextFormat(Qt.TextFormat.PlainText)
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)
    return label


def section(text: str, parent: QWidget) -> QLabel:
    """The head of a part of a panel."""
    label = heading(text, parent)
    label.setContentsMargins(0, SPACE // 2, 0, 0)
    return label
