"""What a loss chart shows of a history: which curves, how named, on which axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudio.qt.drawing.curves import Band, Drawing, Floor, Line
from aestudio.qt.drawing.history import MSE, History, term_key
from aestudio.qt.drawing.legend import Entry
from aestudio.qt.drawing.series import Doubles, within
from aestudio.qt.drawing.tracing import Trace
from aestudio.qt.theme import mixed, theme
from aestudio.training.events import FloorsKnown

_MANY_DOTS = 60
_MOST_VALIDATIONS = 1_000  # more than there are columns to tell them apart in


@dataclass(frozen=True)
class Mode:
    """How the chart is set.

    Args:
        by_pixel: the squared error per pixel, in which all runs compare; else the terms of this loss.
        log: whether the left axis shows powers of ten.
    """

    by_pixel: bool = True
    log: bool = True

    def keys(self, history: History) -> tuple[str, ...]:
        """Which of the history's curves are shown."""
        return (MSE,) if self.by_pixel else tuple(map(term_key, history.terms))

    def scaled(self, y: Any) -> Doubles:
        """Values as the left axis has them; a logarithm of what is not above 0 is NaN."""
        values = np.asarray(y, dtype=np.float64)
        if not self.log:
            return values
        return np.log10(values, where=values > 0, out=np.full(values.shape, np.nan))


def axis_name(history: History, mode: Mode) -> str:
    """What the left axis shows."""
    if mode.by_pixel:
        return "squared error per pixel"
    units = set(history.units.values())
    return units.pop() if len(units) == 1 else "weighted terms, each in its unit"


def entries(history: History, mode: Mode, *, with_previous: bool) -> list[Entry]:
    """The legend: for pixels train, validation and the previous run, else each term and validation."""
    t = theme()
    if mode.by_pixel:
        named = [
            Entry("train", t.terms[0], "line", "Training batches, just as they came", value=True),
            Entry("validation", t.terms[1], "line", "Images kept aside, never trained on", value=True),
        ]
        if with_previous:
            named.append(Entry("previous run", _faded(), "faint", "The run before this one"))
        return named
    named = [
        Entry(_term_name(history, name), colour, "line", "A term of the loss, times its weight", value=True)
        for name, colour in zip(history.terms, _colours(len(history.terms)), strict=True)
    ]
    return [*named, Entry("validation", t.muted, "dash", "The same terms on the validation images")]


class Tracing:
    """A history's curves as they are drawn, for as long as the axes and the mode stay.

    Args:
        history: the run's losses.
        mode: how the chart is set.
        x: which epochs are in view.
        columns: how many columns of pixels they take.
        before: the curve of an earlier run.
    """

    def __init__(
        self, history: History, mode: Mode, x: tuple[float, float], columns: int, before: Trace | None
    ) -> None:
        self._history, self._mode = history, mode
        self._tracers = {key: history.tracer(key, x, columns, mode.scaled) for key in mode.keys(history)}
        self._before: tuple[Doubles, Doubles] | None = None
        if mode.by_pixel and before is not None:
            seen = within(before.x, *x)  # what is out of sight must not move the axis
            self._before = before.x[seen], mode.scaled(before.mean[seen])
        self._known: FloorsKnown | None = None
        self._floors: tuple[Floor, ...] = ()

    def draw(self, shown: Sequence[bool]) -> tuple[Drawing, float]:
        """Everything between the axes; and from which epoch on the steps since the last time changed it.

        ``shown`` is by legend entry.
        """
        mode, history = self._mode, self._history
        bands: list[Band] = []
        lines: list[Line] = []
        since = math.inf
        if self._before is not None and shown[2:3] == (True,):
            lines.append(Line(*self._before, _faded(), 1.5))
        colours = _colours(len(self._tracers))
        for i, ((key, tracer), colour) in enumerate(zip(self._tracers.items(), colours, strict=True)):
            if shown[i]:
                since = min(since, tracer.grow())
                trace = tracer.trace
                bands.append(Band(trace.x, trace.low, trace.high, colour))
                lines.append(Line(trace.x, trace.mean, colour))
            if history.validated.epochs and shown[len(colours)] and (mode.by_pixel or shown[i]):
                lines.append(_validation(history, mode, key, theme().terms[1] if mode.by_pixel else colour))
        if history.floors is not self._known:
            self._known, self._floors = history.floors, tuple(_floors(history, mode))
        return Drawing(tuple(bands), tuple(lines), self._floors), since


def extent(drawing: Drawing) -> tuple[float, float]:
    """The lowest and the highest that a curve or a floor reaches."""
    lines = [line.y for line in drawing.lines if len(line.y)]
    # Most of a trace, without its outliers. By hand: np.quantile takes ten times as long for so few.
    most = [float(np.sort(band.low)[len(band.low) // 20]) for band in drawing.bands if len(band.low)]
    floors = [floor.y for floor in drawing.floors]
    lows = [*map(float, map(np.fmin.reduce, lines)), *most, *floors]
    highs = [*map(float, map(np.fmax.reduce, lines)), *most, *floors]
    lows, highs = ([y for y in ends if math.isfinite(y)] for ends in (lows, highs))
    return (min(lows), max(highs)) if lows else (0.0, 1.0)


def told(value: float) -> str:
    """Three digits, those that are 0 too, so that a falling number does not jump about."""
    return f"{value:#.3g}".rstrip(".") if math.isfinite(value) else ""


def _validation(history: History, mode: Mode, key: str, colour: str) -> Line:
    epochs = np.asarray(history.validated.epochs, dtype=np.float64)
    values = mode.scaled(history.validation(key))
    # Of very many a part, counted from the last, which is always shown.
    some = slice(None, None, -max(1, len(epochs) // _MOST_VALIDATIONS))
    epochs, values = epochs[some][::-1], values[some][::-1]
    return Line(epochs, values, colour, 1.6, dashed=not mode.by_pixel, dots=len(epochs) <= _MANY_DOTS)


def _floors(history: History, mode: Mode) -> Iterator[Floor]:
    known = history.floors
    if known is None:
        return
    levels: list[tuple[str, float | None]] = []
    if mode.by_pixel:
        levels = [
            (f"PCA of {history.code:,} numbers", known.pca_mse),
            ("mean image", known.mean_mse),
            ("noisy input", known.noisy_mse),
        ]
    elif history.terms and history.terms[0] == "bce":
        levels = [("perfect reconstruction", known.bce_nats)]
    for name, value in levels:
        if value is not None and math.isfinite(y := float(mode.scaled(value))):
            yield Floor(y, f"{name} {told(value)}")


def _term_name(history: History, name: str) -> str:
    words = name.removeprefix("penalty ").replace("_", " ")
    return f"{words}, {history.units.get(name, '')}"


def _colours(count: int) -> list[str]:
    terms = theme().terms
    return [terms[i % len(terms)] for i in range(count)]


def _faded() -> str:
    return mixed(theme().muted, theme().window, 0.4).name()
