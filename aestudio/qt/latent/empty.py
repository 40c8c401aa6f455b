"""What the Latent page shows while no run is there to be explored."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from aestudio.qt.hint_page import HintPage


class Empty(HintPage):
    """Names the data that no run is there of, and leads to the trainer."""

    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.train = QPushButton("Go to Train")
        super().__init__("", self.train, parent)
        self.train.setToolTip("Choose a preset and press Train (Ctrl+1)")
        self.train.clicked.connect(self.train_wanted)
        self.name_data("these data")

    def name_data(self, name: str) -> None:
        """Say which data are open."""
        what = "Train one: then go for a walk in its latent space."
        self.hint.setText(f"No run on {name} is here yet.\n{what}")
