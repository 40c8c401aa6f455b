"""The window on an engine of a test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aestudio.qt.window import Window

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.qt.fakes import FakeEngine


def open_window_on(qtbot: QtBot, engine: FakeEngine, *, data: bool = True, pages: bool = False) -> Window:
    """Show a window, with its ``data`` open and all ``pages`` made where these are wanted.

    At the end of the test it is closed, whatever its engine waits for.
    """
    window = Window(engine)
    qtbot.addWidget(window, before_close_func=lambda _: engine.open_gate())
    window.show()
    if pages:
        window.chapters.make_ready()
    if data:
        with qtbot.waitSignal(window.session.opened, timeout=60_000):
            window.session.begin()
    return window
