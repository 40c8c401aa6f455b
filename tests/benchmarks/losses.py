"""Drawing a snapshot's few steps into the loss chart of a long run, ours beside pyqtgraph's own curve.

    python tests/benchmarks/losses.py [--json]

A run of 30,000 steps grows by nine steps at a time, as ten times a second while a model learns, in a plot of
1500 x 700. pyqtgraph draws one curve, with its own thinning; ours the trace of every step, the mean, the
floors and the values in the legend. Both take turns, and the median counts.
"""

from __future__ import annotations

import argparse
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
from PySide6.QtWidgets import QApplication

from aestudio.qt.theme import use_theme
from aestudio.qt.views.losses import LossChart
from aestudio.training.events import Curves, FloorsKnown, Snapshot, Started

STEPS, NEW, ROUNDS, PER_EPOCH = 30_000, 9, 200, 215
SIZE = 1500, 700


def _snapshot(losses: np.ndarray, first: int, last: int) -> Snapshot:
    mse = losses[first:last]
    curves = Curves(np.arange(first + 1, last + 1), mse, {"mse": mse * 784})
    return Snapshot("r", last, last / PER_EPOCH, 1.0, 1.0, 1.0, 0.0, curves, None, None)


def measure() -> dict[str, float]:
    """The figures, in milliseconds."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_theme(app, "light")
    steps = np.arange(1, STEPS + NEW * ROUNDS + 1)
    noise = np.random.default_rng(0).normal(1, 0.05, len(steps))
    losses = ((0.004 + 0.2 / np.sqrt(steps)) * noise).astype(np.float32)
    ours, theirs = LossChart(), pg.PlotWidget()
    ours.start(
        Started("r", 1, (32,), 10**6, PER_EPOCH, 1_000, "cpu", "float32", ("mse",), ("squared error",))
    )
    ours.set_floors(FloorsKnown("r", pca_mse=0.0168, mean_mse=0.067, noisy_mse=None, bce_nats=60.0))
    ours.draw(_snapshot(losses, 0, STEPS))
    curve = theirs.plot(steps[:STEPS], losses[:STEPS])
    curve.setDownsampling(auto=True, method="peak")
    curve.setClipToView(True)
    theirs.setLogMode(y=True)
    for widget in (ours, theirs):
        widget.resize(*SIZE)
        widget.show()
        app.processEvents()
    spent: list[float] = []
    others: list[float] = []
    for last in range(STEPS + NEW, len(steps) + 1, NEW):
        snapshot = _snapshot(losses, last - NEW, last)
        began = time.perf_counter()
        ours.draw(snapshot)
        app.processEvents()
        spent.append(time.perf_counter() - began)
        began = time.perf_counter()
        curve.setData(steps[:last], losses[:last])
        app.processEvents()
        others.append(time.perf_counter() - began)
        for _ in range(3):  # what pyqtgraph has put off
            app.processEvents()
    for widget in (ours, theirs):
        widget.close()
    return {
        "losses_redraw_ms": 1000 * median(spent),
        "losses_redraw_p99_ms": 1000 * float(np.percentile(spent, 99)),
        "plot_data_item_ms": 1000 * median(others),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    as_json = parser.parse_args().json
    figures = measure()
    print(f"{NEW} steps more of {STEPS:,}, {ROUNDS} rounds, in ms")
    print(f"  ours, median          {figures['losses_redraw_ms']:8.2f}")
    print(f"  ours, p99             {figures['losses_redraw_p99_ms']:8.2f}")
    print(f"  pyqtgraph's, median   {figures['plot_data_item_ms']:8.2f}")
    if as_json:
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
