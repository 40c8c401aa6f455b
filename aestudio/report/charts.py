"""Charts as SVG inside a page. Lines take their colour from the page, so that it can be light or dark."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 10, 34
_COLUMNS = 300  # points a curve is drawn with
_MOST_POINTS = 3_000

Curve = tuple[str, NDArray[np.float64], NDArray[np.float64], str]
"""Name, x, y, and the class that colours it."""


def line_chart(curves: Sequence[Curve], floors: Sequence[tuple[str, float]], x_name: str, y_name: str) -> str:
    """Curves on a logarithmic axis, with dashed lines for what they are held against.

    What lies more than a decade below every curve is left out, such as PCA with as many axes as pixels, whose
    error is 0: it would press the curves together.
    """
    ys = np.concatenate([y[np.isfinite(y) & (y > 0)] for _, _, y, _ in curves] or [np.ones(1)])
    low, high = float(ys.min()), float(ys.max())
    floors = [(name, value) for name, value in floors if value > low / 10]
    low = min([low, *(value for _, value in floors)])
    low, high = math.log10(low) - 0.03, math.log10(max(high, low * 1.01)) + 0.03
    x_top = max((float(x.max()) for _, x, _, _ in curves if len(x)), default=1.0)
    parts = [*_frame(x_name, y_name), *_log_ticks(low, high), *_linear_ticks(x_top)]
    for name, value in floors:
        y = _y(math.log10(value), low, high)
        parts.append(f'<path class="floor" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{WIDTH - _RIGHT}" y="{y - 4:.1f}" text-anchor="end">{escape(name)}</text>')
    for name, x, y, style in curves:
        xs, smooth = _thinned(x, y)
        points = " ".join(
            f"{_x(a, x_top):.1f},{_y(math.log10(b), low, high):.1f}"
            for a, b in zip(xs, smooth, strict=True)
            if b > 0
        )
        parts.append(f'<polyline class="{style}" points="{points}"><title>{escape(name)}</title></polyline>')
    return _svg(parts, f"{y_name} against {x_name}")


def scatter(points: NDArray[np.float32], labels: NDArray[np.int64] | None, side: int = 220) -> str:
    """Codes in the plane, ``(n, 2)``, coloured by class."""
    step = max(1, len(points) // _MOST_POINTS)
    shown = points[::step]
    good = np.isfinite(shown).all(axis=1)
    low, high = np.percentile(shown[good], (0.5, 99.5), axis=0)
    places = (shown - low) / np.maximum(high - low, 1e-9) * (side - 12) + 6
    inside = good & (places >= 0).all(axis=1) & (places <= side).all(axis=1)
    kinds = np.zeros(len(shown), np.int64) if labels is None else labels[::step]
    dots = []
    for kind in np.unique(kinds):
        chosen = places[inside & (kinds == kind)]
        path = "".join(f"M{x:.0f} {side - y:.0f}h0" for x, y in chosen)
        dots.append(f'<path class="class{kind % 10}" d="{path}"/>')
    return (
        f'<svg class="scatter" viewBox="0 0 {side} {side}" width="{side}" height="{side}" role="img" '
        f'aria-label="codes of the test images">{"".join(dots)}</svg>'
    )


def _thinned(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A curve's means over as many columns as can be told apart."""
    edges = np.unique(np.linspace(0, len(x), min(_COLUMNS, len(x)) + 1).astype(int))
    starts = edges[:-1]
    counts = np.diff(edges)
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts


def _x(value: float, top: float) -> float:
    return _LEFT + value / max(top, 1e-9) * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)


def _frame(x_name: str, y_name: str) -> Iterable[str]:
    bottom = HEIGHT - _BOTTOM
    yield f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{WIDTH - _RIGHT}"/>'
    yield f'<text x="{(_LEFT + WIDTH) / 2}" y="{HEIGHT - 4}" text-anchor="middle">{escape(x_name)}</text>'
    middle = (_TOP + bottom) / 2
    yield f'<text transform="translate(12 {middle}) rotate(-90)" text-anchor="middle">{escape(y_name)}</text>'


def _log_ticks(low: float, high: float) -> Iterable[str]:
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    for power in range(math.floor(low), math.ceil(high) + 1):
        for factor in steps:
            place = power + math.log10(factor)
            if low <= place <= high:
                y = _y(place, low, high)
                yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
                text = f"{factor * 10.0**power:.3g}"
                yield f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'


def _linear_ticks(top: float) -> Iterable[str]:
    rough = top / 6
    unit = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(unit * f for f in (1, 2, 5, 10) if unit * f >= rough)
    for i in range(int(top / step) + 1):
        x = _x(i * step, top)
        yield f'<text x="{x:.1f}" y="{HEIGHT - _BOTTOM + 15}" text-anchor="middle">{i * step:g}</text>'


def _svg(parts: Iterable[str], name: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}">'
        f"{''.join(parts)}</svg>"
    )
