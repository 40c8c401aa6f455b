"""What a chart is given to draw, in the axes' units."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from aestudio.qt.drawing.series import Doubles


@dataclass(frozen=True)
class Line:
    """A curve, in the axes' units.

    Args:
        x: ``(n,)``, ascending.
        y: ``(n,)``; a gap where it is not finite.
        colour: ``#rrggbb``.
        width: in pixels.
        dashed: whether it is drawn in dashes.
        dots: whether each point is marked.
    """

    x: Doubles
    y: Doubles
    colour: str
    width: float = 2.0
    dashed: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Band:
    """What lies between two curves, as a haze: the trace of every step.

    Args:
        x: ``(n,)``, ascending.
        low: ``(n,)``; a gap where it is not finite.
        high: ``(n,)``.
        colour: ``#rrggbb``.
        opacity: from 0 to 1.
    """

    x: Doubles
    low: Doubles
    high: Doubles
    colour: str
    opacity: float = 0.25


@dataclass(frozen=True)
class Floor:
    """A level that a curve is held against, and what it is called."""

    y: float
    name: str


@dataclass(frozen=True)
class Drawing:
    """All that is on a chart."""

    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    floors: tuple[Floor, ...] = ()

    @property
    def end(self) -> float:
        """How far a curve reaches along the x axis."""
        return max((float(c.x[-1]) for c in (*self.bands, *self.lines) if len(c.x)), default=-math.inf)


@dataclass(frozen=True)
class Crosshair:
    """A place along the x axis, and the curves' values there with their colours."""

    x: float
    dots: tuple[tuple[float, str], ...] = field(default=())
