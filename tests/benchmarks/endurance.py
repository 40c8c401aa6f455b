"""Opens, trains, compares and closes the real window many times in one process, and looks for what is left.

    python tests/benchmarks/endurance.py [--times 100] [--json]

Each time a window is opened on its own workspace, trains a small net on a part of MNIST, sets two runs
side by side on the Compare page, and is closed. ``threads_left``, ``timers_left`` and ``widgets_left``
are what of Qt is still there at the end (0); ``memory_growth`` is the share by which resident memory grew
from the tenth time on (at most 0.05). With ``--json`` the last line is one object.
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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import short_spins  # noqa: E402  # the path above comes first

short_spins()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from aestudio.library.kept import open_run  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.qt.bars.status import resident_mb  # noqa: E402
from aestudio.qt.pages.compare import ComparePage  # noqa: E402
from aestudio.qt.window import Window  # noqa: E402
from aestudio.spec.edit import with_value  # noqa: E402

WARM = 10
PATIENCE = 120.0  # seconds for a step, on a busy machine


def until(done: Callable[[], bool], what: str) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + PATIENCE
    while not done():
        QCoreApplication.processEvents()
        time.sleep(0.001)
        if time.monotonic() > end:
            sys.exit(f"waited {PATIENCE:.0f} s in vain: {what}")


def once(app: QApplication) -> None:
    """One life of a window, and what comes after it."""
    live()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    gc.collect()


def live() -> None:
    """Open, train twice, compare, close."""
    window = Window()
    session = window.session
    spec = with_value(load_preset("undercomplete"), "data.train_limit", 500)
    session.document.load(with_value(spec, "training.epochs", 1))
    window.show()
    session.begin()
    window.chapters.make_ready()
    until(lambda: session.data is not None, "the data")
    folders: list[Path] = []
    for _ in range(2):
        session.restart()
        until(lambda: session.measured is not None, "a run's figures")
        assert session.folder
        folders.append(session.folder)
    until(lambda: all((folder / "hashes.json").exists() for folder in folders), "the runs at rest")
    page = window.book.page(window.chapters.compare)
    assert isinstance(page, ComparePage)
    assert session.data
    window.book.turn_to(window.chapters.compare)
    contest = page.contest
    page.show_runs([open_run(folder) for folder in folders], session.data)
    until(lambda: contest.shown is not None, "the comparison")
    window.close()
    window.deleteLater()


def left() -> dict[str, int]:
    """What of Qt is still there."""
    things = gc.get_objects()
    threads = [t for t in things if issubclass(type(t), QThread) and _alive(t)]
    timers = [t for t in things if issubclass(type(t), QTimer) and _alive(t)]
    return {
        "threads_left": sum(thread.isRunning() for thread in threads),
        "timers_left": sum(timer.isActive() for timer in timers),
        "widgets_left": len(QApplication.topLevelWidgets()),
    }


def _alive(thing: object) -> bool:
    import shiboken6

    return shiboken6.isValid(thing)


def main() -> int:
    """Live many lives; 1 if anything is left of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
        os.environ |= {f"XDG_{name}_HOME": f"{folder}/{name.lower()}" for name in ("CONFIG", "STATE")}
        app = QApplication([])
        gc.disable()
        first = 0.0
        for number in range(1, options.times + 1):
            os.environ["AESTUDIO_WORKSPACE"] = f"{folder}/{number}"
            once(app)
            if number == min(WARM, options.times):
                first = resident_mb()
            print(f"{number}: {resident_mb():.0f} MB", flush=True)
        figures: dict[str, float] = {"times": options.times, **left()}
        figures["memory_growth"] = round(resident_mb() / first - 1, 4)
    for name, value in figures.items():
        print(f"{value:10}  {name}")
    if options.json:
        print(json.dumps(figures))
    return int(figures["threads_left"] + figures["timers_left"] + figures["widgets_left"] > 0)


if __name__ == "__main__":
    sys.exit(main())
