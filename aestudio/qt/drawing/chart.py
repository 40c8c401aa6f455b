"""Curves, floors and a crosshair, painted by one item from a few hundred numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QStaticText, QTransform

from aestudio.qt.drawing.plot import GraphicsItem
from aestudio.qt.drawing.series import Doubles
from aestudio.qt.theme import small_font, theme


@dataclass(frozen=True)
class Line:
    """A curve, in the axes' units.

    Args:
        x: ``(n,)``.
        y: ``(n,)``; what is not finite is left out.
        colour: ``#rrggbb``.
        width: in pixels.
        dashed: whether it is drawn in dashes.
        dots: whether each point is marked.
    """

    x: Doubles
    y: Doubles
    colour: str
    width: float = 2.0
    dashed: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Band:
    """What lies between two curves, as a haze: the trace of every step.

    Args:
        x: ``(n,)``, ascending.
        low: ``(n,)``; what is not finite is left out.
        high: ``(n,)``.
        colour: ``#rrggbb``.
        opacity: from 0 to 1.
    """

    x: Doubles
    low: Doubles
    high: Doubles
    colour: str
    opacity: float = 0.25


@dataclass(frozen=True)
class Floor:
    """A level that a curve is held against, and what it is called."""

    y: float
    name: str


@dataclass(frozen=True)
class Drawing:
    """All that is on a chart."""

    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    floors: tuple[Floor, ...] = ()


@dataclass(frozen=True)
class Crosshair:
    """A place along the x axis, and the curves' values there with their colours."""

    x: float
    dots: tuple[tuple[float, str], ...] = field(default=())


