"""What a page shows while there is nothing on it: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from aestudio.qt.theme import SPACE


class HintPage(QWidget):
    """A sentence in the middle, and the way out below it.

    Args:
        words: the sentence.
        way_out: a button, or a row of them.
        parent: owner.
    """

    def __init__(self, words: str, way_out: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = QLabel(words, self)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self.hint.setForegroundRole(self.hint.palette().ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.hint)
        column.addSpacing(SPACE)
        column.addWidget(way_out, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
