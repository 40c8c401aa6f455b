"""What methods without training make of the same damage: non-local means, wavelets, BM3D."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from aestudio.qt.darkroom.cleaning import Cleaned, figures, middle_of
from aestudio.qt.darkroom.figures_grid import Row
from aestudio.qt.darkroom.pieces import Note
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.theme import SPACE

if TYPE_CHECKING:
    from aestudio.pictures.classics import Classic
    from aestudio.pictures.waiting import Ask

_SIDE = 512  # BM3D takes a minute for four times as much


class Rivals(QWidget):
    """A button that runs them on the picture's middle, where the clean picture is known."""

    came = Signal(list)  # of Row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self)
        self.note = Note(self)
        self._done: Cleaned | None = None
        self._background = Background(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.button)
        column.addWidget(self.note)
        self.button.clicked.connect(self._on_clicked)
        self._background.told.connect(self._on_told)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._say("")
        self.hide()

    def offer(self, done: Cleaned | None) -> None:
        """Offer it for this picture, where damage was done to it."""
        self._background.cancel()
        self._done = done if done and done.before else None
        self._say("")
        self.setVisible(self._done is not None)

    def close_work(self) -> None:
        """Stop, and wait."""
        self._background.close()

    @Slot()
    def _on_clicked(self) -> None:
        done = self._done
        if self._background.is_busy:
            self._background.cancel()
            self._say("Stopped.")
        elif done:
            self._background.start(lambda progress: _compared(done, progress))
            self._say("")

    @Slot(float, str)
    def _on_told(self, share: float, doing: str) -> None:
        self.note.say(f"{doing}…")

    @Slot(object)
    def _on_done(self, rows: list[Row]) -> None:
        self._say("All on the middle, at most 512 pixels a side; the classics are told σ.")
        self.came.emit(rows)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        """How it stands; and what the button does next."""
        self.note.say(sentence)
        if self._background.is_busy:
            self.button.setText("Stop")
            self.button.setToolTip("Stop the classics: BM3D takes half a minute")
            return
        self.button.setText("Beside the Classics")
        self.button.setToolTip(
            "Non-local means, wavelets and BM3D on the middle of the picture, 512 pixels a side, "
            "each told the noise's true strength, which the net has to guess"
        )


def _compared(done: Cleaned, progress: Progress) -> list[Row]:
    from aestudio.pictures.classics import CLASSICS, is_here
    from aestudio.pictures.damage import true_sigma

    place, peak = middle_of(done.clean.size, _SIDE), done.clean.peak
    truth, given = done.clean.pixels[place.slices], done.given.pixels[place.slices]
    sigma = true_sigma(truth, given, peak)
    tip = f"On the middle, {truth.shape[1]} x {truth.shape[0]} pixels"
    rows: list[Row] = [("Denoised, middle", figures(truth, done.pixels[place.slices], peak), tip)]
    for i, classic in enumerate(CLASSICS.values()):
        progress(i / len(CLASSICS), classic.label)
        if is_here(classic):
            ask = partial(progress, i / len(CLASSICS), classic.label)
            rows.append(_row(classic, (truth, given), sigma, peak, ask))
        else:
            rows.append((classic.label, None, classic.hint))
    return rows


def _row(classic: Classic, pictures: tuple[np.ndarray, np.ndarray], sigma: float, peak: int, ask: Ask) -> Row:
    from aestudio.pictures.classics import run_classic_apart

    truth, given = pictures
    began = time.perf_counter()
    out = run_classic_apart(classic.name, given.astype(np.float32) / peak, sigma, ask)
    seconds = time.perf_counter() - began
    pixels = np.clip(np.rint(out * peak), 0, peak).astype(truth.dtype)
    return classic.label, figures(truth, pixels, peak), f"{classic.source_citation}; {seconds:.1f} s"
