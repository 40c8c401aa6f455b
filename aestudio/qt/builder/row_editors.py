"""What opens below a row of the hourglass: a layer's fields, the output's, or where to edit what has none."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from aestudio.qt.forms.form import SpecForm
from aestudio.qt.forms.part_form import PartForm
from aestudio.qt.theme import ICON, SPACE
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Part
from aestudio.spec.run import ModelSpec


class Drawer(QFrame):
    """The ground that a row's editor lies on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)  # the plus goes when the pointer comes here
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE)
        self.column.setSpacing(6)


class PartDrawer(Drawer):
    """The fields of a layer, or of the code."""

    value_changed = Signal(str, object)
    kind_chosen = Signal(object)
    left = Signal()

    def __init__(self, *, code: bool, tools: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = PartForm(BOTTLENECKS if code else LAYERS, self)
        self.form.value_changed.connect(self._on_value_changed)
        self.form.kind_chosen.connect(self.kind_chosen)
        self.form.left.connect(self.left)
        self.column.addWidget(self.form)
        for action in tools:
            self.form.head.addWidget(tool_button(action, self))

    def show_part(self, part: Part) -> None:
        """Show a layer."""
        self.form.show_part(part)

    @Slot(str, object)
    def _on_value_changed(self, name: str, value: object) -> None:
        if not self.isHidden():  # else its layer is gone, and what was being typed with it
            self.value_changed.emit(name, value)


class OutputDrawer(Drawer):
    """Activation and pixel range of the output."""

    value_changed = Signal(str, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = SpecForm(ModelSpec, self)
        self.form.value_changed.connect(self.value_changed)
        self.form.left.connect(self.left)
        self.column.addWidget(self.form)

    def show_model(self, model: ModelSpec) -> None:
        """Show the model's output."""
        self.form.show_value(model)


class NoteDrawer(Drawer):
    """A sentence, and buttons that lead to where the editing is done."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self.column.addWidget(self._words)
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        self.column.addLayout(line)
        for action in actions:
            button = QPushButton(action.icon(), action.text(), self)
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            line.addWidget(button)
        line.addStretch(1)

    def say(self, text: str) -> None:
        """Show a sentence."""
        self._words.setText(text)


def tool_button(action: QAction, parent: QWidget) -> QToolButton:
    """A small flat button for an action."""
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setIconSize(QSize(ICON, ICON))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text())
    return button
