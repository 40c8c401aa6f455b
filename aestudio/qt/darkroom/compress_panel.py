"""What can be asked of the codec, and what it made of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from aestudio.pictures.codec.settings import MOST_BITS, SHIPPED, USUAL_BITS, CompressSettings
from aestudio.pictures.curves import RIVALS
from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.model_chooser import ModelChooser
from aestudio.qt.darkroom.near_grid import NearGrid
from aestudio.qt.darkroom.pieces import Note
from aestudio.qt.darkroom.rate_chart import RateChart
from aestudio.qt.darkroom.size_label import SizeLabel
from aestudio.qt.darkroom.squeezed import Curves, Measured, Worth
from aestudio.qt.forms.dial import Dial
from aestudio.qt.labels import section
from aestudio.qt.theme import SPACE
from aestudio.spec.words import bytes_text, counted

_FIRST_KB = 100.0
_MOST_PICTURES = 100_000  # from there on both are as large, and the number is chance


class CompressPanel(QWidget):
    """Model, quality or size, and figures. It asks the tool, and shows what the tool tells."""

    told = Signal(str)  # a sentence for the status bar

    def __init__(self, tool: Compressing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool, self._bytes = tool, _FIRST_KB * 1000
        which = "Which autoencoder compresses: the one that ships, or one that you trained"
        self.model = ModelChooser((("Photographs", SHIPPED, "One model for every quality"),), which, self)
        self.quality = Dial("Quality", 1, 100, 50, "", self)
        self.quality.setToolTip(
            "How finely the codes are rounded: 1 is smallest, 100 nearest to the original. One model does all"
        )
        self.bits = Dial("Bits of a number", 1, MOST_BITS, USUAL_BITS, "", self)
        self.bits.setToolTip("What each number of your run's code is rounded to, before it is entropy-coded")
        self.fit, self.most = QCheckBox("Fit into", self), QDoubleSpinBox(self)
        self.weight, self.near = SizeLabel(self), NearGrid(self)
        self.trouble, self.worth = Note(self, tint="bad"), Note(self)
        self.badge = Note(self, tint="warn")
        self.beside = QComboBox(self)
        self.chart = RateChart(self)
        self._set_up()
        self._lay_out()
        self._connect()
        self._on_settings(tool.settings)
        self._on_measured(None)

    def _set_up(self) -> None:
        self.fit.setToolTip("Find the best quality whose file is no larger than this")
        self.most.setRange(0.1, 1e6)
        self.most.setDecimals(1)
        self.most.setValue(_FIRST_KB)
        self.most.setSuffix(" kB")
        self.most.setKeyboardTracking(False)
        self.most.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.most.setFixedWidth(13 * SPACE)
        self.most.setAccessibleName("Largest size")
        self.most.setToolTip("Thousands of bytes that the file may take")
        self.beside.setAccessibleName("Beside it")
        self.beside.setToolTip("What stands on the left side of the wipe")
        self.beside.addItem("The original", None)
        for rival in RIVALS:
            self.beside.addItem(f"{rival.name} at the same size", rival.name)
            tip = f"The best {rival.name} whose file is no larger than ours"
            self.beside.setItemData(self.beside.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.worth.setToolTip(
            "Who opens the file needs the model, too. Its bytes are saved once that many pictures, each as "
            "good as this one, are stored in place of files of the other codec"
        )

    def _lay_out(self) -> None:
        fit = QHBoxLayout()
        fit.setSpacing(SPACE)
        fit.addWidget(self.fit, 1)
        fit.addWidget(self.most)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        first: Sequence[QWidget] = (
            *(section("Model", self), self.model, self.badge),
            *(self.quality, self.bits),
        )
        for part in first:
            column.addWidget(part)
        column.addLayout(fit)
        rest: Sequence[QWidget] = (
            *(self.weight, self.trouble, section("Beside it", self), self.beside, self.near),
            *(self.chart, self.worth),
        )
        for part in rest:
            column.addWidget(part)
        column.addStretch(1)

    def _connect(self) -> None:
        tool = self._tool
        self.quality.changed.connect(tool.set_quality)
        self.bits.changed.connect(self._on_bits)
        self.fit.toggled.connect(self._on_fit)
        self.most.valueChanged.connect(self._on_most)
        self.model.chosen.connect(tool.set_model)
        self.beside.activated.connect(self._on_beside)
        self.chart.told.connect(self.told)
        tool.settings_changed.connect(self._on_settings)
        tool.rival_changed.connect(self._on_rival)
        tool.measured.connect(self._on_measured)
        tool.curves_changed.connect(self._on_curves)

    # ------------------------------------------------------------------------------------ what is asked

    def use_run(self, folder: Path) -> None:
        """Compress by a run of one's own."""
        self._tool.set_model(self.model.add_run(folder))

    @Slot(float)
    def _on_bits(self, value: float) -> None:
        self._tool.set_bits(round(value))

    @Slot(bool)
    def _on_fit(self, on: bool) -> None:
        if on:
            with QSignalBlocker(self.most):
                self.most.setValue(float(f"{self._bytes / 1000:.2g}"))
        self._tool.set_target_bytes(self._most_bytes() if on else None)

    @Slot(float)
    def _on_most(self, value: float) -> None:
        if self.fit.isChecked():
            self._tool.set_target_bytes(self._most_bytes())

    def _most_bytes(self) -> int:
        return round(self.most.value() * 1000)

    @Slot(int)
    def _on_beside(self, index: int) -> None:
        self._tool.set_rival(self.beside.itemData(index))

    # ------------------------------------------------------------------------------------ what is shown

    @Slot(object)
    def _on_settings(self, settings: CompressSettings) -> None:
        run = settings.run is not None
        self.model.show_model(settings.model)
        with QSignalBlocker(self.fit):
            self.fit.setChecked(settings.target_bytes is not None)
        self.most.setEnabled(settings.target_bytes is not None)
        self.quality.setVisible(not run)
        self.bits.setVisible(run)
        if settings.target_bytes is None:
            _show(self.quality, settings.quality)
            _show(self.bits, settings.bits)

    @Slot(object)
    def _on_rival(self, rival: str | None) -> None:
        with QSignalBlocker(self.beside):
            self.beside.setCurrentIndex(max(0, self.beside.findData(rival)))

    @Slot(object)
    def _on_measured(self, told: Measured | None) -> None:
        self.weight.show_measured(told)
        self.near.show_measured(told)
        odd = told.oddity if told else ""
        self.badge.say(odd[:1].upper() + odd[1:])
        self.trouble.say(told.trouble if told else "")
        self.worth.say(_worth_text(told.worth) if told and told.worth else "")
        self.chart.show_here(told.here if told else None)
        if told and told.size and told.is_exact:
            self._bytes = told.size
        if told and self.fit.isChecked():
            if told.quality is not None:
                _show(self.quality, told.quality)
            if told.bits is not None:
                _show(self.bits, told.bits)

    @Slot(object)
    def _on_curves(self, curves: Curves) -> None:
        self.chart.show_curves(curves)


def _show(dial: Dial, value: float) -> None:
    if round(dial.value) != round(value):
        dial.show_value(value)


def _worth_text(worth: Worth) -> str:
    model = f"The model is {bytes_text(worth.model_bytes)}"
    if worth.pictures is None or worth.pictures > _MOST_PICTURES:
        return f"{model}, and {worth.against} needs no more bytes here: it does not pay"
    pictures = counted(worth.pictures, "picture")
    return f"{model}: it pays from {pictures} like this one on, against {worth.against}"
