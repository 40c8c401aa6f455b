"""What tests of the Latent page do over and over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF
from pytestqt.qtbot import QtBot

from aestudio.latent.space import Space
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened


def settle(qtbot: QtBot, page: LatentPage) -> None:
    """Wait until nothing is computed any more."""
    parts = (page.runs, page.explorer, page.tabs.strip, page.letters, page.pictures)
    qtbot.waitUntil(lambda: not any(part.is_busy for part in parts), timeout=30_000)


def explored(qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened, name: str) -> Space:
    """Have the page explore a run of a workspace."""
    page.use(workspace)
    page.set_data(opened)
    page.show_run(workspace / name)
    return _arrived(qtbot, page, name)


def choose(qtbot: QtBot, page: LatentPage, name: str) -> Space:
    """Choose another run from the box."""
    page.runs.setCurrentIndex(page.runs.findText(name))
    page.runs.activated.emit(page.runs.currentIndex())
    return _arrived(qtbot, page, name)


def _arrived(qtbot: QtBot, page: LatentPage, name: str) -> Space:
    qtbot.waitUntil(lambda: _name(page) == name, timeout=30_000)
    settle(qtbot, page)
    assert page.explorer.space
    return page.explorer.space


def _name(page: LatentPage) -> str:
    return page.explorer.space.name if page.explorer.space else ""


def here(page: LatentPage) -> NDArray[np.float32]:
    """The code where one is."""
    assert page.explorer.code is not None
    return page.explorer.code


def on_map(page: LatentPage, place: NDArray[np.float32]) -> QPoint:
    """Where a place of the plane is on the map, in pixels."""
    return page.map.plot.to_widget(QPointF(*map(float, place))).toPoint()


def empty_place(space: Space) -> NDArray[np.float32]:
    """A place amid the points with none near."""
    low, high = space.points.min(axis=0), space.points.max(axis=0)
    ends = zip(low, high, strict=True)
    places = np.stack(np.meshgrid(*(np.linspace(a, b, 40)[4:-4] for a, b in ends)), -1).reshape(-1, 2)
    away = np.square((places[:, None] - space.points) / (high - low)).sum(axis=2).min(axis=1)
    return places[away.argmax()].astype(np.float32)
