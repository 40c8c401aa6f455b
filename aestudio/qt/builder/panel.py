"""The left side of the Train page: preset, model, and everything else that a run is made of."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from aestudio.qt.builder.document import Document
from aestudio.qt.builder.lesson import LessonText
from aestudio.qt.builder.model_view import ModelView
from aestudio.qt.builder.preset_chooser import PresetChooser
from aestudio.qt.builder.sections import (
    CorruptionSection,
    DataSection,
    LossSection,
    PenaltySection,
    TrainingSection,
)
from aestudio.qt.builder.summary import Summary
from aestudio.qt.forms.manners import tab_through
from aestudio.qt.theme import SPACE, icon
from aestudio.spec.check import faults
from aestudio.spec.faults import Fault
from aestudio.spec.outline import lay_out
from aestudio.spec.parts import Shape


class BuilderPanel(QWidget):
    """Shows a document and edits it; it tells the faults, and whoever trains minds them.

    Args:
        document: the run under edit.
        parent: owner.
    """

    faults_changed = Signal(tuple)  # of Fault

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shape: Shape | None = None
        self._images = 0
        self._speed: float | None = None
        self._faults: tuple[Fault, ...] = ()
        self.setAccessibleName("Model builder")
        self.chooser = PresetChooser(document, self)
        self.lesson = LessonText(self)
        self.model = ModelView(document, self)
        self.corruptions, self.penalties = CorruptionSection(document, self), PenaltySection(document, self)
        self.loss, self.training = LossSection(document, self), TrainingSection(document, self)
        self.data = DataSection(document, self)
        self.sections = (self.corruptions, self.loss, self.penalties, self.training, self.data)
        self.summary = Summary(self)
        self.area = self._make_area()
        self._undo, self._redo = self._make_undo()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SPACE // 2)
        for widget, stretch in ((self.chooser, 0), (self.area, 1), (self.summary, 0)):
            column.addWidget(widget, stretch)
        self.model.reveal.connect(self._on_reveal)
        self.model.reveal_y.connect(self._on_reveal_y)
        document.changed.connect(self._on_changed)
        document.settling.connect(self._on_settling)
        self._on_changed()
        tab_through(self.chooser.combo, self.chooser, self.lesson, self.model, *self.sections)

    def sizeHint(self) -> QSize:
        return QSize(384, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(352, 240)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the run on the open data, the impossible before the advice."""
        return self._faults

    def set_data_shape(self, shape: Shape | None, train_images: int) -> None:
        """Lay the model out for images of ``shape``, of which so many train; None while no data is open."""
        self._shape, self._images = shape, train_images
        self._on_changed()

    def set_speed(self, macs_per_second: float) -> None:
        """Estimate epochs by a measured speed: images a second times multiply-adds of one forward pass."""
        self._speed = macs_per_second
        self._on_changed()

    def actions(self) -> list[QAction]:
        """All that the builder can do, for menus and the command palette."""
        adding = [*self.corruptions.adding, *self.penalties.adding]
        return [self._undo, self._redo, *self.model.actions_on_layer.all, *adding, self.chooser.back]

    def _make_area(self) -> QScrollArea:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE, 0, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.lesson)
        column.addWidget(self.model)
        sections = QVBoxLayout()
        sections.setSpacing(0)
        for section in self.sections:
            sections.addWidget(section)
        column.addLayout(sections)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        return scroll

    def _make_undo(self) -> tuple[QAction, QAction]:
        stack, keys = self._document.undo_stack, QKeySequence.StandardKey
        undo, redo = stack.createUndoAction(self, "Undo"), stack.createRedoAction(self, "Redo")
        for action, key, glyph in ((undo, keys.Undo, "undo"), (redo, keys.Redo, "redo")):
            action.setShortcuts(key)
            action.setIcon(icon(glyph))
        self.addActions([undo, redo])
        return undo, redo

    @Slot()
    def _on_changed(self) -> None:
        spec, shape = self._document.spec, self._shape
        outline = lay_out(spec.model, shape) if shape else None
        found = faults(spec, shape) if shape else ()
        self.lesson.show_lesson(self._document.base.lesson)
        self.model.show_outline(outline, found)
        for section in self.sections:
            section.refresh(spec, found)
        limit = spec.data.train_limit
        self.summary.show_outline(outline, min(self._images, limit or self._images), self._speed)
        if found != self._faults:
            self._faults = found
            self.faults_changed.emit(found)

    @Slot()
    def _on_settling(self) -> None:
        """A button may be pressed, and a key, while the focus stays in a field."""
        field = QApplication.focusWidget()
        if isinstance(field, QAbstractSpinBox) and self.isAncestorOf(field):
            field.interpretText()

    @Slot(QWidget)
    def _on_reveal(self, widget: QWidget) -> None:
        self.area.ensureWidgetVisible(widget, 0, SPACE)

    @Slot(int)
    def _on_reveal_y(self, y: int) -> None:
        self.area.ensureVisible(0, self.model.y() + y, 0, 4 * SPACE)
