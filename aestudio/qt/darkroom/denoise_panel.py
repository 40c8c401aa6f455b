"""What can be asked of the denoiser, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aestudio.qt.darkroom.classics_row import Rivals
from aestudio.qt.darkroom.cleaning import Cleaned
from aestudio.qt.darkroom.denoising import Denoising
from aestudio.qt.darkroom.figures_grid import FiguresGrid
from aestudio.qt.darkroom.histogram import Histogram
from aestudio.qt.darkroom.model_chooser import ModelChooser
from aestudio.qt.darkroom.pieces import Note
from aestudio.qt.darkroom.trying import Trying
from aestudio.qt.forms.dial import Dial
from aestudio.qt.labels import section
from aestudio.qt.theme import SPACE

_SHIPPED = (
    ("Photographs", "photo-denoiser", "Noise of cameras and white noise, of a strength that nobody tells it"),
    ("Scanned text", "scan-cleaner", "Uneven light, stains, bleed-through, specks and blur, before OCR"),
)
_SETTLE_MS = 60  # the slider rests so long before the picture is blended


class DenoisePanel(QWidget):
    """Model, strength, noise to try it on, and figures. It asks the tool, and shows what the tool tells."""

    brush_changed = Signal()

    def __init__(self, tool: Denoising, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = tool
        which = "Which net cleans: one that ships, or an autoencoder that you trained"
        self.model = ModelChooser(_SHIPPED, which, self)
        self.strength = Dial("Strength", 0, 100, 100, "%", self)
        self.strength.setToolTip(
            "How much of the noise goes. Below 100 % fine grain stays first and blotches of colour go first"
        )
        self.noise, self.badge = Note(self), Note(self, tint="warn")
        self.trouble = Note(self, tint="bad")
        self.trying = Trying(tool, self)
        self.figures, self.rivals = FiguresGrid(self), Rivals(self)
        self.histogram = Histogram(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._settle.timeout.connect(self._on_settled)
        self.strength.changed.connect(self._on_strength)
        self.model.chosen.connect(self.use_model)
        self.trying.brush_changed.connect(self.brush_changed)
        self.rivals.came.connect(self.figures.show_rows)
        tool.cleaned.connect(self._on_cleaned)
        tool.failed.connect(self.trouble.say)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        parts: Sequence[QWidget] = (
            *(section("Model", self), self.model, self.badge, self.strength, self.noise, self.trouble),
            *(section("Try it on known damage", self), self.trying),
            *(self.figures, self.rivals, section("Brightness", self), self.histogram),
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)

    def close_work(self) -> None:
        """Wait for what is computed in the background."""
        self.rivals.close_work()

    @Slot(float)
    def _on_strength(self, value: float) -> None:
        self._settle.start()

    @Slot()
    def _on_settled(self) -> None:
        self._tool.set_strength(self.strength.value / 100)

    @Slot(str)
    def use_model(self, key: str) -> None:
        """Clean by a model that ships, or by a run that the box knows."""
        self.model.show_model(key)
        self._tool.set_model(key)

    def use_run(self, folder: Path) -> None:
        """Clean by a run of one's own."""
        self.use_model(self.model.add_run(folder))

    @Slot(object)
    def _on_cleaned(self, done: Cleaned | None) -> None:
        self.figures.show_cleaned(done)
        self.rivals.offer(done)
        self.trouble.say("")
        if done is None:
            self.noise.say("")
            self.badge.say("")
            return
        self.noise.say(f"Noise found: σ {done.level:.1f} of 255")
        self.noise.setToolTip("The usual strength of what is taken off, over blocks of 32 pixels a side")
        odd = done.familiarity
        self.badge.say(odd.sentence[:1].upper() + odd.sentence[1:] if odd and odd.is_unlike else "")
