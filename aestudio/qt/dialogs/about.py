"""The two small dialogs of the Help menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from aestudio import __version__
from aestudio.qt.commands import Command
from aestudio.qt.labels import heading
from aestudio.qt.theme import SPACE

_TEXT = """A desktop laboratory for autoencoders: build one, train it, and watch what it learns.

Version {version}, with Qt {qt}.
MIT licence. MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0."""


class _Dialog(QDialog):
    """A column and a Close button; gone once it is closed."""

    def __init__(self, title: str, body: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addWidget(body, 1)
        column.addWidget(buttons)


class AboutDialog(_Dialog):
    """Version and licence."""

    def __init__(self, parent: QWidget) -> None:
        body = QLabel(_TEXT.format(version=__version__, qt=qVersion()))
        body.setWordWrap(True)
        body.setMinimumWidth(360)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().__init__("About AE Studio", body, parent)


class ShortcutsDialog(_Dialog):
    """Every command that has a key, by menu."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 2 * SPACE, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setColumnStretch(1, 1)
        last = ""
        for command in (c for c in commands if not c.action.shortcut().isEmpty()):
            row = grid.rowCount()
            section, _, name = command.name.partition(": ")
            if section != last:
                last = section
                grid.addWidget(heading(section), row, 0, 1, 2)
                row += 1
            keys = command.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(QLabel(keys), row, 0)
            grid.addWidget(QLabel(name.rstrip("…")), row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(table)
        super().__init__("Keyboard shortcuts", area, parent)
        self.resize(480, 560)
