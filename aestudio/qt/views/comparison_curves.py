"""The losses of all runs over each other, against epochs, images seen or seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.qt.drawing.chart import Chart, Drawing, Floor, Line
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.racers import EPOCHS, IMAGES, SECONDS, Curve
from aestudio.qt.drawing.view import View
from aestudio.training.events import Snapshot

_COLUMNS = 400


class ComparisonCurves(View):
    """Squared error per pixel of each run's training batches, the common metric of all variants."""

    title = "Learning curves"
    help = "The common metric while they learnt: squared error per pixel against the clean image, log scale"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._chart = Chart()
        self.plot.add(self._chart)
        self.plot.set_log(on=True)
        self.plot.fit_wanted.connect(self._compose)
        self.against = QComboBox()
        self.against.addItems([EPOCHS, IMAGES, SECONDS])
        self.against.setAccessibleName("What the curves are drawn against")
        self.against.setToolTip("Epochs and images seen are the same for all; seconds tell who is faster")
        self.against.currentIndexChanged.connect(self._compose)
        self.add_control(self.against)
        self._curves: tuple[Curve, ...] = ()
        self._floors: tuple[tuple[str, float], ...] = ()
        self.clear()

    def show_curves(self, curves: Sequence[Curve], floors: Sequence[tuple[str, float]] = ()) -> None:
        """Draw these, with dashed lines for what they are held against."""
        self._curves = tuple(curve for curve in curves if len(curve.steps))
        self._floors = tuple(floors)
        self._compose()

    def draw(self, snapshot: Snapshot) -> None:
        """A race's losses are collected by the page."""

    def clear(self) -> None:
        self.show_curves(())

    def table(self) -> Table:
        rows = [
            (curve.racer.name, int(step), float(mse))
            for curve in self._curves
            for step, mse in zip(curve.steps, curve.mse, strict=True)
        ]
        return ("run", "step", "mse"), rows

    def restyle(self) -> None:
        self.plot.restyle()
        self._compose()

    @Slot()
    def _compose(self) -> None:
        self.plot.hint = "" if self._curves else "The losses appear here"
        if not self._curves:
            self._chart.show_drawing(Drawing())
            return
        against = self.against.currentText()
        lines = [self._line(curve, against) for curve in self._curves]
        floors = tuple(Floor(float(np.log10(value)), name) for name, value in self._floors)
        self._chart.show_drawing(Drawing(lines=tuple(lines), floors=floors))
        ys = np.concatenate([line.y[np.isfinite(line.y)] for line in lines] + [[f.y for f in floors]])
        top = max(float(line.x[-1]) for line in lines)
        margin = 0.05 * max(float(np.ptp(ys)), 0.1)
        self.plot.show_range((0.0, top), (float(ys.min()) - margin, float(ys.max()) + margin))
        self.plot.name_axis("bottom", against)
        self.plot.name_axis("left", "squared error per pixel")
        self.status.say("training batches, averaged")

    def _line(self, curve: Curve, against: str) -> Line:
        edges = np.unique(np.linspace(0, len(curve.steps), min(_COLUMNS, len(curve.steps)) + 1).astype(int))
        counts = np.diff(edges)
        x = np.add.reduceat(curve.x(against), edges[:-1]) / counts
        y = np.add.reduceat(curve.mse, edges[:-1]) / counts
        with np.errstate(divide="ignore", invalid="ignore"):
            return Line(x, np.log10(y), curve.racer.colour())
