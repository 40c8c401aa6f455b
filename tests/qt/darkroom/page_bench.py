"""What tests of the Pictures page share: drops, waiting, and pictures that open when a test says so."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from skimage import data

from aestudio.pictures.picture import Picture, open_picture
from aestudio.qt.pages.pictures import PicturesPage

PATIENCE = 60_000


def drop(page: PicturesPage, *urls: Path | str) -> None:
    """Drop files, or what addresses name, onto the page."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(u)) if isinstance(u, Path) else QUrl(u) for u in urls])
    left, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    entered = QDragEnterEvent(QPoint(300, 300), copy, mime, left, none)
    QApplication.sendEvent(page, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(300, 300), copy, mime, left, none))


def wait_worked(qtbot: QtBot, page: PicturesPage) -> None:
    """Until there is a result."""
    qtbot.waitUntil(
        lambda: page.table.tool is not None and page.table.tool.result() is not None, timeout=PATIENCE
    )


def open_all(qtbot: QtBot, page: PicturesPage, *paths: Path) -> None:
    """Put pictures on the roll, and wait for the result of the first."""
    drop(page, *paths)
    qtbot.waitUntil(lambda: bool(page.roll.entries), timeout=PATIENCE)
    wait_worked(qtbot, page)


def digests(folder: Path) -> dict[str, str]:
    """Of each file in a folder."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def photograph(path: Path, number: int = 0, *, side: int = 64) -> Path:
    """A part of a real photograph, another one for each number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    top = 12 * number
    Image.fromarray(np.ascontiguousarray(data.chelsea()[top : top + side, 100 : 100 + side])).save(path)
    return path


@contextmanager
def slow_to_open(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[None]:
    """Within it, this file is not opened to its end."""
    gate = threading.Event()

    def slow(source: Path | bytes) -> Picture:
        if source == path:
            gate.wait()
        return open_picture(source)

    monkeypatch.setattr("aestudio.qt.darkroom.opening.open_picture", slow)
    try:
        yield
    finally:
        gate.set()
