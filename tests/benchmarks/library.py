"""A workspace of 1,000 runs in the Runs page: how long it takes to open, and how it scrolls.

python tests/benchmarks/library.py [--json] [--runs N]

One small run is trained on the real MNIST and copied, each copy with a card and a picture of its own. The
page is timed from the wish to open the workspace to the first painted rows; then it is scrolled from end
to end as by a wheel, a step a frame, while a timer of 5 ms notes how late it comes, pictures and all. The
timer runs through the opening, too: what grows with the number of runs must not be done on the GUI
thread.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("OMP_NUM_THREADS", "1")
if not os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TARGETS = {
    "open_s": "s from the wish to the first painted rows (at most 0.5)",
    "scroll_p99_ms": "ms to scroll a step and paint it, p99 (a frame is 16.7)",
    "scroll_cpu_p99_ms": "ms of processor time that it takes the GUI thread, p99",
    "scroll_max_ms": "ms, the slowest step",
    "timer_p99_ms": "ms that a timer of 5 ms came late while it scrolled, p99",
    "timer_max_ms": "ms, the latest",
    "opening_max_ms": "ms that it came late at the most while the workspace was read",
    "refresh_max_ms": "ms that it came late at the most while the workspace was looked at again",
    "filter_ms": "ms from a typed letter to the narrowed list",
}
_TIMER_MS, _STEP, _SIZE = 5, 120, (1440, 900)


def make_workspace(folder: Path, runs: int) -> None:
    """``runs`` real folders: one trained run, copied, each with its own card and picture."""
    import torch

    from aestudio.evaluation.lane import drive, new_lane
    from tests.small import small_mnist, small_run

    data = small_mnist()
    first = folder.parent / "first"
    list(drive(new_lane(small_run(), first, data), data, device=torch.device("cpu")))
    folder.mkdir()
    rng = random.Random(0)
    for number in range(runs):
        copy = folder / f"run-{number:04}"
        shutil.copytree(first, copy)
        _make_its_own(copy, number, rng)


def _make_its_own(folder: Path, number: int, rng: random.Random) -> None:
    from aestudio.library.card import read_card
    from aestudio.library.thumbnail import write_thumbnail
    from aestudio.training.events import Pictures

    card = read_card(folder)
    figures = {**card.figures, "test_mse": rng.uniform(0.003, 0.06), "test_psnr_db": rng.uniform(12, 25)}
    preset = rng.choice(["undercomplete", "sparse-l1", "vae-20", "conv-denoiser"])
    day = f"2026-{1 + number // 28 % 12:02}-{1 + number % 28:02}T{number % 24:02}:00:00+00:00"
    tags = ("thesis",) if number % 5 == 0 else ()
    note = "Wider code, same noise." if number % 4 == 0 else ""
    named = {"name": f"{preset} {number}", "preset": preset, "created": day, "tags": tags, "note": note}
    replace(card, id=uuid.uuid4().hex, figures=figures, **named).write(folder)  # type: ignore[arg-type]
    images = np.random.default_rng(number).random((6, 1, 28, 28), np.float32)
    write_thumbnail(folder, Pictures(np.arange(6), images, None, images))


class Watch:
    """A timer that notes how late it comes."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late: list[float] = []
        self._timer = QTimer(interval=_TIMER_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """From now on."""
        self.late, self._last = [], time.perf_counter()
        self._timer.start()

    def end(self) -> Sequence[float]:
        """How late it came each time, in milliseconds."""
        self._timer.stop()
        return self.late or [0.0]

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, 1000 * (now - self._last) - _TIMER_MS))
        self._last = now


def measure(folder: Path) -> dict[str, float]:
    """Open, scroll, filter and look again."""
    from PySide6.QtWidgets import QApplication

    from aestudio.qt.app import hand_over_soon
    from aestudio.qt.pages.runs import RunsPage
    from aestudio.qt.theme import use_theme

    hand_over_soon()
    gc.disable()
    app = QApplication([])
    use_theme(app, "light")
    page, watch = RunsPage(), Watch()
    page.resize(*_SIZE)
    page.show()
    _settle(app, 0.3)
    watch.begin()
    began = time.perf_counter()
    page.use_workspace(folder)
    _until(app, lambda: page.table.runs.rowCount() > 0)
    page.table.viewport().repaint()
    figures = {"open_s": time.perf_counter() - began, "opening_max_ms": max(watch.end())}
    _settle(app, 0.5)
    figures |= _scroll(app, page, watch)
    watch.begin()
    for _ in range(5):
        listed = page.table.runs.listing
        page.refresh()
        _until(app, lambda listed=listed: page.table.runs.listing is not listed)
    figures["refresh_max_ms"] = max(watch.end())
    began = time.perf_counter()
    page.head.filter.setText("thesis vae")
    _until(app, lambda: page.table.runs.listing.question.text != "")
    figures["filter_ms"] = 1000 * (time.perf_counter() - began)
    page.close_readers()
    return figures


def _scroll(app: Any, page: Any, watch: Watch) -> dict[str, float]:
    bar, spent, worked = page.table.verticalScrollBar(), [], []
    watch.begin()
    while bar.value() < bar.maximum():
        began, work = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + _STEP)
        app.processEvents()
        spent.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.thread_time() - work))
        _settle(app, max(0.0, 1 / 60 - (time.perf_counter() - began)))
    late = watch.end()
    series = {"scroll": spent, "scroll_cpu": worked, "timer": late}
    p99 = {f"{name}_p99_ms": float(np.percentile(values, 99)) for name, values in series.items()}
    return p99 | {"scroll_max_ms": max(spent), "timer_max_ms": max(late)}


def _settle(app: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.0005)


def _until(app: Any, there: Any) -> None:
    while not there():
        app.processEvents()
        time.sleep(0.0002)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--runs", type=int, default=1000, help="how many runs the workspace has")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_workspace(Path(folder) / "ws", options.runs)
        figures = measure(Path(folder) / "ws")
    for name, text in TARGETS.items():
        print(f"{figures[name]:10.3f}  {text}")
    if options.json:
        print(json.dumps({"runs": options.runs, **{name: round(figures[name], 4) for name in TARGETS}}))
    sys.stdout.flush()
    os._exit(0)  # what Qt takes to end is no part of any figure


if __name__ == "__main__":
    main()
