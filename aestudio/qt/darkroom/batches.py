"""Which batch is done with the roll: where its results go, and what is done with each picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from aestudio.pictures.picture import Picture, packed_picture
from aestudio.pictures.places import Places
from aestudio.qt.darkroom.batch import Batch
from aestudio.qt.running.background import Progress


class Batches(QObject):
    """Starts batches; asks where their results go."""

    said = Signal(str)

    def __init__(self, batch: Batch, parent: QWidget) -> None:
        super().__init__(parent)
        self.batch, self._window = batch, parent
        self._last = ""

    def ask_folder(self) -> Path | None:
        """Ask where results go; the folder chosen last is proposed."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Save all results into a folder", self._last)
        self._last = chosen or self._last
        return Path(chosen) if chosen else None

    def denoise(self, model: str, strength: float, folder: Path | None) -> None:
        """Denoise every picture of the roll."""

        def recipe(picture: Picture, size: int, progress: Progress) -> tuple[bytes, str]:
            from aestudio.pictures.cleaners import find_cleaner
            from aestudio.pictures.denoise import denoise

            out, level = denoise(picture, find_cleaner(model), strength=strength, progress=progress)
            return packed_picture(out, ".png"), f"noise σ {level:.1f} taken off"

        self.batch.start(recipe, Places(folder, "-denoised"), "png")
