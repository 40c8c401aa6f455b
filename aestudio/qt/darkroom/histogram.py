"""How often each brightness occurs, before and after."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from aestudio.pictures.pyramid import Pyramid
from aestudio.qt.theme import SPACE, theme

_ENOUGH = 500_000  # pixels: more would tell nothing new, and this runs on the GUI thread
_LUMA = np.array([77, 150, 29], np.uint16)  # of 256, as in Rec. 601


class Histogram(QWidget):
    """Brightness of both sides: grey filled is before, the accent's line is after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: list[np.ndarray] = []
        self.setFixedHeight(8 * SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Histogram")
        self.setToolTip("How often each brightness occurs, black to white: filled before, the line after")

    def sizeHint(self) -> QSize:
        return QSize(200, 8 * SPACE)

    def show_sides(self, *sides: Pyramid) -> None:
        """Count the pixels of both sides, of a smaller copy where they are large; none clears it."""
        self._counts = [brightness(side) for side in sides]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        now, place = theme(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(place, QColor(now.base))
        painter.setPen(QColor(now.line))
        painter.drawRect(place)
        if not self._counts:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(float(np.partition(counts, -4)[-4]) for counts in self._counts) or 1.0
        for counts, first in zip(self._counts, (True, False), strict=False):
            line = [
                QPointF(
                    place.left() + i * place.width() / 255,
                    place.bottom() - 1 - min(n / top, 1.0) * (place.height() - 4),
                )
                for i, n in enumerate(counts.tolist())
            ]
            if first:
                fill = QColor(now.muted)
                fill.setAlpha(110)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawPolygon(QPolygonF([place.bottomLeft(), *line, place.bottomRight()]))
            else:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(now.accent), 1.5))
                painter.drawPolyline(QPolygonF(line))


def brightness(side: Pyramid) -> np.ndarray:
    """Shares of the 256 levels of luma, of the largest copy with at most half a million pixels."""
    small = next((x for x in side.levels if x.shape[0] * x.shape[1] <= _ENOUGH), side.levels[-1])
    luma = small[..., 0] if small.shape[2] == 1 else (small @ _LUMA >> 8).astype(np.uint8)
    return np.bincount(luma.ravel(), minlength=256) / luma.size
