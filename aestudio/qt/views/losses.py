"""How the losses fall: every step, every validation, and the floors that they are held against."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, Slot
from PySide6.QtWidgets import QButtonGroup, QWidget

from aestudio.qt.drawing.chart import Chart
from aestudio.qt.drawing.curves import Crosshair, Drawing
from aestudio.qt.drawing.easing import EasedRange
from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.history import MSE, History
from aestudio.qt.drawing.legend import Legend
from aestudio.qt.drawing.loss_drawing import Mode, Tracing, axis_name, entries, extent, told
from aestudio.qt.drawing.plot import Plot
from aestudio.qt.drawing.tracing import Trace
from aestudio.qt.drawing.view import View, header_button, header_switch
from aestudio.training.events import EpochEnded, FloorsKnown, Snapshot, Started

_COLUMNS = 400  # of a curve that is kept of an earlier run
_GROWTH = 1.5  # the x axis takes so much more room when the curve reaches its end
_PIXELS_A_COLUMN = 2


class LossChart(View):
    """Two modes: the squared error per pixel, in which all runs compare, and the terms of this run's loss."""

    title = "Losses"
    help = (
        "How the losses fall, step by step. Faint: each batch. Strong: its mean over nearby batches. "
        "Dots: the validation images, after each epoch.\n"
        "Point to read values. Wheel: zoom. Drag: move. Double click or Ctrl+0: show all."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = Plot()
        super().__init__(self.plot, parent)
        self._history = History()
        self._run = ""
        self._before: Trace | None = None
        self._previous = ""  # the run that this is the curve of
        self._follows = True
        self._moving = False
        self._pointer: float | None = None
        self._moment: float | None = None
        self._y = EasedRange()
        self._tracing: Tracing | None = None
        self._setting: tuple[object, ...] = ()
        self.chart = Chart()
        self.plot.add(self.chart)
        self.plot.setAccessibleName("Loss curves")
        self.plot.setAccessibleDescription(self.help)
        self.plot.name_axis("bottom", "epochs")
        self.legend = Legend("Curves")
        self.add_above(self.legend)
        self._add_switches()
        self.plot.fit_wanted.connect(self.show_all)
        self.plot.zoomed.connect(self._on_zoomed)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.area.sigXRangeChanged.connect(self._on_x_range_changed)
        self.plot.area.sigResized.connect(self._on_x_range_changed)
        self.legend.changed.connect(self._on_legend_changed)
        self.clear()

    def _add_switches(self) -> None:
        self.by_pixel = header_switch(
            "Squared error",
            "Squared error per pixel on [0, 1], against the clean image: the one measure in which all models "
            "compare, whatever their loss",
        )
        self.by_term = header_switch(
            "Loss terms",
            "Every term that training minimises, weighted, each in its own unit; validation dashed",
        )
        modes = QButtonGroup(self)
        for button in (self.by_pixel, self.by_term):
            modes.addButton(button)
            self.add_control(button)
        self.by_pixel.setChecked(True)
        self.log = header_switch(
            "Log",
            "Logarithmic axis: halving the error takes the same room everywhere, so late progress is seen",
        )
        self.log.setChecked(True)
        self.add_control(self.log)
        self.fit = header_button("fit", "Show all", "Show the whole run, and follow it again (Ctrl+0)")
        self.add_control(self.fit)
        self.by_pixel.toggled.connect(self._on_mode_changed)
        self.log.toggled.connect(self._on_mode_changed)
        self.fit.clicked.connect(self.show_all)

    # ---------------------------------------------------------------------------------------- events

    def start(self, started: Started) -> None:
        self._keep_run()
        if self._previous == started.run_id:  # it is opened again: it does not precede itself
            self._before, self._previous = None, ""
        self._run = started.run_id
        self._history = History(started)
        self._on_mode_changed()

    def draw(self, snapshot: Snapshot, *, figures: bool = True) -> None:
        """Let the curves grow; without ``figures`` what is read stays until :meth:`tell_figures`."""
        if snapshot.run_id == self._run:
            self._history.append(snapshot.curves)
            self._trace(grown=True)
            if figures:
                self.tell_figures()

    def epoch(self, ended: EpochEnded) -> None:
        """Add what the validation images gave."""
        if ended.run_id == self._run:
            self._history.validate(ended)
            self._refresh()

    def set_floors(self, floors: FloorsKnown) -> None:
        """Draw the levels that any model of this code size is held against."""
        if floors.run_id == self._run:
            self._history.floors = floors
            self._refresh()

    @Slot(object)
    def show_moment(self, epoch: float | None) -> None:
        """Mark the moment that the other views show, and read values there; None while they are live."""
        self._moment = epoch
        self.chart.show_moment(epoch)
        self.tell_figures()

    def clear(self) -> None:
        self._keep_run()
        self._run = ""
        self._history = History()
        self._on_mode_changed()

    def _keep_run(self) -> None:
        if len(self._history.steps) > 1:
            self._before = self._history.trace(MSE, (0, self._history.now), _COLUMNS)
            self._previous = self._run

    def table(self) -> Table:
        names = self._history.terms
        header = ("step", "epoch", "train_mse", *names, "validation_mse", *(f"validation {n}" for n in names))
        return header, self._rows()

    def _rows(self) -> Iterator[tuple[object, ...]]:
        history = self._history
        validated = {round(e * history.steps_per_epoch): i for i, e in enumerate(history.validated.epochs)}
        curves = [series.values for series in history.series.values()]
        for i, step in enumerate(history.steps.values.tolist()):
            row: list[object] = [step, step / history.steps_per_epoch, *(float(c[i]) for c in curves)]
            if step in validated:
                at = validated[step]
                terms = history.validated.terms[at]
                row += [history.validated.mse[at], *(terms.get(name, "") for name in history.terms)]
            yield tuple(row)

    def restyle(self) -> None:
        self.plot.restyle()
        self._name_curves()
        self._refresh()

    # --------------------------------------------------------------------------------------- drawing

    @Slot()
    def show_all(self) -> None:
        """Show the whole run, and follow it from now on."""
        self._follows = True
        self._y.reset()
        self._refresh()

    @property
    def _mode(self) -> Mode:
        return Mode(self.by_pixel.isChecked(), self.log.isChecked())

    @Slot()
    def _on_mode_changed(self) -> None:
        self.plot.set_log(self.log.isChecked())
        self._name_curves()
        self.show_all()

    def _name_curves(self) -> None:
        self.plot.name_axis("left", axis_name(self._history, self._mode))
        with_previous = self._before is not None
        self.legend.set_entries(entries(self._history, self._mode, with_previous=with_previous))

    @Slot()
    def _on_legend_changed(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self._trace()
        self.tell_figures()

    def _trace(self, *, grown: bool = False) -> None:
        """Draw the history; where it has only ``grown``, what lies before its new end stays as it is."""
        history = self._history
        empty = not len(history.steps)
        self.plot.hint = "Press Train: each step draws its loss here." if empty else ""
        if empty:
            self.chart.show_drawing(Drawing())
            return
        if self._follows:
            self._move(x=(0.0, self._x_end()))
        x, columns = self.plot.ranges()[0], int(self.plot.area.width()) // _PIXELS_A_COLUMN
        setting = history, self._mode, x, max(50, columns), self._before
        if self._tracing is None or setting != self._setting:
            self._tracing, self._setting = Tracing(*setting), setting
        drawing, since = self._tracing.draw(self.legend.shown())
        if self._follows:
            self._move(y=self._y.follow(*extent(drawing)))
        self.chart.show_drawing(drawing, since if grown else -math.inf)

    def _x_end(self) -> float:
        """How far the x axis reaches: in a few leaps, so that it seldom moves, and never past the plan."""
        now, end = self._history.now, 0.25
        while end < now:
            end *= _GROWTH
        return max(now, min(end, self._history.epochs))

    def _move(self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None) -> None:
        now = self.plot.ranges()
        self._moving = True
        self.plot.show_range(x or now[0], y or now[1])
        self._moving = False

    # --------------------------------------------------------------------------------------- reading

    @Slot()
    def _on_zoomed(self) -> None:
        self._follows = False

    @Slot()
    def _on_x_range_changed(self) -> None:
        if not self._moving:
            self._refresh()

    @Slot(object)
    def _on_pointed(self, place: QPointF | None) -> None:
        self._pointer = None if place is None else max(0.0, place.x())
        self.tell_figures()

    def _at(self) -> float:
        """Where values are read: under the pointer, else at the timeline's moment, else the latest."""
        if self._pointer is not None:
            return min(self._pointer, self._history.now)
        return self._history.now if self._moment is None else self._moment

    def tell_figures(self) -> None:
        """Values into the legend and the status, and dots under the pointer."""
        history = self._history
        if not len(history.steps):
            self.status.say("")
            self.chart.show_crosshair(None)
            for swatch in self.legend.swatches:
                swatch.say("")
            return
        at = self._at()
        dots: list[tuple[float, str]] = []
        for i, key in enumerate(self._mode.keys(history)):
            swatch = self.legend.swatches[i]
            value = history.at(key, at)
            swatch.say(told(value))
            scaled = float(self._mode.scaled(value))
            if swatch.isChecked() and np.isfinite(scaled):
                dots.append((scaled, swatch.entry.colour))
        if self.by_pixel.isChecked():
            value = history.validation_at(MSE, at)
            self.legend.swatches[1].say(told(value))
        read = self._pointer is not None or self._moment is not None
        self.status.say(f"at {at:.2f}" if read else "")  # the transport tells where the newest are
        self.chart.show_crosshair(None if self._pointer is None else Crosshair(at, tuple(dots)))
