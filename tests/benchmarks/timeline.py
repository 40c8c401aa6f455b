"""How long a moment of a kept run takes to be drawn: ``python tests/benchmarks/timeline.py [--json]``.

A real variational run on MNIST is trained until its film is full (240 frames, the codes of all 10,000 test
images in each), kept, opened, and each frame is shown on the Train page's views, in leaps, painting included.
A busy machine shows in the wall clock only; the GUI thread's own time stands beside it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from aestudio.data.door import open_data
from aestudio.evaluation.lane import drive, new_lane
from aestudio.library import film
from aestudio.library.curves import CURVES
from aestudio.library.kept import KeptRun, open_run
from aestudio.library.presets import load_preset
from aestudio.qt.bars.timeline import Timeline
from aestudio.qt.theme import use_theme
from aestudio.qt.views.latent_scatter import LatentScatter
from aestudio.qt.views.losses import LossChart
from aestudio.qt.views.reconstructions import Reconstructions
from aestudio.spec.edit import with_value
from aestudio.training.events import Snapshot, Started

FRAMES = film.MOST_FRAMES
LIMIT_MS = 33.0
_LEAP = 89  # a prime: each frame is far from the one before, as when the slider is dragged fast


class Page(QWidget):
    """The Train page's views over a timeline."""

    def __init__(self) -> None:
        super().__init__()
        self.reconstructions, self.scatter, self.chart = Reconstructions(), LatentScatter(), LossChart()
        self.timeline = Timeline(self)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.scatter)
        right.addWidget(self.chart)
        beside = QSplitter(Qt.Orientation.Horizontal)
        beside.addWidget(self.reconstructions)
        beside.addWidget(right)
        column = QVBoxLayout(self)
        column.addWidget(beside, 1)
        column.addWidget(self.timeline)
        self.timeline.shown.connect(self.reconstructions.draw)
        self.timeline.shown.connect(self.scatter.draw)
        self.timeline.moment_changed.connect(self.chart.show_moment)


def made(folder: Path) -> tuple[KeptRun, np.ndarray, np.ndarray]:
    """A run with a full film, test images and labels."""
    run = load_preset("vae-2")
    run = with_value(with_value(run, "training.epochs", 60), "data.train_limit", 10_000)
    data = open_data(run.data)
    film.FIRST_EVERY = 0.05  # a minute's training has as many frames as an hour's
    for event in drive(new_lane(run, folder, data), data, device=torch.device("cpu")):
        if len(film.frame_steps(folder)) >= FRAMES - 2:  # closing adds one more; past the most, half would go
            break
        del event
    assert data.labels is not None
    return open_run(folder), data.images[data.test].numpy(), data.labels[data.test].numpy().astype(np.int64)


def _history_bytes(folder: Path) -> int:
    """Frames, moments and curves; weights and state are as large as the model is."""
    parts = (*(folder / film.FRAMES).iterdir(), *(folder / film.MOMENTS).iterdir(), folder / CURVES)
    return sum(part.stat().st_size for part in parts)


def _started(kept: KeptRun) -> Started:
    per_epoch = max(1, kept.card.steps // kept.card.epochs)
    terms = tuple(kept.curves.terms)
    units = ("nats per image",) * len(terms)
    return Started(
        kept.id, 0, (2,), kept.card.steps, per_epoch, kept.card.epochs, "cpu", "float32", terms, units
    )


def measure(folder: Path) -> dict[str, float]:
    """The figures, in milliseconds."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_theme(app, "light")
    gc.disable()  # as in the program, where a timer collects
    kept, images, labels = made(folder)
    page = Page()
    page.resize(1280, 720)
    page.show()
    for view in (page.reconstructions, page.scatter):
        view.set_test_images(images, labels, tuple("0123456789"))
    page.chart.start(_started(kept))
    first = film.read_frame(kept.folder, kept.frames[-1], kept.id)
    assert first.pictures is not None
    for pin in reversed(first.pictures.pins.tolist()):
        page.reconstructions.pin(pin)
    page.chart.draw(_with_curves(kept))
    loop = QEventLoop()
    began = time.perf_counter()
    page.timeline.shown.connect(loop.quit)
    page.timeline.open(kept)
    loop.exec()
    opened = time.perf_counter() - began
    page.timeline.shown.disconnect(loop.quit)
    app.processEvents()
    count = len(page.timeline.reel)
    spent, own = zip(*(_one(app, page, turn * _LEAP % count) for turn in range(1, count)), strict=True)
    page.timeline.close_reel()
    page.close()
    assert first.scatter is not None
    return {
        "frames": count,
        "points": len(first.scatter.points),
        "frame_ms_p50": float(np.percentile(spent, 50)),
        "frame_ms_p99": float(np.percentile(spent, 99)),
        "frame_ms_max": max(spent),
        "frame_cpu_ms_p50": float(np.percentile(own, 50)),
        "frame_cpu_ms_p99": float(np.percentile(own, 99)),
        "open_ms": 1000 * opened,
        "history_mb": _history_bytes(kept.folder) / 1e6,
    }


def _with_curves(kept: KeptRun) -> Snapshot:
    return replace(film.read_frame(kept.folder, kept.frames[-1], kept.id), curves=kept.curves)


def _one(app: QApplication, page: Page, place: int) -> tuple[float, float]:
    """Milliseconds by the clock, and of this thread's own."""
    began, own = time.perf_counter(), time.thread_time()
    page.timeline.track.setValue(place)
    app.processEvents()  # every paint event that it caused
    return 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - own)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    as_json = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "run")
    print(f"{figures['frames']:.0f} frames of {figures['points']:,.0f} points, drawn in leaps, in ms")
    print(f"  a frame, median   {figures['frame_ms_p50']:8.2f}")
    print(f"  a frame, p99      {figures['frame_ms_p99']:8.2f}  (must be at most {LIMIT_MS:.0f})")
    print(f"  own time, p99     {figures['frame_cpu_ms_p99']:8.2f}")
    print(f"  the slowest       {figures['frame_ms_max']:8.2f}")
    print(f"  history read      {figures['open_ms']:8.0f}")
    print(f"  the history {figures['history_mb']:8.1f}  MB (must be below 50)")
    if as_json:
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
