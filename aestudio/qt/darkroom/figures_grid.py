"""Figures beside the clean picture: a row for each way, PSNR and SSIM in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from aestudio.qt.darkroom.cleaning import Cleaned, Figures
from aestudio.qt.darkroom.pieces import cell, grid_in
from aestudio.qt.theme import SPACE, heading_font, small_font

Row = tuple[str, Figures | None, str]
"""What it is, its figures if it has any, and what a hint says of it."""


class FiguresGrid(QWidget):
    """A small table that is not there while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = grid_in(self, 2 * SPACE)
        self._own: list[Row] = []
        self._others: list[Row] = []
        self.hide()

    def show_cleaned(self, done: Cleaned | None) -> None:
        """Before and after, where the damage was done here and so the clean picture is known."""
        self._own, self._others = [], []
        if done and done.before and done.after:
            tip = "On the picture's middle, at most 2,048 pixels a side, beside the clean one"
            self._own = [("Damaged", done.before, tip), ("Denoised", done.after, tip)]
        self._show()

    @Slot(list)
    def show_rows(self, rows: list[Row]) -> None:
        """What others make of the same place."""
        self._others = rows
        self._show()

    def rows(self) -> Sequence[Row]:
        """All that is shown."""
        return (*self._own, *self._others)

    def _show(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        if not self._own:
            self.hide()
            return
        for column, text in enumerate(("", "PSNR, dB", "SSIM")):
            self._put(text, 0, column).setFont(small_font())
        for place, (name, figures, tip) in enumerate(self.rows(), start=1):
            texts = (f"{figures.psnr:.2f}", f"{figures.ssim:.3f}") if figures else ("–", "–")
            for column, text in enumerate((name, *texts)):
                label = self._put(text, place, column)
                label.setToolTip(tip)
                if name == "Denoised":
                    label.setFont(heading_font())
        self.show()

    def _put(self, text: str, row: int, column: int) -> QLabel:
        label = cell(self._grid, row, column)
        label.setText(text)
        return label
