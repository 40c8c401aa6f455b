"""One part of window.py in a process of its own: starts the real program and presses its real buttons.

python tests/benchmarks/window_child.py PART BEGAN [SECONDS]
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from aestudio.__main__ import set_switches

set_switches()

PRESET = "dense-denoiser"  # 784-500-300-100-300-500-784, the reference net
EPOCHS = 1000  # more than anybody waits for
SETTLE_MS = 3000  # the first looks, PCA's among them, are no steady state
BETWEEN = 0.09  # seconds from one line to the next, as often as the window hears of its run


def _say(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)
    os._exit(0)  # what Python and Qt take to end is no part of any figure


def empty(began: float) -> None:
    """What any program with pyqtgraph takes to its first window."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    window = pg.PlotWidget()
    window.resize(1280, 720)
    window.show()
    app.processEvents()
    _say({"seconds": time.monotonic() - began})


def start(began: float) -> None:
    """Ours to its first window."""

    def shown(driver: Any) -> None:
        driver.window.painted.connect(lambda: _say({"seconds": time.monotonic() - began}))

    _open(shown)


def ready(began: float) -> None:
    """Ours until all that the first paint did not need is made."""

    def shown(driver: Any) -> None:
        driver.window.chapters.ready.connect(lambda: _say({"seconds": time.monotonic() - began}))

    _open(shown)


def cold(began: float) -> None:
    """Press Train as soon as the window is there; seconds to the first picture."""

    def shown(driver: Any) -> None:
        driver.window.painted.connect(driver.press)
        driver.on_picture(lambda: _say({"seconds": time.monotonic() - driver.pressed}))

    _open(shown)


def warm(began: float) -> None:
    """Press Train once torch and MNIST are there; seconds to the first picture."""

    def shown(driver: Any) -> None:
        driver.window.session.opened.connect(driver.press_soon)
        driver.on_picture(lambda: _say({"seconds": time.monotonic() - driver.pressed}))

    _open(shown)


def live(began: float, seconds: float) -> None:
    """Train with all views in sight: how fast, and as long again what a timer of 5 ms sees of it."""

    def shown(driver: Any) -> None:
        _train_on(driver)
        driver.on_picture(lambda: driver.after(SETTLE_MS, driver.begin))
        driver.seconds = seconds

    _open(shown)


def windowed(began: float) -> None:
    """Train with all views in sight and tell how far it is, until somebody ends it."""

    def shown(driver: Any) -> None:
        _train_on(driver)
        driver.on_picture(driver.tell_on)

    _open(shown)


def bare(began: float) -> None:
    """The same run in the same settings without a window, kept in the workspace as the window's is."""
    from dataclasses import replace

    from aestudio.data.door import open_data
    from aestudio.library.lane import Lane
    from aestudio.library.presets import load_preset
    from aestudio.qt.running.engine import run_lanes
    from aestudio.qt.running.trainer import NICENESS, Job
    from aestudio.qt.running.yielding import yield_to_the_window
    from aestudio.training.events import Wanted

    run = load_preset(PRESET)
    run = replace(run, training=replace(run.training, epochs=EPOCHS))
    data = open_data(run.data)
    yield_to_the_window(NICENESS)
    told = 0.0
    lane = Lane(run, workspace=Path(os.environ["AESTUDIO_WORKSPACE"]))
    for event in run_lanes(Job((lane,), data, "auto"), [Wanted], lambda: False):
        step = getattr(event, "step", 0)
        if step and time.monotonic() - told > BETWEEN:
            told = time.monotonic()
            print(told, step * run.training.batch, flush=True)


def raced(began: float, seconds: float) -> None:
    """Four variants race on the Compare page; what a timer of 5 ms sees of it."""

    def shown(driver: Any) -> None:
        driver.window.session.opened.connect(driver.race_soon)
        driver.on_picture(lambda: driver.after(SETTLE_MS, driver.begin))
        driver.seconds = seconds

    _open(shown)


def _train_on(driver: Any) -> None:
    """Train the reference net, as soon as its data are there and longer than anything is measured."""
    driver.window.files.open_preset(PRESET)
    driver.window.session.document.set_value("training.epochs", EPOCHS)
    driver.window.session.opened.connect(driver.press_soon)


def _open(shown: Callable[[Any], None]) -> None:
    """Start the program as its entry point does; ``shown`` takes over when its event loop begins."""
    from PySide6.QtWidgets import QApplication

    from aestudio.__main__ import main

    run_loop = QApplication.exec

    def loop(*_: object) -> int:
        from tests.benchmarks.window_driver import Driver

        driver = Driver()
        shown(driver)
        return run_loop()

    QApplication.exec = loop  # type: ignore[method-assign]  # the program itself has no hook for this
    sys.argv = sys.argv[:1]
    main()


if __name__ == "__main__":
    part, when, *rest = sys.argv[1:]
    parts = {
        "empty": empty,
        "start": start,
        "ready": ready,
        "cold": cold,
        "warm": warm,
        "live": live,
        "windowed": windowed,
        "bare": bare,
        "raced": raced,
    }
    parts[part](float(when), *map(float, rest))
