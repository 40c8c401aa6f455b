"""What the Latent page shows while no run is there to be explored: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from aestudio.qt.theme import SPACE


class Empty(QWidget):
    """A sentence, and a button that leads to the trainer."""

    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint, self.train = QLabel(self), QPushButton("Go to Train", self)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setForegroundRole(self.hint.palette().ColorRole.PlaceholderText)
        self.train.setToolTip("Choose a preset and press Train (Ctrl+1)")
        self.train.clicked.connect(self.train_wanted)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.hint)
        column.addSpacing(SPACE)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.name_data("these data")

    def name_data(self, name: str) -> None:
        """Say which data are open."""
        self.hint.setText(
            f"No run on {name} is here yet.\nTrain one: then go for a walk in its latent space."
        )
