"""The plane itself as pictures: what the decoder makes of each of its places, behind the points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from aestudio.qt.drawing.pictures import as_rgb, part_drawer, to_image
from aestudio.qt.drawing.plot import GraphicsItem

Range = tuple[float, float]


class Backdrop(GraphicsItem):
    """One image over a part of the plane; while the axes move it moves along, until a new one comes."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._part = QRectF()

    def show_pictures(self, pictures: NDArray[np.float32], size: tuple[int, int], x: Range, y: Range) -> None:
        """Draw ``rows * columns`` pictures, row by row, over this part of the plane."""
        columns, rows = size
        rgb = as_rgb(pictures)
        height, width = rgb.shape[1:3]
        grid = rgb.reshape(rows, columns, height, width, 3).transpose(0, 2, 1, 3, 4)
        self.image = to_image(grid.reshape(rows * height, columns * width, 3))
        self._part = QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0])
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self.image = QImage()
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if self.image.isNull():
            return
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        part_drawer(painter)(to_pixels.mapRect(self._part), self.image, QRectF(self.image.rect()))
