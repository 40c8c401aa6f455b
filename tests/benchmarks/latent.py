"""How soon the Latent page answers: ``python tests/benchmarks/latent.py [--preset NAME …] [--json]``.

A preset is trained on MNIST for an epoch and kept, and its space is opened on the real page. Then the pointer
goes over the map, 300 moves, each as soon as the last was answered: from the move to the decoded picture's
paint. Then the plane is shown as pictures, and zoomed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from aestudio.data.dataset import Dataset
from aestudio.data.door import open_data
from aestudio.evaluation.lane import drive, new_lane
from aestudio.library.presets import load_preset
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import use_theme
from aestudio.spec.edit import with_value

PRESETS = ("vae-2", "undercomplete", "convolutional")
MOVES, ZOOMS = 300, 20
ANSWER_MS = 50.0  # what comes sooner is felt to be at once


def kept_in(folder: Path, preset: str, data: Dataset) -> None:
    """The preset after one epoch."""
    run = with_value(load_preset(preset), "training.epochs", 1)
    for event in drive(new_lane(run, folder / preset, data), data, device=torch.device("cpu")):
        del event


def measure(page: LatentPage, app: QApplication, folder: Path) -> dict[str, float]:
    """The figures of one run, in milliseconds."""

    def until(is_true: Callable[[], bool]) -> float:
        began = time.perf_counter()
        while not is_true():
            app.processEvents()
            time.sleep(0.0002)
        app.processEvents()
        return 1000 * (time.perf_counter() - began)

    def opened() -> bool:
        space = page.explorer.space
        return space is not None and space.name == folder.name and page.tabs.strip.made is not None

    page.show_run(folder)
    opening = until(opened)
    until(lambda: not page.explorer.is_busy)
    answers: list[object] = []
    page.explorer.looked.connect(answers.append)
    moves = np.random.default_rng(0).uniform(0.1, 0.9, (MOVES, 2))
    viewport = page.map.plot.viewport()
    spent = []
    for number, (x, y) in enumerate(moves, start=1):
        QTest.mouseMove(viewport, QPoint(int(x * viewport.width()), int(y * viewport.height())))
        spent.append(until(lambda number=number: len(answers) >= number))
    page.explorer.looked.disconnect(answers.append)
    drawn: list[float] = []
    for _ in range(ZOOMS):
        page.map.pictures.setChecked(True)
        page.map.plot.area.scaleBy((0.95, 0.95))
        page.map.pictures_wanted.emit()
        drawn.append(until(lambda: not page.pictures.is_busy))
    columns, rows = page.map.grid
    page.map.pictures.setChecked(False)
    return {
        "code_size": page.explorer.space.size if page.explorer.space else 0,
        "open_ms": opening,
        "answer_ms_p50": float(np.percentile(spent, 50)),
        "answer_ms_p99": float(np.percentile(spent, 99)),
        "plane_pictures": columns * rows,
        "plane_ms_p50": float(np.percentile(drawn, 50)),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", nargs="+", default=PRESETS, help="what is trained and explored")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    options = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_theme(app, "light")
    gc.disable()  # as in the program, where a timer collects
    figures: dict[str, dict[str, float]] = {}
    print(f"{'':16} {'numbers':>8} {'opened':>8} {'answer, p50':>12} {'p99':>6} {'plane':>14}   (ms)")
    with tempfile.TemporaryDirectory() as folder:
        spec = load_preset(options.preset[0]).data
        data = open_data(spec)
        assert data.labels is not None
        images, labels = data.images[data.test].numpy(), data.labels[data.test].numpy().astype(np.int64)
        for preset in options.preset:
            kept_in(Path(folder), preset, data)
        page = LatentPage()
        page.resize(1280, 720)
        page.use(Path(folder))
        page.set_data(Opened(spec, data, images, labels))
        page.show()
        for preset in options.preset:
            told = figures[preset] = measure(page, app, Path(folder) / preset)
            plane = f"{told['plane_ms_p50']:.0f} for {told['plane_pictures']:.0f}"
            print(
                f"{preset:16} {told['code_size']:8,.0f} {told['open_ms']:8.0f} {told['answer_ms_p50']:12.1f} "
                f"{told['answer_ms_p99']:6.1f} {plane:>14}"
            )
        page.close_work()
        page.close()
    print(f"an answer must come within {ANSWER_MS:.0f} ms")
    if options.json:
        print(json.dumps({name: {k: round(v, 3) for k, v in told.items()} for name, told in figures.items()}))


if __name__ == "__main__":
    main()
