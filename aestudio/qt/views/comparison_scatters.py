"""The latent spaces of all runs beside each other; an image clicked in one is marked in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from aestudio.qt.drawing.cloud import Cloud
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.racers import Racer
from aestudio.qt.drawing.raster import nearest
from aestudio.qt.drawing.view import View
from aestudio.qt.theme import SPACE, theme
from aestudio.training.events import Snapshot

_REACH = 8.0  # pixels from which a click takes a point
_PER_ROW = 2


class ComparisonScatters(View):
    """Codes of the whole test set in the plane, one plot a run."""

    picked = Signal(int)  # position of a test image

    title = "Latent spaces"
    help = "Codes of all test images, a plot for each run: click a point, and the same image is ringed in all"

    def __init__(self, parent: QWidget | None = None) -> None:
        self._field = QWidget()
        self._grid = QGridLayout(self._field)
        self._grid.setContentsMargins(SPACE, 0, SPACE, SPACE)
        self._grid.setSpacing(SPACE)
        scroll = QScrollArea()
        scroll.setWidget(self._field)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        super().__init__(scroll, parent)
        self.plots: list[ScatterPlot] = []
        self._shown: list[tuple[Racer, NDArray[np.float32]]] = []

    def show_scatters(
        self,
        racers: Sequence[Racer],
        points: Sequence[NDArray[np.float32]],
        axes: Sequence[tuple[str, str]],
        labels: NDArray[np.int64] | None,
    ) -> None:
        """Points ``(n, 2)`` for each racer, in the order of the test images; classes ``(n,)``."""
        while len(self.plots) > len(racers):
            self.plots.pop().deleteLater()
        while len(self.plots) < len(racers):
            plot = ScatterPlot(self._field)
            plot.picked.connect(self.picked)
            place = len(self.plots)
            self._grid.addWidget(plot, place // _PER_ROW, place % _PER_ROW)
            self.plots.append(plot)
        for plot, racer, some, names in zip(self.plots, racers, points, axes, strict=True):
            plot.show_points(racer, some, names, labels)
        self._shown = list(zip(racers, points, strict=True))
        self.status.say("click a point to mark its image in all of them" if racers else "")

    def mark(self, position: int) -> None:
        """Ring the same test image in every plot."""
        for plot in self.plots:
            plot.mark(position)

    def draw(self, snapshot: Snapshot) -> None:
        """A race's codes are handed in by the page."""

    def clear(self) -> None:
        self.show_scatters((), (), (), None)

    def table(self) -> Table:
        rows = [
            (racer.name, i, float(x), float(y))
            for racer, points in self._shown
            for i, (x, y) in enumerate(points)
        ]
        return ("run", "test_position", "x", "y"), rows

    def restyle(self) -> None:
        for plot in self.plots:
            plot.restyle()


class ScatterPlot(QWidget):
    """One run's codes under its name."""

    picked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = QLabel(self)
        self.plot = Plot(self)
        self.plot.setMinimumSize(180, 180)
        self._cloud = Cloud()
        self.plot.add(self._cloud)
        self.plot.clicked.connect(self._on_clicked)
        self.plot.fit_wanted.connect(self._fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self.plot, 1)
        self._points: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self._kinds: NDArray[Any] = np.zeros(0, np.uint16)
        self._racer = Racer("", "", -1)
        self._marked = -1

    def show_points(
        self,
        racer: Racer,
        points: NDArray[np.float32],
        axes: tuple[str, str],
        labels: NDArray[np.int64] | None,
    ) -> None:
        """Draw these from now on."""
        self._racer, self._points = racer, points
        self._kinds = np.zeros(len(points), np.uint16) if labels is None else labels.astype(np.uint16)
        self.plot.name_axis("bottom", axes[0])
        self.plot.name_axis("left", axes[1])
        self.restyle()
        self._fit()
        self.mark(self._marked)

    def restyle(self) -> None:
        """Take on the theme."""
        self.plot.restyle()
        dot = f'<span style="color: {self._racer.colour()}">●</span> ' if self._racer.run_id else ""
        self._name.setText(f"{dot}{self._racer.name}")
        self._name.setTextFormat(Qt.TextFormat.RichText)
        good = np.isfinite(self._points).all(axis=1)
        count = int(self._kinds.max(initial=0)) + 1
        names = [QColor(theme().class_colour(i)) for i in range(count)]
        colours = np.array([(c.red(), c.green(), c.blue()) for c in names], np.uint8)
        self._cloud.show_points(self._points[good], self._kinds[good], colours)

    def mark(self, position: int) -> None:
        """Ring a test image."""
        self._marked = position
        if 0 <= position < len(self._points) and np.isfinite(self._points[position]).all():
            x, y = map(float, self._points[position])
            self._cloud.show_rings([(QPointF(x, y), QColor(theme().text), 14.0)])
        else:
            self._cloud.show_rings([])

    @Slot()
    def _fit(self) -> None:
        good = self._points[np.isfinite(self._points).all(axis=1)]
        if not len(good):
            return
        low, high = good.min(axis=0), good.max(axis=0)
        margin = 0.05 * np.maximum(high - low, 1e-3)
        (x0, y0), (x1, y1) = low - margin, high + margin
        self.plot.show_range((float(x0), float(x1)), (float(y0), float(y1)))

    @Slot(object, object)
    def _on_clicked(self, place: QPointF, modifiers: object) -> None:
        dx, dy = self.plot.pixel()
        found = nearest(self._points, (place.x(), place.y()), (_REACH * dx, _REACH * dy))
        if found >= 0:
            self.picked.emit(found)
