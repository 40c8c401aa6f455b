"""What is dropped becomes rows, each seen, and the row that is chosen is what the stage shows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from aestudio.qt.darkroom.roll import Entry
from aestudio.qt.darkroom.thumbs import Thumbs
from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.darkroom.page_bench import (
    PATIENCE,
    drop,
    open_all,
    photograph,
    slow_to_open,
    wait_worked,
)


def _click(page: PicturesPage, row: int) -> None:
    place = page.view.visualRect(page.roll.index(row)).center()
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _wait_opened(qtbot: QtBot, page: PicturesPage, name: str) -> None:
    qtbot.waitUntil(
        lambda: page.table.opened is not None and page.table.opened.name == name, timeout=PATIENCE
    )


def test_esc_goes_back_to_the_row_that_is_shown(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = photograph(tmp_path / "a.png"), photograph(tmp_path / "b.png", 4)
    open_all(qtbot, page, a, b)
    with slow_to_open(monkeypatch, b):
        _click(page, 1)
        assert page.view.current is page.roll.entries[1]
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert page.view.current is page.roll.entries[0]
        assert page.files[1] == a
    _click(page, 1)
    _wait_opened(qtbot, page, "b.png")


def test_a_picture_whose_opening_was_given_up_is_opened_by_a_click(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = photograph(tmp_path / "a.png")
    with slow_to_open(monkeypatch, a):
        drop(page, a)
        qtbot.waitUntil(lambda: bool(page.roll.entries), timeout=PATIENCE)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert page.view.current is None
    _click(page, 0)
    _wait_opened(qtbot, page, "a.png")


def test_a_row_tells_that_its_picture_is_the_first_of_several(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    """At a glance, and once it is open."""
    files = [tmp_path / "one.tif", tmp_path / "two.tif"]
    pages = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    for file in files:
        pages[0].save(file, save_all=True, append_images=pages[1:])
    open_all(qtbot, page, *files)
    told = "40 × 30, first of 3"
    qtbot.waitUntil(lambda: all(entry.note == told for entry in page.roll.entries), timeout=PATIENCE)


def test_what_is_chosen_already_is_dropped_again(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    a = photograph(tmp_path / "a.png")
    open_all(qtbot, page, a)
    with (
        qtbot.waitSignal(page.intake.told, timeout=PATIENCE) as told,
        qtbot.waitSignal(page.intake.found, timeout=PATIENCE),
    ):
        drop(page, a)
    assert told.args == [0.0, "1 picture found"]
    assert page.foot.bar.isHidden()
    assert page.foot.cancel.isHidden()
    assert page.foot.words.text() == ""
    assert page.table.result() is not None


def test_work_that_was_stopped_can_be_begun_again_after_a_drop(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    a = photograph(tmp_path / "a.png")
    with qtbot.waitSignal(page.choice.changed, timeout=PATIENCE):
        drop(page, a)
    page.actions_.stop.trigger()
    assert page.table.result() is None
    with qtbot.waitSignal(page.intake.found, timeout=PATIENCE):
        drop(page, a)
    assert page.foot.again.isVisible()
    page.foot.again.click()
    wait_worked(qtbot, page)


def test_a_folder_and_a_picture_in_it_are_taken_once(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    a = photograph(folder / "a.png")
    open_all(qtbot, page, folder, a)
    assert [entry.source for entry in page.roll.entries] == [a]


class _Server(BaseHTTPRequestHandler):
    """Sends any file of a folder, once its gate is open."""

    folder: Path
    gate: threading.Event

    def do_GET(self) -> None:
        self.gate.wait()
        file = (self.folder / self.path[1:]).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(file)))
        self.end_headers()
        self.wfile.write(file)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    for number, name in enumerate("abc"):
        photograph(tmp_path / f"{name}.png", number)
    _Server.folder, _Server.gate = tmp_path, threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    _Server.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_pictures_from_a_browser_come_one_after_the_other(
    qtbot: QtBot, page: PicturesPage, server: ThreadingHTTPServer
) -> None:
    for name in ("a.png", "b.png"):
        drop(page, f"http://127.0.0.1:{server.server_port}/{name}")
    _Server.gate.set()
    qtbot.waitUntil(lambda: len(page.roll.entries) == 2, timeout=PATIENCE)
    assert [entry.name for entry in page.roll.entries] == ["a.png", "b.png"]


def test_esc_gives_up_all_that_is_fetched(
    qtbot: QtBot, page: PicturesPage, server: ThreadingHTTPServer
) -> None:
    for name in ("a.png", "b.png"):
        drop(page, f"http://127.0.0.1:{server.server_port}/{name}")
    QTest.keyClick(page, Qt.Key.Key_Escape)
    drop(page, f"http://127.0.0.1:{server.server_port}/c.png")
    _Server.gate.set()
    qtbot.waitUntil(lambda: bool(page.roll.entries), timeout=PATIENCE)
    assert [entry.name for entry in page.roll.entries] == ["c.png"]


def test_a_row_in_the_memory_of_one_that_is_gone_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    path = photograph(tmp_path / "a.png")
    thumbs, entries = Thumbs(), [Entry(path, path.name) for _ in range(20)]
    gone = set(map(id, entries))
    while entries:
        thumbs.want(entries.pop())
    thumbs._wanted = []  # nothing holds them any more
    again = next(entry for entry in [Entry(path, path.name) for _ in range(200)] if id(entry) in gone)
    thumbs.want(again)
    qtbot.waitUntil(lambda: again.thumbnail is not None, timeout=PATIENCE)
    thumbs.close()


def test_rows_that_were_scrolled_past_are_seen_when_they_come_again(qtbot: QtBot, tmp_path: Path) -> None:
    path = photograph(tmp_path / "a.png")
    entries = [Entry(path, path.name) for _ in range(60)]
    thumbs = Thumbs()
    for entry in entries:  # as if they were painted at once, and were too many
        thumbs.want(entry)
    qtbot.waitUntil(lambda: entries[59].thumbnail is not None, timeout=PATIENCE)
    for entry in entries[:8]:
        thumbs.want(entry)
    qtbot.waitUntil(lambda: all(entry.thumbnail for entry in entries[:8]), timeout=PATIENCE)
    thumbs.close()


def test_pasted_pictures_have_names_of_their_own(qtbot: QtBot, page: PicturesPage) -> None:
    clipboard = QGuiApplication.clipboard()
    for shade in (40, 80, 120):
        image = QImage(32, 32, QImage.Format.Format_RGB888)
        image.fill(QColor(shade, shade, shade))
        clipboard.setImage(image)
        before = len(page.roll.entries)
        page.actions_.paste.trigger()
        qtbot.waitUntil(lambda before=before: len(page.roll.entries) > before, timeout=PATIENCE)
    assert [entry.name for entry in page.roll.entries] == ["pasted.png", "pasted 2.png", "pasted 3.png"]


@pytest.mark.parametrize("size", [(3, 2000), (2000, 3)])
def test_a_thin_picture_is_seen_in_its_row(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size, (200, 0, 0)).save(tmp_path / "thin.png")
    drop(page, tmp_path / "thin.png")
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)
    row = page.view.grab(page.view.visualRect(page.roll.index(0))).toImage()
    colours = (row.pixelColor(x, y) for x in range(row.width()) for y in range(row.height()))
    assert any(colour.red() > colour.blue() + 80 for colour in colours)


def test_the_heads_words_are_whole_in_the_smallest_window(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    open_all(qtbot, page, photograph(tmp_path / "a.png"))
    page.resize(896, 560)  # what the rail leaves of 960
    qtbot.waitUntil(lambda: page.columns.width() == 896)
    buttons = [*page.head.tools.buttons(), *page.head.looks.buttons()]
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in buttons))
