"""Any figure of the runs against any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.evaluation.glossary import TERMS
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.figure_table import FigureRow, columns_of, number_of
from aestudio.qt.drawing.plot import GraphicsItem, Plot
from aestudio.qt.drawing.sides import PCA
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import small_font, theme
from aestudio.training.events import Snapshot

_FIRST = ("code_size", "test_mse")
_PAD = 0.12


@dataclass(frozen=True)
class Dot:
    """A model's place, what it is called, its colour, and whether it is hollow (no run)."""

    x: float
    y: float
    name: str
    colour: str
    hollow: bool


class Dots(GraphicsItem):
    """Discs with names beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.dots: tuple[Dot, ...] = ()

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """Paint these from now on."""
        self.dots = tuple(dots)
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font())
        metrics = painter.fontMetrics()
        taken: list[QRectF] = []
        for dot in sorted(self.dots, key=lambda dot: -dot.y):
            at = to_pixels.map(QPointF(dot.x, dot.y))
            painter.setPen(QPen(QColor(dot.colour), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush if dot.hollow else QColor(dot.colour))
            painter.drawEllipse(at, 5, 5)
            painter.setPen(QColor(theme().text))
            width = metrics.horizontalAdvance(dot.name)
            left = at.x() + 10 if at.x() + 10 + width <= area.right() else at.x() - 10 - width
            room = QRectF(left, at.y() - metrics.height() / 2, width + 2, metrics.height())
            while any(room.intersects(other) for other in taken):
                room.translate(0, 2)
            taken.append(room)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, dot.name)


class ComparisonChart(View):
    """A dot a model, between two figures that are chosen; PCA's are hollow."""

    title = "Trade-offs"
    help = "Any figure against any other: what a larger code, more parameters or more seconds buy."

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._rows: Sequence[FigureRow] = ()
        self.dots = Dots()
        self.plot.add(self.dots)
        self.plot.setAccessibleName("One figure against another")
        self.plot.hint = "The runs' figures are drawn here against each other."
        self.across, self.up = QComboBox(), QComboBox()
        for box, which in ((self.up, "Upwards"), (self.across, "Across")):
            box.setAccessibleName(which)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # as figures come, too
            box.setToolTip(f"The figure of the {'left' if box is self.up else 'bottom'} axis")
            box.currentIndexChanged.connect(self._refresh)
            self.add_control(box)
        self.plot.fit_wanted.connect(self._refresh)

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """Offer the figures of these, and draw the chosen two."""
        self._rows = rows
        names = columns_of(rows)
        for box, first in zip((self.across, self.up), _FIRST, strict=True):
            chosen = box.currentData() or first
            box.blockSignals(True)
            box.clear()
            for name in names:
                box.addItem(TERMS[name].label, name)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)
        self._refresh()

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: figures are shown by :meth:`show_rows`."""

    def clear(self) -> None:
        self.show_rows(())

    def restyle(self) -> None:
        self.plot.restyle()
        self._refresh()

    def table(self) -> Table:
        rows = [(dot.name, dot.x, dot.y) for dot in self.dots.dots]
        return ("model", self.across.currentData() or "x", self.up.currentData() or "y"), rows

    @Slot()
    def _refresh(self) -> None:
        across, up = self.across.currentData(), self.up.currentData()
        dots: list[Dot] = []
        for row in self._rows:
            x, y = (number_of(row, name) if name else None for name in (across, up))
            if x is not None and y is not None:
                dots.append(Dot(x, y, row.side.name, row.side.colour, row.side.place == PCA))
        self.dots.show_dots(dots)
        self.plot.hint = "" if dots else "The runs' figures are drawn here against each other."
        if dots:
            self.plot.name_axis("bottom", _named(across))
            self.plot.name_axis("left", _named(up))
            self.plot.show_range(_span([dot.x for dot in dots]), _span([dot.y for dot in dots]))


def _named(name: str) -> str:
    term = TERMS[name]
    return f"{term.label}, {term.unit}" if term.unit else term.label


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = _PAD * ((high - low) or abs(high) or 1.0)
    return low - room, high + room
