"""The runs of the workspace on the open data are offered, and followed when they change."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from aestudio.latent.space import explore
from aestudio.library.folder import BEST
from aestudio.library.kept import KeptRun, open_run
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened
from tests.library.kept_runs import kept
from tests.qt.latent.steps import choose, explored, here, settle
from tests.small import small_run


def test_without_a_run_it_says_what_to_do(
    qtbot: QtBot, page: LatentPage, tmp_path: Path, opened: Opened
) -> None:
    page.use(tmp_path)
    page.set_data(opened)
    settle(qtbot, page)
    assert page.stack.currentIndex() == 0
    assert "MNIST" in page.empty.hint.text()
    with qtbot.waitSignal(page.train_wanted):
        qtbot.mouseClick(page.empty.train, Qt.MouseButton.LeftButton)


def test_a_run_isexplored(qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    ours = explore(open_run(workspace / "variational"), opened.data)
    assert np.array_equal(space.codes, ours.codes)
    assert len(page.map.shown_positions()) == len(opened.data.test)
    assert page.about.text() == "variational, a code of 2 numbers"
    assert [slot.mark.name for slot in page.slots_.slots_.values() if slot.mark] == [
        f"test image {int(np.flatnonzero(opened.test_labels == label)[0])}" for label in range(3)
    ]
    assert page.map.marks.here == QPointF(*map(float, here(page)))


def test_runs_on_other_data_are_not_offered(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    other = replace(opened.data, images=255 - opened.data.images)
    kept(workspace / "other", small_run(name="other"), data=other)
    explored(qtbot, page, workspace, opened, "plain")
    assert {page.runs.itemText(i) for i in range(page.runs.count())} == {"plain", "variational"}


def test_a_run_that_was_trained_on_is_explored_anew(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "plain")
    page.refresh()
    settle(qtbot, page)
    assert page.explorer.space is space  # nothing has changed
    again: KeptRun = kept(workspace / "better", small_run(("training.seed", 3), name="plain"))
    shutil.copy(again.folder / BEST, workspace / "plain" / BEST)
    page.refresh()
    settle(qtbot, page)
    assert page.explorer.space is not space
    assert page.explorer.space is not None
    assert not np.allclose(page.explorer.space.codes, space.codes)


def test_damaged_weights_are_a_sentence(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    (workspace / "plain" / BEST).write_bytes(b"nothing")
    page.use(workspace)
    page.set_data(opened)
    with qtbot.waitSignal(page.trouble, timeout=30_000) as told:
        page.show_run(workspace / "plain")
    assert told.args
    assert BEST in told.args[0]
    assert page.explorer.space is None
    assert not page.actions_.copy.isEnabled()


def test_nothing_of_the_run_before_is_left_where_another_cannot_be_explored(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    (workspace / "variational" / BEST).write_bytes(b"nothing")
    page.runs.setCurrentIndex(page.runs.findText("variational"))
    with qtbot.waitSignal(page.trouble, timeout=30_000):
        page.runs.activated.emit(page.runs.currentIndex())
    assert page.about.text() == ""
    assert page.letters.marks == {}
    assert not any(slot.isEnabled() for slot in page.slots_.slots_.values())
    assert page.tabs.path.made is None
    choose(qtbot, page, "plain")
    assert [mark.text for mark in page.letters.marks.values()] == list(page.slots_.texts)


def test_it_is_closed_while_it_encodes(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    page.use(workspace)
    page.set_data(opened)
    page.show_run(workspace / "plain")
    with qtbot.waitSignal(page.explorer.opening, timeout=30_000):
        pass
    page.close_work()
    assert page.explorer.space is None
