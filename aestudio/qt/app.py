"""From nothing to a window: the display is asked for first, the window comes next, torch and data last."""

from __future__ import annotations

import gc
import signal
import sys

from aestudio.qt.display import why_no_window


def main(argv: list[str]) -> int:
    """Show the window and run until it is closed; 1 where no window can be shown."""
    if sentence := why_no_window():
        sys.stderr.write(f"aestudio: {sentence}\n")
        return 1
    # Two threads share the interpreter: at the usual 5 ms the trainer waits that long whenever the window
    # draws, and keeps 0.86 of its speed; with 1 ms it keeps 0.9, with 0.05 ms no less.
    sys.setswitchinterval(0.00005)
    gc.disable()  # the collector's turn comes below; until then a collection would only look at modules
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
        app.processEvents()
        watchdog.remove()
        collector.stop()
