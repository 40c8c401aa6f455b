"""How the losses fall: every step, every validation, and the floors that they are held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Slot
from PySide6.QtWidgets import QButtonGroup, QWidget

from aestudio.qt.chart import Band, Chart, Crosshair, Drawing, Floor, Line
from aestudio.qt.easing import EasedRange
from aestudio.qt.export import Table
from aestudio.qt.history import MSE, History, Trace, term_key
from aestudio.qt.legend import Entry, Legend
from aestudio.qt.plot import Plot
from aestudio.qt.series import Doubles
from aestudio.qt.theme import mixed, theme
from aestudio.qt.view import View, header_button, header_switch
from aestudio.training.events import EpochEnded, FloorsKnown, Snapshot, Started

_COLUMNS = 400  # of a curve that is kept of an earlier run
_GROWTH = 1.5  # the x axis takes so much more room when the curve reaches its end
_MANY_DOTS = 60
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
        self._follows = True
        self._moving = False
        self._pointer: float | None = None
        self._y = EasedRange()
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
        self.legend.changed.connect(self._refresh)
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
        self._run = started.run_id
        self._history = History(started)
        self._on_mode_changed()

    def draw(self, snapshot: Snapshot) -> None:
        if snapshot.run_id == self._run:
            self._history.append(snapshot.curves)
            self._refresh()

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

    def clear(self) -> None:
        self._keep_run()
        self._run = ""
        self._history = History()
        self._on_mode_changed()

    def _keep_run(self) -> None:
        if len(self._history.steps) > 1:
            self._before = self._history.trace(MSE, (0, self._history.now), _COLUMNS)

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

    def _keys(self) -> tuple[str, ...]:
        return (MSE,) if self.by_pixel.isChecked() else tuple(map(term_key, self._history.terms))

    @Slot()
    def _on_mode_changed(self) -> None:
        self.plot.set_log(self.log.isChecked())
        self._name_curves()
        self.show_all()

    def _name_curves(self) -> None:
        t, history = theme(), self._history
        if self.by_pixel.isChecked():
            entries = [
                Entry("train", t.terms[0], "line", "Training batches, just as they came", value=True),
                Entry("validation", t.terms[1], "line", "Images kept aside, never trained on", value=True),
            ]
            if self._before is not None:
                entries.append(Entry("previous run", self._faded(), "faint", "The run before this one"))
            self.plot.name_axis("left", "squared error per pixel")
        else:
            entries = [
                Entry(
                    f"{name.removeprefix('penalty ').replace('_', ' ')}, {history.units.get(name, '')}",
                    t.terms[i % len(t.terms)],
                    "line",
                    "A term of the loss, times its weight",
                    value=True,
                )
                for i, name in enumerate(history.terms)
            ]
            entries.append(Entry("validation", t.muted, "dash", "The same terms on the validation images"))
            units = set(history.units.values())
            self.plot.name_axis(
                "left", units.pop() if len(units) == 1 else "weighted terms, each in its unit"
            )
        self.legend.set_entries(entries)

    @staticmethod
    def _faded() -> str:
        return mixed(theme().muted, theme().window, 0.4).name()

    def _on(self, index: int) -> bool:
        shown = self.legend.shown()
        return index < len(shown) and shown[index]

    @Slot()
    def _refresh(self) -> None:
        history = self._history
        empty = not len(history.steps)
        self.plot.hint = "Press Train: each step draws its loss here." if empty else ""
        if empty:
            self.chart.show_drawing(Drawing())
            self._say()
            return
        if self._follows:
            self._move(x=(0.0, self._x_end()))
        drawing = self._drawing()
        if self._follows:
            self._move(y=self._y.follow(*_extent(drawing)))
        self.chart.show_drawing(drawing)
        self._say()

    def _x_end(self) -> float:
        """How far the x axis reaches: in a few leaps, so that it seldom moves, and never past the plan."""
        end = 0.25
        while end < self._history.now:
            end *= _GROWTH
        return max(self._history.now, min(end, self._history.epochs))

    def _move(self, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None) -> None:
        now = self.plot.ranges()
        self._moving = True
        self.plot.show_range(x or now[0], y or now[1])
        self._moving = False

    def _scaled(self, y: Any) -> Doubles:
        values = np.asarray(y, dtype=np.float64)
        if not self.log.isChecked():
            return values
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def _drawing(self) -> Drawing:
        t, history = theme(), self._history
        by_pixel = self.by_pixel.isChecked()
        x = self.plot.ranges()[0]
        columns = max(50, int(self.plot.area.width()) // _PIXELS_A_COLUMN)
        bands: list[Band] = []
        lines: list[Line] = []
        if by_pixel and self._before is not None and self._on(2):
            lines.append(Line(self._before.x, self._scaled(self._before.mean), self._faded(), 1.5))
        for i, key in enumerate(self._keys()):
            colour = t.terms[i % len(t.terms)]
            trace = history.trace(key, x, columns) if self._on(i) else None
            if trace is not None:
                low, high = self._scaled(trace.low), self._scaled(trace.high)
                bands.append(Band(trace.x, low, high, colour))
                lines.append(Line(trace.x, self._scaled(trace.mean), colour))
            with_validation = self._on(1) if by_pixel else self._on(i) and self._on(len(history.terms))
            if with_validation:
                lines.append(self._validation_line(key, t.terms[1] if by_pixel else colour))
        return Drawing(tuple(bands), tuple(lines), tuple(self._floors()))

    def _validation_line(self, key: str, colour: str) -> Line:
        epochs = np.asarray(self._history.validated.epochs, dtype=np.float64)
        by_pixel = self.by_pixel.isChecked()
        values = self._scaled(self._history.validation(key))
        return Line(epochs, values, colour, 1.6, dashed=not by_pixel, dots=len(epochs) <= _MANY_DOTS)

    def _floors(self) -> Iterator[Floor]:
        floors, history = self._history.floors, self._history
        if floors is None:
            return
        levels: list[tuple[str, float | None]] = []
        if self.by_pixel.isChecked():
            levels = [
                (f"PCA of {history.code:,} numbers", floors.pca_mse),
                ("mean image", floors.mean_mse),
                ("noisy input", floors.noisy_mse),
            ]
        elif history.terms and history.terms[0] == "bce":
            levels = [("perfect reconstruction", floors.bce_nats)]
        for name, value in levels:
            if value is not None and np.isfinite(value) and (value > 0 or not self.log.isChecked()):
                yield Floor(float(self._scaled(value)), f"{name} {_told(value)}")

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
        self._pointer = None if place is None else min(max(0.0, place.x()), self._history.now)
        self._say()

    def _say(self) -> None:
        """Values into the legend and the status: where the pointer is, else the latest."""
        history = self._history
        if not len(history.steps):
            self.status.say("")
            self.chart.show_crosshair(None)
            return
        at = history.now if self._pointer is None else self._pointer
        dots: list[tuple[float, str]] = []
        for i, key in enumerate(self._keys()):
            swatch = self.legend.swatches[i]
            value = history.at(key, at)
            swatch.say(_told(value))
            scaled = float(self._scaled(value))
            if swatch.isChecked() and np.isfinite(scaled):
                dots.append((scaled, swatch.entry.colour))
        if self.by_pixel.isChecked():
            value = history.validation_at(MSE, at)
            self.legend.swatches[1].say(_told(value))
        where = f"epoch {at:.2f}" if self._pointer is not None else f"epoch {at:.2f} of {history.epochs:,}"
        self.status.say(where)
        self.chart.show_crosshair(None if self._pointer is None else Crosshair(at, tuple(dots)))


def _told(value: float) -> str:
    """Three digits, those that are 0 too, so that a falling number does not jump about."""
    return f"{value:#.3g}".rstrip(".") if np.isfinite(value) else ""


def _extent(drawing: Drawing) -> tuple[float, float]:
    """The lowest and the highest that a strong curve or a floor reaches."""
    values = [line.y[np.isfinite(line.y)] for line in drawing.lines]
    values.append(np.array([floor.y for floor in drawing.floors]))
    lows = [band.low[np.isfinite(band.low)] for band in drawing.bands]
    values += [np.quantile(y, [0.05]) for y in lows if len(y)]  # most of a trace, without its outliers
    every = np.concatenate(values)
    return (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
