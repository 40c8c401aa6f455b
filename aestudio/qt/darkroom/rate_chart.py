"""How good this very picture is at how many bits a pixel: our codec's curve beside those of others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aestudio.pictures.curves import Point, psnr_at
from aestudio.qt.darkroom.pieces import Note
from aestudio.qt.darkroom.squeezed import OURS, Curve, Curves
from aestudio.qt.drawing.chart import Chart
from aestudio.qt.drawing.curves import Crosshair, Drawing, Line
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.plot import GraphicsItem, Plot
from aestudio.qt.drawing.series import Doubles
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

_BITS = (0.05, 3.0)
_PSNRS = (20.0, 45.0)  # while there is nothing to see
_ROOM = (3.5, 1.5)  # dB below and above the curves: the key often finds its place below
_ORDER = (OURS, "JPEG", "WebP", "AVIF", "JPEG 2000")  # of the colours


@dataclass(frozen=True)
class Reading:
    """A codec in the key: its name, colour, and PSNR in dB at the place read, or NaN."""

    name: str
    colour: str
    psnr: float


class Key(GraphicsItem):
    """Names beside their colours, the best at the place read first, in the corner that curves leave free."""

    def __init__(self) -> None:
        super().__init__()
        self.readings: tuple[Reading, ...] = ()
        self.head = ""
        self.taken: list[QPointF] = []  # places along the curves

    def show_readings(self, head: str, readings: tuple[Reading, ...]) -> None:
        """Paint these from now on."""
        if (head, readings) != (self.head, self.readings):
            self.head, self.readings = head, readings
            self.update()

    def keep_off(self, lines: Sequence[Line]) -> None:
        """Leave these free where that can be."""
        self.taken = [
            QPointF(float(x), float(y)) for line in lines for x, y in zip(*_dense(line), strict=True)
        ]
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        if not self.readings:
            return
        t = theme()
        painter.setFont(small_font())
        metrics = painter.fontMetrics()
        height, digits = metrics.height(), metrics.horizontalAdvance("00.0")
        number = 3 * SPACE + max(metrics.horizontalAdvance(each.name) for each in self.readings)
        width = max(number + digits, metrics.horizontalAdvance(self.head))
        place = self._place(QSizeF(width, (len(self.readings) + bool(self.head)) * height), to_pixels, area)
        behind = QColor(t.window)
        behind.setAlphaF(0.85)  # over the lines that mark a place
        painter.fillRect(place.adjusted(-2, 0, 2, 0), behind)
        left, base = place.left(), place.top() + metrics.ascent()
        if self.head:
            painter.setPen(QColor(t.muted))
            painter.drawText(QPointF(left, base), self.head)
            base += height
        for each in self.readings:
            painter.setPen(QPen(QColor(each.colour), 2.0))
            middle = base - metrics.ascent() + height / 2
            painter.drawLine(QLineF(left, middle, left + 1.5 * SPACE, middle))
            painter.setPen(QColor(t.text))
            painter.drawText(QPointF(left + 2 * SPACE, base), each.name)
            if math.isfinite(each.psnr):
                text = f"{each.psnr:.1f}"
                start = left + number + digits - metrics.horizontalAdvance(text)
                painter.drawText(QPointF(start, base), text)
            base += height

    def _place(self, size: QSizeF, to_pixels: QTransform, area: QRectF) -> QRectF:
        """Upper left, unless lower right hides less of the curves."""
        inner = area.adjusted(SPACE, SPACE / 2, -SPACE / 2, -SPACE / 2)
        above, below = QRectF(inner.topLeft(), size), QRectF(inner.topLeft(), size)
        below.moveBottomRight(inner.bottomRight())
        taken = [to_pixels.map(place) for place in self.taken]
        return min((above, below), key=lambda place: sum(map(place.contains, taken)))


def _dense(line: Line) -> tuple[Doubles, Doubles]:
    x: Doubles = np.linspace(float(line.x[0]), float(line.x[-1]), 40)
    return x, np.interp(x, line.x, line.y)


class RateChart(View):
    """PSNR against bits a pixel. It draws what it is given, and computes no picture."""

    title = "Quality by size"
    help = (
        "PSNR of this picture at each size, for our codec and for others: higher is better, and a curve "
        "further left needs fewer bytes for the same quality.\n"
        "Point to read values. Wheel: zoom. Drag: move. Double click or Ctrl+0: show all."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self.curves = Curves()
        self._here: Point | None = None
        self._pointer: float | None = None
        self._moved = False
        self.chart, self.key = Chart(), Key()
        self.plot.add(self.chart)
        self.plot.add(self.key)
        bottom: Any = self.plot.axis("bottom")
        bottom.setLogMode(True)
        self.plot.name_axis("bottom", "bits a pixel")
        self.plot.name_axis("left", "PSNR, dB")
        self.plot.setFixedHeight(33 * SPACE)  # else it takes what notes below it need
        self._header.setContentsMargins(0, SPACE // 2, 0, 0)  # in line with the panel's other heads
        self.plot.setAccessibleName("PSNR against bits a pixel")
        self.plot.setAccessibleDescription(self.help)
        self.verdict = Note(self.content)
        self.verdict.setContentsMargins(0, SPACE // 2, 0, 0)
        self.verdict.setToolTip(
            "The mean over the qualities that both reach between 0.15 and 1.5 bits a pixel (Bjøntegaard 2001)"
        )
        column = self.content.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(self.verdict)
        self.plot.fit_wanted.connect(self.show_all)
        self.plot.zoomed.connect(self._on_zoomed)
        self.plot.pointed.connect(self._on_pointed)
        self.clear()

    def show_curves(self, curves: Curves) -> None:
        """Draw these."""
        if not any(curve.points for curve in curves.curves):
            self._moved = False
        self.curves = curves
        self._refresh()

    def show_here(self, here: Point | None) -> None:
        """Mark where the picture stands on our curve."""
        if here != self._here:
            self._here = here
            self.chart.show_moment(None if here is None else math.log10(here.bits))
            self._say()

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: no run is looked at here."""

    def clear(self) -> None:
        self._here = None
        self.chart.show_moment(None)
        self.show_curves(Curves())

    def restyle(self) -> None:
        self.plot.restyle()
        self._refresh()

    def table(self) -> Table:
        part = self.curves.on or "whole"
        rows = [
            (curve.name, setting, point.bits, point.psnr, part)
            for curve in self.curves.curves
            for setting, point in zip(curve.settings, curve.points, strict=True)
        ]
        return ("codec", "setting", "bits_per_pixel", "psnr_db", "measured_on"), rows

    @Slot()
    def show_all(self) -> None:
        """Show all curves again."""
        self._moved = False
        self._refresh()

    def _refresh(self) -> None:
        seen = [curve for curve in self.curves.curves if curve.points]
        self.plot.hint = "" if seen else "Curves are drawn here\nonce a picture is compressed."
        lines = tuple(map(_line, reversed(seen)))
        self.chart.show_drawing(Drawing(lines=lines))
        self.key.keep_off(lines)
        if not self._moved:
            self.plot.show_range((math.log10(_BITS[0]), math.log10(_BITS[1])), _span(seen))
        self.verdict.say(self.curves.verdict())
        self._say()

    def _say(self) -> None:
        """Where values are read, in words: under the pointer, else where the picture stands."""
        bits = self._here.bits if self._here else None
        if self._pointer is not None:
            bits = 10.0**self._pointer
        readings = [
            Reading(curve.name, _colour(curve.name), _read(curve, bits))
            for curve in self.curves.curves
            if curve.points
        ]
        readings.sort(key=lambda each: -each.psnr if math.isfinite(each.psnr) else math.inf)
        head = "" if bits is None or not readings else f"dB at {bits:.2g} bits"
        self.key.show_readings(head, tuple(readings))
        dots = tuple((each.psnr, each.colour) for each in readings if math.isfinite(each.psnr))
        self.chart.show_crosshair(None if self._pointer is None else Crosshair(self._pointer, dots))
        on = self.curves.on
        left = sum(max(curve.wanted - len(curve.points), 0) for curve in self.curves.curves)
        self.status.say(f"{left} points to come" if readings and left else on)
        if on:
            self.status.setToolTip(f"The curves are taken on the picture's {on}")

    @Slot()
    def _on_zoomed(self) -> None:
        self._moved = True

    @Slot(object)
    def _on_pointed(self, place: QPointF | None) -> None:
        self._pointer = None if place is None or not self.curves.curves else place.x()
        self._say()


def _read(curve: Curve, bits: float | None) -> float:
    return math.nan if bits is None or len(curve.points) < 2 else psnr_at(curve.points, bits)


def _line(curve: Curve) -> Line:
    points = sorted(curve.points, key=lambda point: point.bits)
    x = np.log10([point.bits for point in points])
    ours = curve.name == OURS
    y = np.array([point.psnr for point in points])
    return Line(x, y, _colour(curve.name), width=2.5 if ours else 1.5, dots=ours)


def _colour(name: str) -> str:
    return theme().terms[_ORDER.index(name)]


def _span(curves: list[Curve]) -> tuple[float, float]:
    """What PSNRs are seen between the ends of the lower axis."""
    psnrs = [p.psnr for curve in curves for p in curve.points if _BITS[0] <= p.bits <= _BITS[1]]
    if not psnrs:
        return _PSNRS
    return min(*psnrs, _PSNRS[0] + 5) - _ROOM[0], max(*psnrs, _PSNRS[1] - 5) + _ROOM[1]
