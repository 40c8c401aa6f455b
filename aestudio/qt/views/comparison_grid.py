"""The same test images in rows, every run and PCA in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.qt.drawing.cells import Cells, Column, column
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.drawing.pictures import as_rgb, error_heat, picture_size, psnr, to_image
from aestudio.qt.drawing.sides import Shown, Side
from aestudio.qt.drawing.thumbnail import Thumbnail
from aestudio.qt.drawing.view import View, header_switch
from aestudio.qt.theme import theme
from aestudio.training.events import Snapshot

ORDERS = ("Pinned", "Worst first", "Best first")
_CLOSE_UP = 224  # pixels


class ComparisonGrid(View):
    """Rows can be the pinned images, or those that the runs find hardest or easiest."""

    order_changed = Signal(str)  # one of ORDERS
    row_chosen = Signal(int)

    title = "Same images"
    help = (
        "The same test images as each model gives them back, PCA of as many numbers always among them.\n"
        "Point: one cell large. Wheel, + and −: zoom all cells. Drag: move. Double click or 0: whole images."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.cells = Cells()
        super().__init__(self.cells, parent)
        self.cells.setAccessibleName("Test images by model")
        self.cells.setAccessibleDescription("Up and down choose an image; plus and minus zoom; Shift moves")
        self.cells.empty = "Tick two runs in the library, or race presets: their images stand here."
        self.card = Thumbnail(self.cells, _CLOSE_UP)
        self._gallery = Gallery()
        self._sides: Sequence[Side] = ()
        self._shown: Shown | None = None
        self.heat = header_switch(
            "Error map", "Where each model errs: the absolute difference, on one scale for all"
        )
        self.order = QComboBox()
        self.order.addItems(ORDERS)
        self.order.setAccessibleName("Which images")
        self.order.setToolTip("Which test images: the pinned ones, or by their mean error over all runs")
        self.add_control(self.order)
        self.add_control(self.heat)
        self.heat.toggled.connect(self._compose)
        self.order.currentTextChanged.connect(self.order_changed)
        self.cells.chosen.connect(self.row_chosen)
        self.cells.hovered.connect(self._on_hovered)

    def set_test_images(
        self, images: NDArray[Any], labels: NDArray[Any] | None, classes: Sequence[str] = ()
    ) -> None:
        """The test split, its labels and their names."""
        self._gallery = Gallery(images, labels, classes)
        self.clear()

    def show_sides(self, sides: Sequence[Side], shown: Shown | None) -> None:
        """Show what each side makes of these images."""
        self._sides, self._shown = sides, shown
        self._compose()

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: what lanes tell comes together in :meth:`show_sides`."""

    def clear(self) -> None:
        self.show_sides((), None)

    def table(self) -> Table:
        """PSNR of each image by each side."""
        header = ("test_position", "class", *(f"psnr_db {side.name}" for side in self._sides))
        shown = self._shown
        if shown is None:
            return header, []
        figures = [self._psnr(side) for side in self._sides]
        rows = [
            (int(p), self._gallery.class_of(int(p)), *("" if f is None else float(f[i]) for f in figures))
            for i, p in enumerate(shown.positions)
        ]
        return header, rows

    def restyle(self) -> None:
        self._compose()

    @property
    def position(self) -> int:
        """The chosen image's position in the test split, -1 for none."""
        row = self.cells.current
        return (
            int(self._shown.positions[row]) if self._shown and 0 <= row < len(self._shown.positions) else -1
        )

    def _psnr(self, side: Side) -> NDArray[np.float64] | None:
        given = self._shown.given.get(side.key) if self._shown else None
        return None if given is None or self._shown is None else psnr(self._shown.clean, given)

    @Slot()
    def _compose(self) -> None:
        shown = self._shown
        self.cells.heat = self.heat.isChecked()
        if shown is None or not len(shown.positions):
            self.cells.show_cells((), (), (1, 1))
            self.status.say("")
            return
        columns = [column("Clean", theme().text, as_rgb(shown.clean)), *map(self._column_of, self._sides)]
        self.cells.show_cells(
            columns, [self._row(int(p)) for p in shown.positions], picture_size(shown.clean.shape[1:])
        )
        self.status.say(f"{len(shown.positions)} test images · {len(self._sides)} models")

    def _column_of(self, side: Side) -> Column:
        shown = self._shown
        given = shown.given.get(side.key) if shown else None
        if given is None or shown is None:
            return column(side.name, side.colour, None)
        pictures = error_heat(shown.clean, given) if self.heat.isChecked() else as_rgb(given)
        return column(side.name, side.colour, pictures)

    def _row(self, position: int) -> str:
        name = self._gallery.class_of(position)
        return f"{position:,}" + (f" · {name}" if name else "")

    @Slot(int, int)
    def _on_hovered(self, row: int, number: int) -> None:
        shown = self._shown
        if row < 0 or shown is None:
            self.card.hide()
            return
        lines = [self.cells.columns[number].name, f"test image {self._row(int(shown.positions[row]))}"]
        figures = self._psnr(self._sides[number - 1]) if number else None
        if figures is not None:
            lines.append(f"PSNR {figures[row]:.1f} dB")
        place = self.cells.rect_of(row, number).center()
        self.card.show_beside(place, self._picture(row, number), lines)

    def _picture(self, row: int, number: int) -> QImage:
        shown = self._shown
        assert shown is not None
        part = slice(row, row + 1)
        if not number:
            return to_image(as_rgb(shown.clean[part])[0])
        given = shown.given.get(self._sides[number - 1].key)
        if given is None:
            return QImage()
        if self.heat.isChecked():
            return to_image(error_heat(shown.clean[part], given[part])[0])
        return to_image(as_rgb(given[part])[0])