class Chart(GraphicsItem):
    """Paints a drawing in the widget's own pixels: lines stay thin and text level, however the axes are."""

    def __init__(self) -> None:
        super().__init__()
        self.drawing = Drawing()
        self.crosshair: Crosshair | None = None
        self.moment: float | None = None
        self._drawn: tuple[object, ...] = ()
        self._kept: list[tuple[QImage, QRectF]] = []
        self._names: dict[str, QStaticText] = {}

    def show_drawing(self, drawing: Drawing) -> None:
        """Paint this from now on."""
        if drawing.floors != self.drawing.floors:
            self._names = {}
        self.drawing = drawing
        self._drawn = ()
        self.update()

    def show_crosshair(self, crosshair: Crosshair | None) -> None:
        """Mark a place, or none."""
        if crosshair != self.crosshair:
            self.crosshair = crosshair
            self.update()

    def show_moment(self, x: float | None) -> None:
        """Mark the moment that the other views show, or none."""
        if x != self.moment:
            self.moment = x
            self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        painter.setFont(small_font())
        self._paint_floors(painter, to_pixels, area)  # below the curves, to hide none
        for image, place in self._hazes(painter.deviceTransform().m11(), to_pixels, area):
            painter.drawImage(place, image)
        for line in self.drawing.lines:
            _paint_line(painter, line, to_pixels)
        if self.moment is not None:
            _paint_moment(painter, to_pixels.map(QPointF(self.moment, 0)).x(), area)
        if self.crosshair is not None:
            self._paint_crosshair(painter, self.crosshair, to_pixels, area)

    def _hazes(self, scale: float, to_pixels: QTransform, area: QRectF) -> list[tuple[QImage, QRectF]]:
        """The bands' pictures; they stay while only the crosshair or the moment moves."""
        key = (scale, QTransform(to_pixels), QRectF(area))
        if key != self._drawn:
            self._drawn = key
            made = (_haze(band, scale, to_pixels, area) for band in self.drawing.bands)
            self._kept = [haze for haze in made if haze is not None]
        return self._kept

    def _paint_floors(self, p: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        """Dashed lines with names at the right, moved apart where they would touch."""
        t = theme()
        height = p.fontMetrics().height()
        p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        seen = [(to_pixels.map(QPointF(0, f.y)).y(), f.name) for f in self.drawing.floors]
        below = area.bottom() + height
        for y, name in sorted(seen, reverse=True):
            if not area.top() <= y <= area.bottom():
                continue
            pen = QPen(QColor(t.muted), 1)
            pen.setDashPattern([3, 3])
            p.setPen(pen)
            p.drawLine(QLineF(area.left(), y, area.right(), y))
            bottom = min(y - 1, below - height)
            if bottom < area.top() + height:
                bottom = y + height  # no room above
            below = bottom
            words = self._name(name)
            place = QPointF(area.right() - words.size().width() - 4, bottom - height)
            p.setPen(QColor(t.muted))
            p.drawStaticText(place, words)

    def _name(self, text: str) -> QStaticText:
        """Its letters are set once: names of floors stay, and are painted with each snapshot."""
        if text not in self._names:
            words = self._names[text] = QStaticText(text)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.prepare(font=small_font())
        return self._names[text]

    @staticmethod
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


def _haze(band: Band, scale: float, to_pixels: QTransform, area: QRectF) -> tuple[QImage, QRectF] | None:
    """A band as a picture, and where it goes; ``scale`` pixels of the screen to one of the widget's.

    Filled by numpy, a column of the screen at a time: Qt takes 100 times as long for so jagged a shape.
    """
    here = np.isfinite(band.low) & np.isfinite(band.high)
    if not here.any():
        return None
    width, height = math.ceil(area.width() * scale), math.ceil(area.height() * scale)
    x = (band.x[here] * to_pixels.m11() + to_pixels.dx() - area.left()) * scale
    # Rows count downwards, so what is low on the axis is the larger row.
    top, bottom = (
        (np.interp(np.arange(width + 1), x, y[here] * to_pixels.m22()) + to_pixels.dy() - area.top()) * scale
        for y in (band.high, band.low)
    )
    first, last = max(0, math.floor(x[0])), min(width, math.ceil(x[-1]) + 1)
    if first >= last:
        return None
    # Each column reaches as far as both its edges do, so that steep parts do not fall to pieces.
    upper = np.floor(np.minimum(top[:-1], top[1:]))[first:last].clip(-1, height).astype(np.int16)
    lower = np.ceil(np.maximum(bottom[:-1], bottom[1:]))[first:last].clip(-1, height).astype(np.int16)
    start, end = max(0, int(upper.min())), min(height, int(lower.max()) + 1)
    if start >= end:
        return None
    rows = np.arange(start, end, dtype=np.int16)[:, None]
    stride = (last - first + 3) // 4 * 4  # as Qt wants it
    mask = np.zeros((end - start, stride), dtype=np.uint8)
    mask[:, : last - first] = (rows >= upper) & (rows <= lower)
    image = QImage(mask.data, last - first, end - start, stride, QImage.Format.Format_Indexed8)
    colour = QColor(band.colour)
    colour.setAlphaF(band.opacity)
    image.setColorTable([0, colour.rgba()])
    place = QRectF(first / scale, start / scale, (last - first) / scale, (end - start) / scale)
    return image.copy(), place.translated(area.topLeft())


def _paint_line(p: QPainter, line: Line, to_pixels: QTransform) -> None:
    here = np.isfinite(line.y)
    x = line.x[here] * to_pixels.m11() + to_pixels.dx()
    y = line.y[here] * to_pixels.m22() + to_pixels.dy()
    if not len(x):
        return
    colour = QColor(line.colour)
    pen = QPen(colour, line.width)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)  # an eighth of the time of round ones
    if line.dashed:
        pen.setDashPattern([4, 3])
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    xs, ys = x.tolist(), y.tolist()
    if line.dashed:
        p.drawPolyline([QPointF(*at) for at in zip(xs, ys, strict=True)])
    else:  # a third of the polyline's time: Qt need not work out how the pieces join and overlap
        p.drawLines(list(map(QLineF, xs[:-1], ys[:-1], xs[1:], ys[1:])))
    if line.dots:
        p.setPen(QPen(QColor(theme().window), 1))
        p.setBrush(colour)
        for at_x, at_y in zip(xs, ys, strict=True):
            p.drawEllipse(QPointF(at_x, at_y), 3.4, 3.4)
