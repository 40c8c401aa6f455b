"""The error curves of all runs over each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.qt.drawing.chart import Chart
from aestudio.qt.drawing.course import MEASURES, Course, Measure
from aestudio.qt.drawing.curves import Drawing, Floor, Line
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.legend import Entry, Legend
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.series import Doubles
from aestudio.qt.drawing.sides import PCA, Side
from aestudio.qt.drawing.view import View, header_button, header_switch
from aestudio.training.events import Snapshot

_COLUMNS = 400
_PAD = 0.06


class ComparisonCurves(View):
    """Squared error per pixel, the one measure in which all runs compare, whatever their loss."""

    title = "Error curves"
    help = (
        "How the error of each run falls: lines on the training batches, dots on the validation images.\n"
        "Wheel: zoom. Drag: move. Double click or Ctrl+0: show all."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._sides: Sequence[Side] = ()
        self._courses: Mapping[str, Course] = {}
        self._floors: Mapping[str, float] = {}
        self._follows = True
        self.chart = Chart()
        self.plot.add(self.chart)
        self.plot.setAccessibleName("Error curves of all runs")
        self.plot.setAccessibleDescription(self.help)
        self.plot.name_axis("left", "squared error per pixel")
        self.legend = Legend("Runs")
        self.add_above(self.legend)
        self.measure = QComboBox()
        self.measure.addItems([f"Against {measure}" for measure in MEASURES])
        self.measure.setAccessibleName("What the error is drawn against")
        self.measure.setToolTip(
            "Epochs, images seen (fair between batch sizes) or seconds (fair between models)"
        )
        self.log = header_switch("Log", "Logarithmic axis: halving the error takes the same room everywhere")
        self.log.setChecked(True)
        self.fit = header_button("fit", "Show all", "Show all of every run, and follow them again (Ctrl+0)")
        for control in (self.measure, self.log, self.fit):
            self.add_control(control)
        self.measure.currentIndexChanged.connect(self.show_all)
        self.log.toggled.connect(self.show_all)
        self.fit.clicked.connect(self.show_all)
        self.plot.fit_wanted.connect(self.show_all)
        self.plot.zoomed.connect(self._on_zoomed)
        self.legend.changed.connect(self.refresh)
        self.clear()

    def show_sides(
        self, sides: Sequence[Side], courses: Mapping[str, Course], floors: Mapping[str, float]
    ) -> None:
        """Draw these runs' courses by key, and the error of each PCA by key."""
        self._sides, self._courses, self._floors = sides, courses, floors
        runs = [side for side in sides if side.place != PCA]
        self.legend.set_entries([Entry(side.name, side.colour, "line") for side in runs])
        self.refresh()

    def draw(self, snapshot: Snapshot) -> None:
        """Draw what the courses have grown by."""
        self.refresh()

    def clear(self) -> None:
        self._follows = True
        self.show_sides((), {}, {})

    def restyle(self) -> None:
        self.plot.restyle()
        self.show_sides(self._sides, self._courses, self._floors)

    def table(self) -> Table:
        return ("run", "epoch", "images_seen", "seconds", "train_mse"), self._rows()

    def _rows(self) -> Iterator[Sequence[object]]:
        for side in self._sides:
            course = self._courses.get(side.key)
            if course is None:
                continue
            epochs, means = course.trace("epochs", (0.0, course.history.now), _COLUMNS)
            images, seconds = course.along(epochs, "images seen"), course.along(epochs, "seconds")
            for at in zip(epochs.tolist(), images.tolist(), seconds.tolist(), means.tolist(), strict=True):
                yield side.name, *at

    @property
    def _measure(self) -> Measure:
        return MEASURES[max(0, self.measure.currentIndex())]

    @Slot()
    def show_all(self) -> None:
        """Show all of every run."""
        self._follows = True
        self.refresh()

    @Slot()
    def _on_zoomed(self) -> None:
        self._follows = False

    @Slot()
    def refresh(self) -> None:
        """Draw everything anew."""
        measure = self._measure
        self.plot.set_log(self.log.isChecked())
        self.plot.name_axis("bottom", measure)
        known = [c for c in self._courses.values() if len(c.history.steps)]
        self.plot.hint = "" if known else "The runs' errors are drawn here, over each other."
        if not known:
            self.chart.show_drawing(Drawing())
            return
        x = (0.0, max(course.end(measure) for course in known))
        lines = tuple(self._lines(measure, x))
        floors = tuple(self._levels())
        if self._follows:
            self.plot.show_range(x, _extent(lines, floors))
        self.chart.show_drawing(Drawing((), lines, floors))

    def _lines(self, measure: Measure, x: tuple[float, float]) -> Iterator[Line]:
        runs = [side for side in self._sides if side.place != PCA]
        for side, on in zip(runs, self.legend.shown(), strict=False):
            course = self._courses.get(side.key)
            if course is None or not on:
                continue
            along, means = course.trace(measure, x, _COLUMNS)
            yield Line(along, self._scaled(means), side.colour)
            at, values = course.validated(measure)
            if len(at):
                yield Line(at, self._scaled(values), side.colour, 1.0, dashed=True, dots=len(at) <= 60)

    def _levels(self) -> Iterator[Floor]:
        for side in self._sides:
            level = self._floors.get(side.key)
            if level:
                yield Floor(float(self._scaled(np.array(level))), f"{side.name} {level:#.3g}")

    def _scaled(self, y: Doubles) -> Doubles:
        if not self.log.isChecked():
            return y
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(y > 0, np.log10(y), np.nan)


def _extent(lines: Sequence[Line], floors: Sequence[Floor]) -> tuple[float, float]:
    """The lines and the floors near them: PCA of a large code lies decades below, and would flatten them."""
    every = np.concatenate([line.y[np.isfinite(line.y)] for line in lines] or [np.zeros(1)])
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    span = (high - low) or 1.0
    near = [floor.y for floor in floors if low - span <= floor.y <= high + span]
    low, high = min([low, *near]), max([high, *near])
    room = _PAD * ((high - low) or 1.0)
    return low - room, high + room
