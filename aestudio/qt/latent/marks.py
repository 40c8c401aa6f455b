"""What is drawn over the points: where one is, where A, B and C are, the way between, and what was drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF, QTransform

from aestudio.qt.drawing.plot import GraphicsItem
from aestudio.qt.theme import small_font, theme

_RING, _ARM = 7.0, 13.0  # pixels: of the circle around where one is, and of the four lines from it
_DISC = 9.0  # radius of a letter's
_CROSS = 3.5


class Marks(GraphicsItem):
    """Painted with a rim in the background's colour, so that they are seen on any points."""

    def __init__(self) -> None:
        super().__init__()
        self.here: QPointF | None = None
        self.letters: Mapping[str, QPointF] = {}
        self.way: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self.joined = True

    def show_here(self, place: QPointF | None) -> None:
        """Mark where one is."""
        self.here = place
        self.update()

    def show_letters(self, letters: Mapping[str, QPointF]) -> None:
        """Mark A, B and C."""
        self.letters = dict(letters)
        self.update()

    def show_way(self, places: NDArray[np.float32], *, joined: bool) -> None:
        """Draw places ``(m, 2)`` as a line, or as a cross each."""
        self.way, self.joined = places, joined
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        places = [to_pixels.map(QPointF(float(x), float(y))) for x, y in self.way]
        for colour, width in ((theme().window, 5.0), (theme().text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self.joined:
                painter.drawPolyline(QPolygonF(places))
            else:
                painter.drawLines([line for place in places for line in _cross(place)])
        for letter, place in self.letters.items():
            self._paint_letter(painter, letter, to_pixels.map(place))
        if self.here is not None:
            self._paint_here(painter, to_pixels.map(self.here))

    def _paint_letter(self, painter: QPainter, letter: str, place: QPointF) -> None:
        painter.setPen(QPen(QColor(theme().window), 1.5))
        painter.setBrush(QColor(theme().text))
        painter.drawEllipse(place, _DISC, _DISC)
        font = QFont(small_font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme().window))
        room = QRectF(place.x() - _DISC, place.y() - _DISC, 2 * _DISC, 2 * _DISC)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, letter)

    def _paint_here(self, painter: QPainter, place: QPointF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme().window, 5.0), (theme().accent, 2.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(place, _RING, _RING)
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                inner = place + QPointF(x, y) * _RING
                painter.drawLine(QLineF(inner, place + QPointF(x, y) * _ARM))


def _cross(place: QPointF) -> tuple[QLineF, QLineF]:
    x, y = place.x(), place.y()
    return (
        QLineF(x - _CROSS, y - _CROSS, x + _CROSS, y + _CROSS),
        QLineF(x - _CROSS, y + _CROSS, x + _CROSS, y - _CROSS),
    )
