"""Curves, floors and a crosshair, painted by one item from a few hundred numbers."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QStaticText, QTransform
from PySide6.QtWidgets import QGraphicsItem, QWidget

from aestudio.qt.drawing.curves import Band, Crosshair, Drawing, Floor, Line
from aestudio.qt.drawing.plot import GraphicsItem
from aestudio.qt.drawing.series import Doubles, within
from aestudio.qt.theme import small_font, theme

_REACH = 6  # pixels: no cap, dot or handle reaches further from its place
_DASH, _INK = 10.0, 0.5  # pixels from one dash to the next along the x axis, and the share of them drawn


class Chart(GraphicsItem):
    """Paints a drawing in the widget's own pixels: lines stay thin and text level, however the axes are.

    Only what has changed is painted anew: a curve that grows does so at its end.
    """

    def __init__(self) -> None:
        super().__init__()
        self.drawing = Drawing()
        self.crosshair: Crosshair | None = None
        self.moment: float | None = None
        self._exposed = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # says what is exposed

    def show_drawing(self, drawing: Drawing, since: float = -math.inf) -> None:
        """Paint this from now on; up to ``since`` on the x axis, it is as the one before it was."""
        self.drawing = drawing
        self._repaint(since, drawing.end if math.isfinite(since) else math.inf)

    def show_crosshair(self, crosshair: Crosshair | None) -> None:
        """Mark a place, or none."""
        if crosshair != self.crosshair:
            for marked in (self.crosshair, crosshair):
                if marked:
                    self._repaint(marked.x, marked.x)
            self.crosshair = crosshair

    def show_moment(self, x: float | None) -> None:
        """Mark the moment that the other views show, or none."""
        if x != self.moment:
            for place in (self.moment, x):
                if place is not None:
                    self._repaint(place, place)
            self.moment = x

    def _repaint(self, begin: float, end: float) -> None:
        """Paint what lies between two places of the x axis, and what is drawn around them."""
        area, margin = self.boundingRect(), _REACH * float(self.pixelWidth())  # type: ignore[arg-type]
        left, right = max(area.left(), begin - margin), min(area.right(), end + margin)
        if left < right:
            self.update(QRectF(left, area.top(), right - left, area.height()))

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        self._exposed = QRectF(option.exposedRect)
        super().paint(painter, option, widget)

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        seen = to_pixels.mapRect(self._exposed).adjusted(-_REACH, 0, _REACH, 0) & area
        painter.setFont(small_font())
        _paint_floors(painter, self.drawing.floors, to_pixels, area, seen)  # below the curves, to hide none
        for band in self.drawing.bands:
            _paint_band(painter, band, to_pixels, area, seen)
        for line in self.drawing.lines:
            _paint_line(painter, line, to_pixels, seen)
        if self.moment is not None:
            _paint_moment(painter, to_pixels.map(QPointF(self.moment, 0)).x(), area)
        if self.crosshair is not None:
            _paint_crosshair(painter, self.crosshair, to_pixels, area)


def _paint_floors(
    p: QPainter, floors: Sequence[Floor], to_pixels: QTransform, area: QRectF, seen: QRectF
) -> None:
    """Dashed lines with names at the right, moved apart where they would touch."""
    scale, shift = to_pixels.m22(), to_pixels.dy()
    levels = [(floor.y * scale + shift, floor.name) for floor in floors]
    levels = sorted((level for level in levels if area.top() <= level[0] <= area.bottom()), reverse=True)
    if not levels:
        return
    p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    pen = QPen(QColor(theme().muted), 1)
    pen.setDashPattern([3, 3])
    p.setPen(pen)
    p.drawLines([QLineF(area.left(), y, area.right(), y) for y, _ in levels])
    metrics = p.fontMetrics()
    height = metrics.height()
    below = area.bottom() + height
    for y, name in levels:
        bottom = min(y - 1, below - height)
        if bottom < area.top() + height:
            bottom = y + height  # no room above
        below = bottom
        words = _words(name)
        left = area.right() - words.size().width() - 4
        if left < seen.right():
            p.drawStaticText(QPointF(left, bottom - height), words)


@functools.lru_cache
def _words(name: str) -> QStaticText:
    """A floor's name, laid out once."""
    words = QStaticText(name)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.prepare(font=small_font())
    return words


def _paint_crosshair(p: QPainter, cross: Crosshair, to_pixels: QTransform, area: QRectF) -> None:
    t = theme()
    x = to_pixels.map(QPointF(cross.x, 0)).x()
    p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    p.setPen(QPen(QColor(t.muted), 1))
    p.drawLine(QLineF(x, area.top(), x, area.bottom()))
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    for y, colour in cross.dots:
        p.setPen(QPen(QColor(t.window), 1.5))
        p.setBrush(QColor(colour))
        p.drawEllipse(to_pixels.map(QPointF(cross.x, y)), 4, 4)


