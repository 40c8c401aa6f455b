"""What methods without training make of the same damage: non-local means, wavelets, BM3D."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from aestudio.pictures.classics import CLASSICS, Classic, is_here, run_classic_apart
from aestudio.pictures.damage import true_sigma
from aestudio.qt.darkroom.cleaning import Cleaned, figures, middle_of
from aestudio.qt.darkroom.figures_grid import Row
from aestudio.qt.darkroom.pieces import Note
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.theme import SPACE

_SIDE = 512  # BM3D takes a minute for four times as much

Job = Callable[[Progress], Row]


class Rivals(QWidget):
    """A button that runs them on the picture's middle, where the clean picture is known."""

    came = Signal(list)  # of Row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self)
        self.note = Note(self)
        self._done: Cleaned | None = None
        self._rows: list[Row] = []
        self._jobs: list[Job] = []  # one for each row
        self._at = 0
        self._background = Background(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.button)
        column.addWidget(self.note)
        self.button.clicked.connect(self._on_clicked)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._say("")
        self.hide()

    def offer(self, done: Cleaned | None) -> None:
        """Offer it for this picture, where damage was done to it."""
        self._background.cancel()
        self._done = done if done and done.before else None
        self._rows, self._jobs = [], []  # the jobs hold the picture that was offered before
        self._say("")
        self.setVisible(self._done is not None)

    def close_work(self) -> None:
        """Stop, and wait."""
        self._background.close()

    @Slot()
    def _on_clicked(self) -> None:
        if self._background.is_busy:
            self._background.cancel()
            self._say("Stopped.")
        elif self._done:
            classics = tuple(CLASSICS.values())
            self._rows = [(name, None, "") for name in ("Denoised, middle", *(c.label for c in classics))]
            self._jobs = [partial(_ours, self._done), *(partial(_theirs, self._done, c) for c in classics)]
            self.came.emit(list(self._rows))
            self._begin(0)

    def _begin(self, at: int) -> None:
        self._at = at
        if at < len(self._jobs):
            self._background.start(self._jobs[at])
            self._say(f"{self._rows[at][0]}…")
        else:
            self._say("All on the middle, at most 512 pixels a side; the classics are told σ.")

    @Slot(object)
    def _on_done(self, row: Row) -> None:
        self._rows[self._at] = row
        self.came.emit(list(self._rows))
        self._begin(self._at + 1)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        """How it stands; and what the button does next."""
        self.note.say(sentence)
        if self._background.is_busy:
            self.button.setText("Stop")
            self.button.setToolTip("Stop the classics; what has come stays. BM3D takes half a minute")
            return
        self.button.setText("Beside the Classics")
        self.button.setToolTip(
            "Non-local means, wavelets and BM3D on the middle of the picture, 512 pixels a side, "
            "each told the noise's true strength, which the net has to guess"
        )


def _ours(done: Cleaned, progress: Progress) -> Row:
    place, peak = middle_of(done.clean.size, _SIDE), done.clean.peak
    truth = done.clean.pixels[place.slices]
    tip = f"On the middle, {truth.shape[1]} × {truth.shape[0]} pixels"
    return "Denoised, middle", figures(truth, done.pixels[place.slices], peak), tip


def _theirs(done: Cleaned, classic: Classic, progress: Progress) -> Row:
    if not is_here(classic):
        return classic.label, None, classic.hint
    place, peak = middle_of(done.clean.size, _SIDE), done.clean.peak
    truth, given = done.clean.pixels[place.slices], done.given.pixels[place.slices]
    sigma = true_sigma(truth, given, peak)
    began = time.perf_counter()
    ask = partial(progress, 0.0, classic.label)
    out = run_classic_apart(classic.name, given.astype(np.float32) / peak, sigma, ask)
    seconds = time.perf_counter() - began
    pixels = np.clip(np.rint(out * peak), 0, peak).astype(truth.dtype)
    return classic.label, figures(truth, pixels, peak), f"{classic.source_citation}; {seconds:.1f} s"
