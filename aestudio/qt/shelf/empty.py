"""What stands where the table would be when it has no rows: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from aestudio.qt.labels import heading
from aestudio.qt.shelf.listing import Listing
from aestudio.qt.theme import SPACE


class Empty(QWidget):
    """A heading, a sentence, and a button where one helps."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.words = heading("", self), QLabel(self)
        self.button = QPushButton("Show All Runs", self)
        self.button.setToolTip("Empty the filter")
        self.button.clicked.connect(self.cleared)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        column.setSpacing(SPACE)
        column.addStretch(1)
        for widget in (self.title, self.words):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def explain(self, listing: Listing, *, binned: bool) -> None:
        """Say why there are no rows."""
        filtered = bool(listing.total)
        self.button.setVisible(filtered)
        if filtered:
            self.title.setText(f"No run matches “{listing.question.text.strip()}”")
            self.words.setText("The filter looks in names, tags, presets, stages and notes.")
        elif binned:
            self.title.setText("The bin is empty")
            self.words.setText("Deleted runs lie here until they are brought back.")
        else:
            self.title.setText("No runs here yet")
            self.words.setText("Whatever is trained is kept here: go to the Train page and press Train (F5).")
