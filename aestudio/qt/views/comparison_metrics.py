"""Any figure of the compared runs against any other: what a smaller code, or more time, buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.evaluation.glossary import TERMS
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.plot import GraphicsItem, Plot
from aestudio.qt.drawing.racers import Racer
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import small_font, theme
from aestudio.training.events import Snapshot

if TYPE_CHECKING:
    from aestudio.evaluation.comparison import Comparison

_X, _Y = "code_size", "test_mse"


class ComparisonMetrics(View):
    """A dot a run, PCA's hollow, with its name."""

    title = "Figure against figure"
    help = "Choose a figure for each axis: error against code size shows how near each run comes to both ends"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._dots = _Dots()
        self.plot.add(self._dots)
        self.plot.fit_wanted.connect(self._compose)
        self.axes = (QComboBox(), QComboBox())
        for combo, name in zip(self.axes, ("across", "up"), strict=True):
            combo.setAccessibleName(f"Figure drawn {name}")
            combo.setToolTip(f"Which figure is drawn {name}")
            combo.currentIndexChanged.connect(self._compose)
            self.add_control(combo)
        self._comparison: Comparison | None = None
        self._racers: dict[str, Racer] = {}
        self._compose()

    def show_comparison(self, comparison: Comparison, racers: Sequence[Racer]) -> None:
        """Draw the rows of this table."""
        self._comparison, self._racers = comparison, {racer.run_id: racer for racer in racers}
        for combo, wanted in zip(self.axes, (_X, _Y), strict=True):
            chosen = combo.currentData() or wanted
            combo.blockSignals(True)
            combo.clear()
            for column in comparison.columns:
                combo.addItem(TERMS[column].label, column)
            combo.setCurrentIndex(max(0, combo.findData(chosen)))
            combo.blockSignals(False)
        self._compose()

    def draw(self, snapshot: Snapshot) -> None:
        """Figures come when a run has ended."""

    def clear(self) -> None:
        self._comparison = None
        self._compose()

    def table(self) -> Table:
        names = [str(combo.currentData()) for combo in self.axes]
        rows = self._comparison.rows if self._comparison else ()
        return ("run", *names), [(row.name, *(row.figures.get(name) for name in names)) for row in rows]

    def restyle(self) -> None:
        self.plot.restyle()
        self._dots.update()

    @Slot()
    def _compose(self) -> None:
        dots = self._places()
        self.plot.hint = "" if dots else "Each run becomes a dot here"
        self._dots.show_dots(dots)
        if not dots:
            return
        places = np.array([(x, y) for x, y, _, _ in dots])
        low, high = places.min(axis=0), places.max(axis=0)
        margin = np.maximum(0.12 * (high - low), 0.05 * np.abs(high) + 1e-9)
        (x0, y0), (x1, y1) = low - margin, high + margin
        self.plot.show_range((float(x0), float(x1)), (float(y0), float(y1)))
        for side, combo in zip(("bottom", "left"), self.axes, strict=True):
            term = TERMS[str(combo.currentData())]
            self.plot.name_axis(side, f"{term.label}, {term.unit}" if term.unit else term.label)

    def _places(self) -> list[tuple[float, float, str, Racer | None]]:
        if self._comparison is None:
            return []
        found: list[tuple[float, float, str, Racer | None]] = []
        for row in self._comparison.rows:
            x, y = (row.figures.get(str(combo.currentData())) for combo in self.axes)
            if isinstance(x, (int, float)) and isinstance(y, (int, float)):
                racer = self._racers.get(row.run_ids[0]) if row.run_ids else None
                found.append((float(x), float(y), row.name, racer))
        return found


class _Dots(GraphicsItem):
    """Dots with their names beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[float, float, str, Racer | None]] = []

    def show_dots(self, dots: list[tuple[float, float, str, Racer | None]]) -> None:
        """Draw these: x, y, name and racer, None for PCA."""
        self._shown = dots
        self.update()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font())
        line = painter.fontMetrics().height()
        for x, y, name, racer in self._shown:
            place = to_pixels.map(QPointF(x, y))
            colour = QColor(racer.colour() if racer else theme().muted)
            painter.setPen(QPen(colour, 1.6))
            painter.setBrush(colour if racer else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, 5, 5)
            painter.setPen(QColor(theme().text if racer else theme().muted))
            width = painter.fontMetrics().horizontalAdvance(name)
            left = place.x() + 9 if place.x() + 9 + width < area.right() else place.x() - 9 - width
            painter.drawText(QPointF(left, place.y() + line / 3), name)
