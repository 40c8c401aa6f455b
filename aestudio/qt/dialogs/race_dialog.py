"""Who races whom, and on which budget."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from aestudio.library.presets import load_preset, preset_names
from aestudio.qt.command_line import as_race
from aestudio.qt.labels import aside
from aestudio.qt.theme import SPACE
from aestudio.spec.fairness import Budget, Measure
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec

_LEAST, _MOST = 2, 6
_SPEC = Qt.ItemDataRole.UserRole
_MEASURES: dict[str, tuple[Measure, str, float]] = {
    "Epochs": ("epochs", "passes over the training images, for each", 5),
    "Seconds": ("seconds", "of training time, for each", 30),
    "Parameters": (
        "parameters",
        "weights: layers are made wider or narrower until all have as many",
        500_000,
    ),
}


class RaceDialog(QDialog):
    """Two to six variants, and what each may spend; the data, the split and the seed are the same for all."""

    def __init__(self, current: RunSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Race")
        self.setMinimumWidth(56 * SPACE)
        self._current = current
        self.variants = QListWidget(self)
        self.variants.setAccessibleName("Variants")
        self.variants.setToolTip("Tick two to six")
        self._fill()
        self.variants.itemChanged.connect(self._on_changed)
        self.measure = QComboBox(self)
        self.measure.addItems(list(_MEASURES))
        self.measure.setToolTip("What all of them have in common besides data, split and seed")
        self.measure.setAccessibleName("Budget")
        self.measure.currentTextChanged.connect(self._on_measure_changed)
        self.amount = QDoubleSpinBox(self)
        self.amount.setDecimals(0)
        self.amount.setRange(1, 100_000_000)
        self.amount.setGroupSeparatorShown(True)
        self.amount.setAccessibleName("How much of it")
        self.meaning = aside(self)
        self.seeds = QSpinBox(self)
        self.seeds.setRange(1, 20)
        self.seeds.setAccessibleName("Seeds")
        self.seeds.setToolTip(
            "Repeat the race with so many seeds, one after the other: mean and spread in the table"
        )
        self.note = aside(self)
        form = QFormLayout()
        form.addRow("Budget", self.measure)
        form.addRow("", self.amount)
        form.addRow("", self.meaning)
        form.addRow("Seeds", self.seeds)
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(ok | cancel, self)
        self.start = self.buttons.button(ok)
        self.start.setText("Race")
        self.copy = self.buttons.addButton("Copy as Command", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Put the command on the clipboard that runs this race without a window")
        self.copy.clicked.connect(self._on_copy)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.variants, 1)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        self._on_measure_changed(self.measure.currentText())
        self._on_changed()

    @property
    def runs(self) -> list[RunSpec]:
        """The ticked variants."""
        items = (self.variants.item(row) for row in range(self.variants.count()))
        return [item.data(_SPEC) for item in items if item.checkState() == Qt.CheckState.Checked]

    @property
    def budget(self) -> Budget:
        """What each may spend."""
        return Budget(_MEASURES[self.measure.currentText()][0], self.amount.value())

    @Slot()
    def _on_copy(self) -> None:
        command = as_race(self.runs, self.budget, self.seeds.value(), self._current.data)
        if command is None:
            self.note.setText("The builder's run was changed, so a command needs a file: save as TOML first.")
            return
        QGuiApplication.clipboard().setText(command)
        self.note.setText(f"On the clipboard: {command}")

    def _fill(self) -> None:
        self._add(self._current, f"As in the builder: {self._current.lesson.title or self._current.name}")
        for name in preset_names():
            try:
                spec = load_preset(name)
            except UserError:
                continue  # the builder's list says what is wrong with the file
            self._add(spec, spec.lesson.title or name)

    def _add(self, spec: RunSpec, text: str) -> None:
        item = QListWidgetItem(text, self.variants)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
        )
        item.setCheckState(Qt.CheckState.Checked if self.variants.count() == 1 else Qt.CheckState.Unchecked)
        item.setToolTip(spec.lesson.shows)
        item.setData(_SPEC, spec)

    @Slot(str)
    def _on_measure_changed(self, name: str) -> None:
        _, meaning, usual = _MEASURES[name]
        self.meaning.setText(meaning)
        self.amount.setValue(usual)

    @Slot()
    def _on_changed(self) -> None:
        count = len(self.runs)
        for button in (self.start, self.copy):
            button.setEnabled(_LEAST <= count <= _MOST)
        told = {
            True: "Data, split and seed are the same for all.",
            False: f"Tick two to six; {count} are ticked.",
        }
        self.note.setText(told[self.start.isEnabled()])
