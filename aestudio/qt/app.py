"""From nothing to a window: the display is asked for first, the window comes next, torch and data last."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
from pathlib import Path

from aestudio.qt.display import why_no_window


def hand_over_soon() -> None:
    """Let threads that wait for the interpreter have it within 0.02 ms rather than 5.

    The trainer waits some hundred times a second for what the window draws, and loses more by it the longer
    it is kept waiting. But at 0.005 ms it spins instead of sleeping, on the very lock that the window needs
    to give way: its next step then took 35 ms more rather than 2, and at 0.01 ms it sometimes did.
    Linux lets a sleep last 0.05 ms longer than was asked for, to save power; threads take that over from the
    one that starts them.
    """
    sys.setswitchinterval(0.00002)
    with contextlib.suppress(OSError):
        Path("/proc/self/timerslack_ns").write_text("1000", encoding="ascii")


def main(argv: list[str]) -> int:
    """Show the window and run until it is closed; 1 where no window can be shown."""
    if sentence := why_no_window():
        sys.stderr.write(f"aestudio: {sentence}\n")
        return 1
    hand_over_soon()
    gc.disable()  # the collector's turn comes below; until then a collection would only look at modules
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from aestudio.qt.sources import spare_sources

    spare_sources()  # before anything else is imported
    from aestudio.qt.collector import Collector
    from aestudio.qt.diagnostics import Watchdog, note_crashes, start_log
    from aestudio.qt.settings import Settings
    from aestudio.qt.theme import use_theme
    from aestudio.qt.window import Window

    start_log()
    note_crashes()
    app = QApplication(argv)
    app.setApplicationName("AE Studio")
    app.setDesktopFileName("aestudio")
    collector, watchdog = Collector(app), Watchdog(app)
    watchdog.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    use_theme(app, Settings().theme)
    window = Window()
    watchdog.caught.connect(window.session.trouble)
    window.session.opened.connect(collector.freeze)
    window.painted.connect(window.chapters.make_ready_soon)
    window.chapters.ready.connect(window.session.begin)  # torch's import would take the interpreter from it
    window.show()
    try:
        return app.exec()
    finally:
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else Python does, after the application
        watchdog.remove()
        collector.stop()
