"""From the rail, the Runs page and the trainer one comes to the Latent page, and to the run that is meant."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from aestudio.data.door import open_data
from aestudio.library.kept import open_run
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.window import Window
from aestudio.spec.run import DataSpec
from tests.library.kept_runs import kept
from tests.qt.fakes import FakeEngine
from tests.qt.windows import open_window_on
from tests.small import small_mnist, small_run

PATIENCE = 60_000


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on all of MNIST, for the window has that open."""
    folder, data = tmp_path_factory.mktemp("whole"), open_data(DataSpec())
    for name in ("first", "second"):
        kept(folder / name, small_run(("training.epochs", 1), ("training.batch", 512), name=name), data=data)
    return folder


@pytest.fixture
def workspace(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "runs"))


@pytest.fixture
def window(qtbot: QtBot, workspace: Path) -> Window:
    shown = open_window_on(qtbot, FakeEngine(), pages=True)
    shown.chapters.use_workspace(workspace)
    return shown


def _page(window: Window) -> LatentPage:
    assert window.chapters.latent_page
    return window.chapters.latent_page


def _is_explored(window: Window, name: str) -> bool:
    space = _page(window).explorer.space
    return space is not None and space.name == name


def test_the_third_page_explores_the_run_on_view(qtbot: QtBot, window: Window, workspace: Path) -> None:
    window.session.show_kept(open_run(workspace / "first"))
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.book.place == window.chapters.latent
    qtbot.waitUntil(lambda: _is_explored(window, "first"), timeout=PATIENCE)


def test_a_run_that_ends_takes_nobody_away_from_another(
    qtbot: QtBot, window: Window, workspace: Path
) -> None:
    window.session.show_kept(open_run(workspace / "first"))
    window.book.turn_to(window.chapters.latent)
    qtbot.waitUntil(lambda: _is_explored(window, "first"), timeout=PATIENCE)
    space, page = _page(window).explorer.space, _page(window)
    window.session.show_kept(open_run(workspace / "second"))
    window.session.trainer.rested.emit()
    qtbot.waitUntil(lambda: not page.runs.is_busy, timeout=PATIENCE)
    assert page.explorer.space is space
    window.book.turn_to(window.chapters.train)
    window.session.trainer.rested.emit()
    window.book.turn_to(window.chapters.latent)  # by then the other one is what one means
    qtbot.waitUntil(lambda: _is_explored(window, "second"), timeout=PATIENCE)


def test_a_run_of_other_data_is_told_to_be_one(qtbot: QtBot, window: Window, workspace: Path) -> None:
    data = small_mnist()
    kept(workspace / "other", small_run(name="other"), data=replace(data, images=255 - data.images))
    assert window.chapters.runs_page
    with qtbot.waitSignal(window.session.trouble, timeout=PATIENCE) as told:
        window.chapters.runs_page.explore_wanted.emit(workspace / "other")
    assert told.args
    assert "other was not trained on the open MNIST" in told.args[0]


def test_a_run_of_the_list_is_explored(qtbot: QtBot, window: Window, workspace: Path) -> None:
    window.book.turn_to(window.chapters.runs)
    page = window.chapters.runs_page
    assert page
    qtbot.waitUntil(lambda: len(page.table.runs.listing.rows) == 2, timeout=PATIENCE)
    page.table.choose([workspace / "first"])
    page.actions_.explore.trigger()
    assert window.book.place == window.chapters.latent
    qtbot.waitUntil(lambda: _is_explored(window, "first"), timeout=PATIENCE)


def test_a_run_that_is_renamed_goes_on_being_explored(qtbot: QtBot, window: Window, workspace: Path) -> None:
    window.book.turn_to(window.chapters.latent)
    page = _page(window)
    qtbot.waitUntil(lambda: _is_explored(window, "second"), timeout=PATIENCE)  # the newest
    space = page.explorer.space
    (workspace / "second").rename(workspace / "other")
    assert window.chapters.runs_page
    window.chapters.runs_page.moved.emit(workspace / "second", workspace / "other")
    qtbot.waitUntil(lambda: not page.runs.is_busy, timeout=PATIENCE)
    assert page.runs.folder == workspace / "other"
    assert page.explorer.folder == workspace / "other"
    assert page.explorer.space is space


def test_without_runs_the_page_leads_to_the_trainer(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    window.chapters.use_workspace(tmp_path / "none")
    window.book.turn_to(window.chapters.latent)
    page = _page(window)
    qtbot.waitUntil(lambda: not page.runs.is_busy, timeout=PATIENCE)
    assert page.stack.currentIndex() == 0
    page.train_wanted.emit()
    assert window.book.place == window.chapters.train
