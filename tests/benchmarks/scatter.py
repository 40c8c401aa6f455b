"""Drawing 60,000 coloured points, ours beside ScatterPlotItem, and finding the one under the pointer.

    python tests/benchmarks/scatter.py [--json]

The points are MNIST's training images by their first two principal components, in a plot of 700 x 500.
One redraw is a new snapshot drawn and painted. Both take turns, and the median counts; a busy machine shows
in the slowest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEventLoop, QPointF, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from aestudio.qt.theme import theme, use_theme
from aestudio.qt.views.latent_scatter import LatentScatter
from aestudio.training.events import Curves, Scatter, Snapshot

POINTS, ROUNDS = 60_000, 15
DATA = Path(__file__).parents[2] / "resources" / "datasets" / "mnist"


def _read(name: str, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress((DATA / name).read_bytes()), np.uint8)[header:]


def _codes() -> tuple[np.ndarray, np.ndarray]:
    """Two principal components of every training image, and its class."""
    pixels = _read("train-images-idx3-ubyte.gz", 16).reshape(POINTS, -1).astype(np.float32) / 255
    centred = pixels - pixels.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return (centred @ axes[:, -2:]).astype(np.float32), _read("train-labels-idx1-ubyte.gz", 8).astype(
        np.int64
    )


def _settle() -> None:
    loop = QEventLoop()
    QTimer.singleShot(50, loop.quit)
    loop.exec()


def measure() -> dict[str, float]:
    """The figures, in milliseconds."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_theme(app, "light")
    points, labels = _codes()
    ours = LatentScatter()
    theirs, plain = pg.PlotWidget(), pg.ScatterPlotItem(pen=None, size=3, pxMode=True)
    theirs.addItem(plain)
    for widget in (ours, theirs):
        widget.resize(700, 500)
        widget.show()
    brushes = np.array([pg.mkBrush(QColor(theme().class_colour(i))) for i in range(10)], dtype=object)[labels]
    none = np.zeros(0, dtype=np.float32)
    curves = Curves(none.astype(np.int64), none, {})
    redraws: list[float] = []
    pans: list[float] = []
    hovers: list[float] = []
    others: list[float] = []
    for turn in range(ROUNDS):
        moved = points * np.float32(1 + 0.002 * turn)
        snapshot = Snapshot(
            "r", 1, 1.0, 1.0, 1.0, 1.0, 0.0, curves, None, Scatter(moved, labels, ("", ""), 0.2)
        )
        start = time.perf_counter()
        ours.draw(snapshot)
        ours.plot.viewport().repaint()
        redraws.append(time.perf_counter() - start)
        start = time.perf_counter()
        ours.plot.area.translateBy(x=0.01)
        ours.plot.viewport().repaint()
        pans.append(time.perf_counter() - start)
        start = time.perf_counter()
        for place in moved[:: POINTS // 20]:
            ours.nearest(QPointF(*map(float, place)))
        hovers.append((time.perf_counter() - start) / 20)
        start = time.perf_counter()
        plain.setData(x=moved[:, 0], y=moved[:, 1], brush=brushes)
        theirs.viewport().repaint()
        others.append(time.perf_counter() - start)
        _settle()
    for widget in (ours, theirs):
        widget.close()
    return {
        "scatter_redraw_ms": 1000 * median(redraws[1:]),
        "scatter_redraw_max_ms": 1000 * max(redraws[1:]),
        "pan_redraw_ms": 1000 * median(pans),
        "hover_ms": 1000 * median(hovers),
        "scatter_plot_item_ms": 1000 * median(others[1:]),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    as_json = parser.parse_args().json
    figures = measure()
    print(f"{POINTS:,} points, {ROUNDS} rounds, median in ms")
    print(f"  new snapshot, ours          {figures['scatter_redraw_ms']:8.2f}  (must be at most 16)")
    print(f"  the slowest of them         {figures['scatter_redraw_max_ms']:8.2f}")
    print(f"  zoom or pan, ours           {figures['pan_redraw_ms']:8.2f}")
    print(f"  new snapshot, pyqtgraph's   {figures['scatter_plot_item_ms']:8.2f}")
    print(f"  point under the pointer     {figures['hover_ms']:8.3f}  (must be at most 2)")
    if as_json:
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
