"""Points as one picture, drawn anew in the screen's own pixels whenever the axes or the points have moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QTransform

from aestudio.qt.drawing.pictures import part_drawer
from aestudio.qt.drawing.plot import GraphicsItem
from aestudio.qt.drawing.raster import Pixels, disc_size, draw_discs, shades

_SVG_SCALE = 3.0  # an SVG has no pixels of its own


class Cloud(GraphicsItem):
    """Discs at points, and rings around a few of them. What was drawn is kept until something moves."""

    def __init__(self) -> None:
        super().__init__()
        self._points: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._kinds: NDArray[Any] = np.zeros(0, dtype=np.uint16)
        self._shades: Pixels = shades(np.zeros((1, 3), dtype=np.uint8))
        self._version = 0
        self._drawn: tuple[object, ...] = ()
        self._canvas: Pixels = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._rings: tuple[tuple[QPointF, QColor, float], ...] = ()

    def show_points(
        self, points: NDArray[np.float32], kinds: NDArray[Any], colours: NDArray[np.uint8]
    ) -> None:
        """Draw these: finite points ``(n, 2)`` in the axes' units, the kind of each, each kind's colour."""
        self._points, self._kinds, self._shades = points, kinds, shades(colours)
        self._version += 1
        self.update()

    def show_rings(self, rings: Sequence[tuple[QPointF, QColor, float]]) -> None:
        """Rings around places: where, colour, diameter in pixels."""
        if tuple(rings) != self._rings:
            self._rings = tuple(rings)
            self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        scale = painter.deviceTransform().m11()
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            scale = _SVG_SCALE
        # On whole pixels of the screen: half a pixel off, every point would be blurred.
        left, top = round(area.left() * scale), round(area.top() * scale)
        width, height = round(area.width() * scale), round(area.height() * scale)
        self._draw(to_pixels, scale, (left, top, width, height))
        target = QRectF(left / scale, top / scale, width / scale, height / scale)
        margin = (self._canvas.shape[0] - height) // 2
        part_drawer(painter)(target, self._image, QRectF(margin, margin, width, height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, colour, diameter in self._rings:
            painter.setPen(QPen(colour, 1.8))
            painter.drawEllipse(to_pixels.map(place), diameter / 2, diameter / 2)

    def _draw(self, to_pixels: QTransform, scale: float, box: tuple[int, int, int, int]) -> None:
        left, top, width, height = box
        key = (self._version, scale, box, to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy())
        if key == self._drawn:
            return
        self._drawn = key
        size = round(disc_size(len(self._points)) * scale * 2) / 2
        margin = int(np.ceil(size)) + 1  # so that discs cut by the edge are drawn, to be cut there
        shape = (height + 2 * margin, width + 2 * margin)
        if self._canvas.shape != shape:
            self._canvas = np.zeros(shape, dtype=np.uint32)
            stride = 4 * shape[1]
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(self._canvas.data, shape[1], shape[0], stride, form)
        self._canvas.fill(0)
        x = self._points[:, 0] * np.float32(to_pixels.m11() * scale)
        y = self._points[:, 1] * np.float32(to_pixels.m22() * scale)
        x += np.float32(to_pixels.dx() * scale - left + margin)
        y += np.float32(to_pixels.dy() * scale - top + margin)
        draw_discs(self._canvas, x, y, self._kinds, self._shades, size)
