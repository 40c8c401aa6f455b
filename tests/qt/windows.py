"""The window on an engine of a test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from aestudio.qt.window import Window

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from aestudio.qt.pages.compare import ComparePage
    from aestudio.qt.pages.latent import LatentPage
    from aestudio.qt.pages.pictures import PicturesPage
    from tests.qt.fakes import FakeEngine

P = TypeVar("P", bound="ComparePage | LatentPage | PicturesPage")


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


def show_page(qtbot: QtBot, page: P, width: int, height: int) -> P:
    """Show a page by itself; at the end of the test its work is closed first."""
    qtbot.addWidget(page, before_close_func=lambda _: page.close_work())
    page.resize(width, height)
    page.show()
    qtbot.waitExposed(page)
    return page
