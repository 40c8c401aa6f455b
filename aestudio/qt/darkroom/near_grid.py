"""How near the compressed picture is, and the rival's beside it: a small table."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from aestudio.qt.darkroom.pieces import Note, cell, grid_in
from aestudio.qt.darkroom.squeezed import Figures, Measured
from aestudio.qt.theme import SPACE, small_font
from aestudio.spec.words import bytes_text

_HEADS = (
    ("", ""),
    ("PSNR, dB", "Squared error of all channels, in decibels below white: 30 is fair, 40 hard to tell apart"),
    ("SSIM", "Structural similarity of brightness in windows of 11 pixels: 1 is equal (Wang et al. 2004)"),
    ("MS-SSIM", "The same over five scales, nearer to what is seen from a distance"),
)


class NearGrid(QWidget):
    """Rows of ours and of the rival; always there, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = grid_in(self, SPACE)
        for column, (text, tip) in enumerate(_HEADS):
            head = cell(grid, 0, column)
            head.setFont(small_font())
            head.setText(text)
            head.setToolTip(tip)
        self._rows = [[cell(grid, row, column) for column in range(len(_HEADS))] for row in (1, 2)]
        self.note = Note(self)
        grid.addWidget(self.note, 3, 0, 1, len(_HEADS))
        self.show_measured(None)

    def show_measured(self, told: Measured | None) -> None:
        """Say what is known now."""
        self._say(0, "Ours", told.figures if told else None)
        rival = told.rival if told else None
        self._say(1, rival.name if rival else "", rival.figures if rival else None)
        for label in self._rows[1]:
            label.setVisible(rival is not None)
        notes: list[str] = []
        if rival and not rival.fits:
            notes.append(f"{rival.name} cannot be smaller than {bytes_text(rival.bytes)} here")
        if told and told.figures and told.figures.on:
            notes.append(f"Measured on the {told.figures.on}")
        self.note.say(". ".join(notes))

    def texts(self) -> list[list[str]]:
        """What the rows say."""
        return [[label.text() for label in row] for row in self._rows]

    def _say(self, row: int, name: str, figures: Figures | None) -> None:
        texts = ("–", "–", "–")
        if figures:
            texts = (f"{figures.psnr:.2f}", f"{figures.ssim:.3f}", f"{figures.ms_ssim:.3f}")
        for label, text in zip(self._rows[row], (name, *texts), strict=True):
            label.setText(text)
