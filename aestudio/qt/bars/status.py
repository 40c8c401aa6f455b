"""The status bar: the last message, and what the machine is doing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from aestudio.qt.bars.progress_bar import ProgressBar
from aestudio.qt.labels import ElidedLabel, FigureLabel
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import SPACE, icon, small_font
from aestudio.training.events import Snapshot, Started

_EVERY_MS = 2000


class StatusBar(QStatusBar):
    """Its messages stay until the next: what was said last can always be read."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(SPACE, 0, 0, 0)
        self.message = ElidedLabel(self)
        self.message.setAccessibleName("Last message")
        self.loading = ProgressBar(self)
        self.loading.setFixedSize(160, 12)
        self.cancel = QToolButton(self)
        self.cancel.setIcon(icon("close"))
        self.cancel.setAutoRaise(True)
        self.cancel.setToolTip("Cancel")
        self.cancel.setAccessibleName("Cancel loading")
        self.cancel.clicked.connect(self.cancelled)
        self.addWidget(self.message, 1)
        self.addWidget(self.loading)
        self.addWidget(self.cancel)
        self.data = self._name("The data that are open, and how many examples they have")
        self.speed = FigureLabel("Training images a second", self)
        self.device = self._name("Where the model trains")
        self.memory = FigureLabel("Memory of this program, and of the device where that is another", self)
        for part in (self.data, self.speed, self.device, self.memory):
            part.hide()
            self.addPermanentWidget(part)
        self._device_mb = 0.0
        self.end_loading()
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(self._on_timeout)
        timer.start()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show a sentence until the next comes."""
        self.message.say(sentence)

    @Slot(float, str)
    def show_loading(self, share: float, doing: str) -> None:
        """Show how far the data are, with a way to cancel."""
        self.loading.show_share(share if share > 0 else None)
        self.message.say(f"{doing[:1].upper()}{doing[1:]}…")
        self.loading.show()
        self.cancel.show()

    @Slot()
    def end_loading(self) -> None:
        """Nothing is being loaded."""
        self.loading.hide()
        self.cancel.hide()

    @Slot(object)
    def show_data(self, opened: Opened) -> None:
        """Name the data."""
        self.data.setText(f"{opened.data.name} · {len(opened.data):,}")
        self.data.show()

    @Slot(object)
    def start(self, started: Started) -> None:
        """Name where the run runs."""
        self.device.setText(f"{started.device} · {started.precision}")
        self.device.show()

    @Slot(object)
    def draw(self, snapshot: Snapshot) -> None:
        """Show the run's speed."""
        self._device_mb = snapshot.memory_mb
        self.speed.say(f"{snapshot.images_per_second:,.0f} images/s")
        self.speed.show()

    def _name(self, tip: str) -> QLabel:
        label = QLabel(self)
        label.setFont(small_font())
        label.setToolTip(tip)
        label.setContentsMargins(SPACE, 0, SPACE, 0)
        return label

    @Slot()
    def _on_timeout(self) -> None:
        used = resident_mb()
        device = f" · {self._device_mb:,.0f} MB on the device" if self._device_mb else ""
        self.memory.say(f"{used:,.0f} MB{device}")
        self.memory.setVisible(used > 0)


def resident_mb() -> float:
    """Memory that this process holds, in MB; 0 where the system does not tell."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    if sys.platform == "darwin":
        import resource

        return (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        )  # the most so far; the present is not told
    return 0.0
