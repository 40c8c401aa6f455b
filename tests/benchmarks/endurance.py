"""Opens, trains, compares and closes the real window many times in one process, and looks for what is left.

    python tests/benchmarks/endurance.py [--times 100] [--json]

Each time a window is opened on its own workspace, trains a small net on a part of MNIST, sets two runs
side by side on the Compare page, and is closed. ``threads_left``, ``timers_left`` and ``widgets_left``
are what of Qt is still there at the end (0). ``memory_growth`` is the share by which resident memory grew
(at most 0.05): the median of the last ten lives over the median of lives 6 to 15, for one life's end differs
from the next one's by up to 60 MB, with what glibc's arenas keep and with which pages of torch's libraries
the system holds at the time. The first five lives fill caches. Held on to is what these two tell, which do
not swing: ``in_use_growth`` is the same for what the program has asked glibc for and not given back (0 where
there is no glibc), ``python_growth`` for the blocks of Python's own allocator. Below 25 times the lives that
are compared overlap. With ``--json`` the last line is one object.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from aestudio.qt.sources import spare_sources  # noqa: E402

spare_sources()

from aestudio.library.kept import open_run  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.qt.bars.status import resident_mb  # noqa: E402
from aestudio.qt.pages.compare import ComparePage  # noqa: E402
from aestudio.qt.window import Window  # noqa: E402
from aestudio.spec.edit import with_value  # noqa: E402

EARLY = slice(5, 15)  # lives 6 to 15
LATE = slice(-10, None)
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


class _Figures(ctypes.Structure):
    """What ``mallinfo2`` tells, in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def in_use_mb() -> float:
    """What all threads have asked glibc for and not given back, in MB; 0 without glibc 2.33 or newer."""
    try:
        tell = ctypes.CDLL(None).mallinfo2
    except (OSError, AttributeError):
        return 0.0
    tell.restype = _Figures
    told = tell()
    return (told.uordblks + told.hblkhd) / 1e6


def growth(lives: Sequence[float]) -> float:
    """The share by which the last ten lives' median is above that of lives 6 to 15."""
    early = median(lives[EARLY] or lives)
    return round(median(lives[LATE]) / early - 1, 4) if early else 0.0


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
        resident: list[float] = []
        in_use: list[float] = []
        blocks: list[float] = []
        for number in range(1, options.times + 1):
            os.environ["AESTUDIO_WORKSPACE"] = f"{folder}/{number}"
            once(app)
            resident.append(resident_mb())
            in_use.append(in_use_mb())
            blocks.append(sys.getallocatedblocks())
            print(f"{number}: {resident[-1]:.0f} MB, {in_use[-1]:.1f} MB in use", flush=True)
        figures: dict[str, float] = {"times": options.times, **left()}
        figures |= {"memory_growth": growth(resident), "in_use_growth": growth(in_use)}
        figures["python_growth"] = growth(blocks)
    for name, value in figures.items():
        print(f"{value:10}  {name}")
    if options.json:
        print(json.dumps(figures))
    return int(figures["threads_left"] + figures["timers_left"] + figures["widgets_left"] > 0)


if __name__ == "__main__":
    sys.exit(main())
