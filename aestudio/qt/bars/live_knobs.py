"""What can be changed while a run is under way: the learning rate, and the weight of each penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from aestudio.library.lane import Lane
from aestudio.qt.forms.log_slider import LogSlider
from aestudio.qt.labels import ElidedLabel
from aestudio.qt.theme import SPACE, small_font
from aestudio.spec.knobs import Knob, fields_of
from aestudio.spec.run import RunSpec

_WIDTH, _LEAST = 136, 80  # pixels, and where many share a narrow window
_LR = "training.lr"
_RACED = "In a race each lane keeps to its own value; train one run alone to change it on the way."


@dataclass(frozen=True)
class _Live:
    key: str
    label: str
    value: float
    knob: Knob


class LiveKnobs(QWidget):
    """A slider for each; a drag holds from the next batch on, and leaves the document as it is."""

    changed = Signal(float, dict)  # learning rate, penalty weights by kind

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knobs: dict[str, LiveKnob] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2 * SPACE)
        self._run: RunSpec | None = None

    def begin(self, run: RunSpec) -> None:
        """A run of this spec begins: sliders for what it has, at its values."""
        for knob in self.knobs.values():
            knob.hide()
            knob.deleteLater()
        self.knobs = {}
        for live in _live(run):
            knob = LiveKnob(live, self)
            knob.edited.connect(self._on_edited)
            self._row.addWidget(knob)
            self.knobs[live.key] = knob

    @Slot(object)
    def allow(self, lanes: Sequence[Lane]) -> None:
        """A single run can be changed; no slider stands for the unlike values of a race's lanes."""
        for knob in self.knobs.values():
            knob.setEnabled(len(lanes) == 1)
            if len(lanes) > 1:
                knob.setToolTip(_RACED)

    @Slot()
    def _on_edited(self) -> None:
        values = {key: knob.value for key, knob in self.knobs.items()}
        lr = values.pop(_LR)
        self.changed.emit(lr, values)


def _live(run: RunSpec) -> list[_Live]:
    lr = next(f for f in fields_of(type(run.training)) if f.name == "lr")
    found = [_Live(_LR, "Learning rate", run.training.lr, lr.knob)]
    for part in run.penalties:
        weight = next(f for f in fields_of(type(part)) if f.name == "weight")
        found.append(_Live(part.kind, part.label, part.weight, weight.knob))
    return found


class LiveKnob(QWidget):
    """A name, a value and a slider below."""

    edited = Signal()

    def __init__(self, live: _Live, parent: QWidget) -> None:
        super().__init__(parent)
        self.value = live.value
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(_WIDTH)
        self.setToolTip(f"{live.label}: {live.knob.help}. Changes the run from its next batch on.")
        self.slider = LogSlider(live.value or 1.0, live.knob.low or 0.0, live.knob.high or 1e6, self)
        self.slider.setAccessibleName(live.label)
        self.slider.show_value(live.value)
        self.slider.edited.connect(self._on_slid)
        name = ElidedLabel(self)
        name.say(live.label)
        self._shown = QLabel(self)
        self._shown.setFont(small_font())
        self._show()
        words = QHBoxLayout()
        words.setSpacing(SPACE // 2)
        words.addWidget(name, 1)
        words.addWidget(self._shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(words)
        column.addWidget(self.slider)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    @Slot(object)
    def _on_slid(self, value: float) -> None:
        self.value = value
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self._shown.setText(f"{self.value:.3g}")
