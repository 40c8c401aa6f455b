"""The icons' shapes, drawn by code on a grid of 16 x 16: sharp at any scale, coloured by the theme.

A glyph is a line of commands: ``M x y`` moves, ``L x y`` draws a line, ``Q x y x y`` and ``C x y x y x y``
curves, ``Z`` closes, ``O x y r`` is a circle and ``A x y r from sweep`` an arc in degrees, anticlockwise from
three o'clock. Glyphs in :data:`FILLED` are areas, the others strokes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

GRID = 16
_STROKE = 1.5

FILLED = frozenset({"play", "pause", "stop", "step", "more", "dot"})

GLYPHS = {
    "play": "M 4.5 2.5 L 13.5 8 L 4.5 13.5 Z",
    "pause": "M 4 3 L 7 3 L 7 13 L 4 13 Z M 9 3 L 12 3 L 12 13 L 9 13 Z",
    "stop": "M 3.5 3.5 L 12.5 3.5 L 12.5 12.5 L 3.5 12.5 Z",
    "step": "M 3 3 L 10 8 L 3 13 Z M 11 3 L 13.2 3 L 13.2 13 L 11 13 Z",
    "undo": "M 6 2.5 L 2.5 6 L 6 9.5 M 2.5 6 L 9.5 6 C 14.5 6 14.5 13 9.5 13 L 6 13",
    "redo": "M 10 2.5 L 13.5 6 L 10 9.5 M 13.5 6 L 6.5 6 C 1.5 6 1.5 13 6.5 13 L 10 13",
    "plus": "M 8 3 L 8 13 M 3 8 L 13 8",
    "minus": "M 3 8 L 13 8",
    "up": "M 3.5 10 L 8 5.5 L 12.5 10",
    "down": "M 3.5 6 L 8 10.5 L 12.5 6",
    "left": "M 10 3.5 L 5.5 8 L 10 12.5",
    "right": "M 6 3.5 L 10.5 8 L 6 12.5",
    "check": "M 3 8.5 L 6.5 12 L 13 4.5",
    "close": "M 4 4 L 12 12 M 12 4 L 4 12",
    "duplicate": "M 5.5 5.5 L 13.5 5.5 L 13.5 13.5 L 5.5 13.5 Z M 10.5 2.5 L 2.5 2.5 L 2.5 10.5",
    "copy": "M 5.5 5.5 L 13.5 5.5 L 13.5 13.5 L 5.5 13.5 Z M 10.5 2.5 L 2.5 2.5 L 2.5 10.5",
    "delete": "M 2.5 4 L 13.5 4 M 6 4 L 6 2 L 10 2 L 10 4 M 4 4 L 4.7 14 L 11.3 14 L 12 4 M 8 7 L 8 11",
    "bin": "M 2 6 L 14 6 L 12.6 13.5 L 3.4 13.5 Z M 4.5 6 L 6 2.5 L 10 2.5 L 11.5 6 M 6 9.5 L 10 9.5",
    "link": "M 7 4.5 L 5 4.5 C 0.7 4.5 0.7 11.5 5 11.5 L 7 11.5 "
    "M 9 4.5 L 11 4.5 C 15.3 4.5 15.3 11.5 11 11.5 L 9 11.5 M 5.5 8 L 10.5 8",
    "unlink": "M 6 4.5 L 5 4.5 C 0.7 4.5 0.7 11.5 5 11.5 L 6 11.5 "
    "M 10 4.5 L 11 4.5 C 15.3 4.5 15.3 11.5 11 11.5 L 10 11.5 M 9.5 2 L 6.5 14",
    "warning": "M 8 2 L 14.5 13.5 L 1.5 13.5 Z M 8 6 L 8 9.5 M 8 11.4 L 8 11.6",
    "info": "O 8 8 6 M 8 7.2 L 8 11.2 M 8 4.8 L 8 5",
    "help": "O 8 8 6 M 6 6.5 C 6 3.8 10 3.8 10 6.5 C 10 8 8 8 8 9.4 M 8 11.4 L 8 11.6",
    "sun": "O 8 8 2.8 M 8 1 L 8 2.6 M 8 13.4 L 8 15 M 1 8 L 2.6 8 M 13.4 8 L 15 8 M 3.1 3.1 L 4.2 4.2 "
    "M 11.8 11.8 L 12.9 12.9 M 3.1 12.9 L 4.2 11.8 M 11.8 4.2 L 12.9 3.1",
    "moon": "M 13.2 9.8 C 9 11.5 4.5 7 6.2 2.8 C -0.5 5.5 3 15.5 10 13.6 C 11.5 13.1 12.6 11.8 13.2 9.8 Z",
    "search": "O 7 7 4.3 M 10.2 10.2 L 14 14",
    "save": "M 8 2 L 8 10 M 4.5 7 L 8 10.5 L 11.5 7 M 2.5 11 L 2.5 13.5 L 13.5 13.5 L 13.5 11",
    "folder": "M 2 12.8 L 2 3.5 L 6.2 3.5 L 7.7 5.3 L 14 5.3 L 14 12.8 Z",
    "more": "O 3.5 8 1.3 O 8 8 1.3 O 12.5 8 1.3",
    "dot": "O 8 8 4",
    "shuffle": "M 2 4.5 L 4.5 4.5 L 10 11.5 L 14 11.5 M 2 11.5 L 4.5 11.5 L 6 9.6 "
    "M 8.5 6.4 L 10 4.5 L 14 4.5 M 12 2.5 L 14 4.5 L 12 6.5 M 12 9.5 L 14 11.5 L 12 13.5",
    "reset": "A 8 8 5.3 60 -300 M 10.9 0.8 L 10.6 3.4 L 13.2 3.9",
    "pin": "M 5 2.5 L 11 2.5 M 6 2.5 L 6 7 L 3.5 9.5 L 12.5 9.5 L 10 7 L 10 2.5 M 8 9.5 L 8 14",
    "fit": "M 2.5 6 L 2.5 2.5 L 6 2.5 M 10 2.5 L 13.5 2.5 L 13.5 6 M 13.5 10 L 13.5 13.5 L 10 13.5 "
    "M 6 13.5 L 2.5 13.5 L 2.5 10",
    "chart": "M 2.5 2 L 2.5 13.5 L 14 13.5 M 4.8 5 C 6 10 8 10.5 13.5 11",
    "scatter": "M 2.5 2 L 2.5 13.5 L 14 13.5 O 6 9.5 0.8 O 8.5 5 0.8 O 11.5 9 0.8 O 12 4 0.8",
    "image": "M 2 3 L 14 3 L 14 13 L 2 13 Z "
    "M 2.5 11.5 L 6 7.5 L 8.5 10.5 L 10.5 8.5 L 13.5 11.5 O 10.5 5.8 0.9",
    "layers": "M 8 2 L 14 5.2 L 8 8.4 L 2 5.2 Z M 2 8.2 L 8 11.4 L 14 8.2 M 2 11 L 8 14.2 L 14 11",
    "compare": "M 2.5 3 L 7 3 L 7 13 L 2.5 13 Z M 9 3 L 13.5 3 L 13.5 13 L 9 13 Z",
    "apply": "M 2.5 13.5 L 9.5 6.5 M 11.5 1.5 L 11.5 5.5 M 9.5 3.5 L 13.5 3.5 "
    "M 4.5 3 L 4.5 5 M 3.5 4 L 5.5 4 M 13 9 L 13 11 M 12 10 L 14 10",
    "settings": "M 2 5 L 8.5 5 M 12.5 5 L 14 5 O 10.5 5 1.8 M 2 11 L 3.5 11 M 7.5 11 L 14 11 O 5.5 11 1.8",
    "command": "M 3 4 L 7 8 L 3 12 M 8.5 12.5 L 13.5 12.5",
}


def paint_glyph(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw one glyph into the middle of ``rect``, as large as fits."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / GRID, side / GRID)
    if name in FILLED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    else:
        pen = QPen(QBrush(colour), _STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_path(name))
    painter.restore()


@functools.cache
def _path(name: str) -> QPainterPath:
    if name not in GLYPHS:
        raise KeyError(f"no icon is called {name!r}; there are {', '.join(sorted(GLYPHS))}")
    path = QPainterPath()
    words = iter(GLYPHS[name].split())
    for command in words:
        _draw(path, command, words)
    return path


def _draw(path: QPainterPath, command: str, words: Iterator[str]) -> None:
    def numbers(count: int) -> list[float]:
        return [float(next(words)) for _ in range(count)]

    match command:
        case "M":
            path.moveTo(*numbers(2))
        case "L":
            path.lineTo(*numbers(2))
        case "Q":
            path.quadTo(*numbers(4))
        case "C":
            path.cubicTo(*numbers(6))
        case "O":
            x, y, r = numbers(3)
            path.addEllipse(QRectF(x - r, y - r, 2 * r, 2 * r))
        case "A":
            x, y, r, start, sweep = numbers(5)
            box = QRectF(x - r, y - r, 2 * r, 2 * r)
            path.arcMoveTo(box, start)
            path.arcTo(box, start, sweep)
        case _:
            path.closeSubpath()
