"""The chooser of presets: a title and a line for each, and a way back to the preset as it ships."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from aestudio.library.presets import load_preset, preset_names
from aestudio.qt.builder.document import Document
from aestudio.qt.builder.row_editors import tool_button
from aestudio.qt.builder.two_lines import LINE, TwoLines
from aestudio.qt.forms.manners import Manners, tooltip
from aestudio.qt.theme import SPACE, icon
from aestudio.spec.faults import UserError

_NAME = Qt.ItemDataRole.UserRole
_POPUP_WIDTH = 480


class PresetChooser(QWidget):
    """Opens presets in a document, and shows which one it began as.

    Args:
        document: the run under edit.
        parent: owner.
    """

    failed = Signal(str)  # a sentence: the preset could not be read

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.combo = QComboBox(self)
        self.combo.setAccessibleName("Preset")
        self.combo.setItemDelegate(TwoLines(_POPUP_WIDTH, self.combo))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMaxVisibleItems(12)
        self.combo.view().setMinimumWidth(_POPUP_WIDTH)
        Manners(self).watch(self.combo)
        self._fill()
        self.combo.activated.connect(self._on_activated)
        self.back = QAction(icon("reset"), "Back to the preset", self)
        self.back.setToolTip("Back to the preset as it was opened (undo brings your changes back)")
        self.back.triggered.connect(self._on_back)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE, 0, SPACE, 0)
        line.setSpacing(SPACE // 2)
        line.addWidget(self.combo, 1)
        line.addWidget(tool_button(self.back, self))
        document.changed.connect(self._on_changed)
        self._on_changed()

    def _fill(self) -> None:
        for name in preset_names():
            try:
                lesson = load_preset(name).lesson
            except UserError as error:
                self.combo.addItem(name, name)
                self._describe(str(error))
                continue
            self.combo.addItem(lesson.title or name, name)
            self._describe(lesson.shows)

    def _describe(self, text: str) -> None:
        last = self.combo.count() - 1
        self.combo.setItemData(last, text, LINE)
        self.combo.setItemData(last, tooltip(text), Qt.ItemDataRole.ToolTipRole)

    @Slot()
    def _on_changed(self) -> None:
        base = self._document.base
        index = self.combo.findData(base.name)
        self.combo.setPlaceholderText(base.lesson.title or base.name)
        self.combo.setCurrentIndex(index)
        self.back.setEnabled(self._document.is_modified)
        changed = "changed since it was opened" if self._document.is_modified else "as it ships"
        self.combo.setToolTip(tooltip(f"Preset: {self.combo.currentText() or base.name}, {changed}"))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        try:
            self._document.load_preset(load_preset(self.combo.itemData(index, _NAME)))
        except UserError as error:
            self.failed.emit(str(error))
        self._on_changed()

    @Slot()
    def _on_back(self) -> None:
        self._document.load(self._document.base)