def _paint_moment(p: QPainter, x: float, area: QRectF) -> None:
    """A line in the accent colour, with a handle at the top, as the timeline's slider has one."""
    accent = QColor(theme().accent)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(accent, 1.5))
    p.drawLine(QLineF(x, area.top(), x, area.bottom()))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(accent)
    p.drawEllipse(QPointF(x, area.top() + 4), 3.5, 3.5)


def _paint_band(p: QPainter, band: Band, to_pixels: QTransform, area: QRectF, seen: QRectF) -> None:
    """What is ``seen`` of a band, a column of the screen at a time: Qt takes far longer for its outline."""
    scale = p.deviceTransform().m11()  # columns of the screen to a pixel of the widget's
    part = _part(band.x, to_pixels, seen)
    x = (band.x[part] * to_pixels.m11() + to_pixels.dx() - area.left()) * scale
    if not len(x):
        return
    ends = (seen.left() - area.left()) * scale, (seen.right() - area.left()) * scale
    first, last = math.floor(max(float(x[0]), ends[0])), math.ceil(min(float(x[-1]) + 1, ends[1]))
    if first >= last:
        return
    # Rows count downwards, so what is low on the axis is the larger row.
    columns, height = np.arange(first, last + 1), math.ceil(area.height() * scale)
    top, bottom = (
        (np.interp(columns, x, y[part] * to_pixels.m22()) + to_pixels.dy() - area.top()) * scale
        for y in (band.high, band.low)
    )
    # Each column reaches as far as both its edges do, so that steep parts do not fall to pieces.
    upper = np.floor(np.minimum(top[:-1], top[1:])).clip(0, height)
    lower = np.ceil(np.maximum(bottom[:-1], bottom[1:])).clip(-1, height - 1) + 1
    colour = QColor(band.colour)
    colour.setAlphaF(band.opacity)
    p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(colour)
    ways = zip(columns.tolist(), upper.tolist(), lower.tolist(), strict=False)
    p.drawRects(
        [
            QRectF(area.left() + column / scale, area.top() + start / scale, 1 / scale, (end - start) / scale)
            for column, start, end in ways
            if start < end  # not so where the curve has a gap
        ]
    )


def _paint_line(p: QPainter, line: Line, to_pixels: QTransform, seen: QRectF) -> None:
    part = _part(line.x, to_pixels, seen)
    xs = (line.x[part] * to_pixels.m11() + to_pixels.dx()).tolist()
    ys = (line.y[part] * to_pixels.m22() + to_pixels.dy()).tolist()
    points = [QPointF(x, y) if math.isfinite(y) else None for x, y in zip(xs, ys, strict=True)]
    pieces = [QLineF(a, b) for a, b in pairwise(points) if a is not None and b is not None]
    colour = QColor(line.colour)
    pen = QPen(colour, line.width)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)  # an eighth of the time of round ones
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    # A third of the polyline's time: Qt need not work out how the pieces join and overlap.
    p.drawLines(list(_dashes(pieces, seen)) if line.dashed else pieces)
    p.setBrush(colour)
    around = [None, *points, None]
    for before, here, after in zip(around, points, around[2:], strict=False):
        if here is not None and before is None and after is None:
            p.drawEllipse(here, 1, 1)
    if line.dots:
        p.setPen(QPen(QColor(theme().window), 1))
        for point in points:
            if point is not None:
                p.drawEllipse(point, 3.4, 3.4)


def _dashes(pieces: Iterable[QLineF], seen: QRectF) -> Iterator[QLineF]:
    """Pieces of a curve cut at fixed columns, so that a part of it that is painted anew meets the rest."""
    for piece in pieces:
        first, last = max(piece.x1(), seen.left()), min(piece.x2(), seen.right())
        for number in range(math.floor(first / _DASH), math.ceil(last / _DASH)):
            start, end = max(piece.x1(), number * _DASH), min(piece.x2(), (number + _INK) * _DASH)
            if start < end:
                yield QLineF(*(piece.pointAt((x - piece.x1()) / piece.dx()) for x in (start, end)))


def _part(x: Doubles, to_pixels: QTransform, seen: QRectF) -> slice:
    """The places of an ascending curve that are seen, and one more on each side."""
    left, right = ((end - to_pixels.dx()) / to_pixels.m11() for end in (seen.left(), seen.right()))
    return within(x, left, right)
