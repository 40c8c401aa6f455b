"""The Runs page: a real workspace listed, searched, compared and changed, by mouse and key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog, QInputDialog

from aestudio.library.card import read_card
from aestudio.library.copies import copy_run
from aestudio.library.kept import KeptRun
from aestudio.library.lock import held
from aestudio.library.workspace import Workspace
from aestudio.qt.pages.runs import RunsPage
from tests.library.kept_runs import broken_off, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

LONG = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, one of them broken off; copied for each test."""
    work = tmp_path_factory.mktemp("work")
    kept(work / "whole")
    broken_off(work / "broken", 6)
    return work


@pytest.fixture
def page(made: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[RunsPage]:
    work = tmp_path / "work"
    work.mkdir()
    for name in ("whole", "broken"):
        copy_run(made / name, work / name)
    (work / "holiday").mkdir()
    page = RunsPage(work)
    qtbot.addWidget(page)
    page.resize(1100, 500)
    page.show()
    with qtbot.waitSignal(page.shelf.listed, timeout=LONG):
        page.shelf.refresh()
    yield page
    page.shelf.close()


def _row(page: RunsPage, name: str) -> int:
    rows = range(page.filtered.rowCount())
    return next(row for row in rows if page.filtered.index(row, 0).data() == name)


def _select(page: RunsPage, name: str) -> None:
    page.table.selectRow(_row(page, name))


@pytest.fixture
def listed(page: RunsPage, qtbot: QtBot) -> Callable[[Callable[[], object]], None]:
    """Do something, and wait until the list was read anew."""

    def do(act: Callable[[], object]) -> None:
        with (
            qtbot.waitSignal(page.shelf.said, timeout=LONG),
            qtbot.waitSignal(page.shelf.listed, timeout=LONG),
        ):
            act()

    return do


def _names(page: RunsPage) -> list[str]:
    return [page.filtered.index(row, 0).data() for row in range(page.filtered.rowCount())]


def test_every_run_is_listed_and_what_is_none_says_why(page: RunsPage) -> None:
    assert set(_names(page)) == {"whole", "broken", "holiday"}
    states = {page.filtered.index(r, 0).data(): page.filtered.index(r, 1).data() for r in range(3)}
    assert states == {"whole": "done", "broken": "paused", "holiday": "unreadable"}
    _select(page, "holiday")
    assert "is no run" in page.details.problem.text()
    assert not page.acts["open"].isEnabled()
    assert page.acts["delete"].isEnabled()


def test_the_model_keeps_qts_rules(page: RunsPage) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    QAbstractItemModelTester(page.filtered, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    page.model.show([])
    page.shelf.refresh()


def test_search_and_sort(page: RunsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.search, "mnist DONE")
    assert _names(page) == ["whole"]
    page.search.clear()
    page.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert _names(page)[0] == "whole", "a run without a figure comes after those with one"
    page.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert _names(page) == ["whole", "holiday", "broken"]


def test_a_double_click_opens_a_run(page: RunsPage, qtbot: QtBot) -> None:
    _select(page, "whole")
    with qtbot.waitSignal(page.opened, timeout=LONG) as told:
        page.table.doubleClicked.emit(QModelIndex())
    assert told.args
    assert isinstance(told.args[0], KeptRun)
    assert told.args[0].folder.name == "whole"


def test_what_can_go_on_is_resumed(page: RunsPage, qtbot: QtBot) -> None:
    _select(page, "broken")
    with qtbot.waitSignal(page.resumed, timeout=LONG) as told:
        page.acts["resume"].trigger()
    assert told.args
    assert told.args[0].card.stage == "paused"


def test_ticked_runs_are_compared(page: RunsPage, qtbot: QtBot) -> None:
    assert not page.acts["compare"].isEnabled()
    for name in ("whole", "broken"):
        index = page.filtered.index(_row(page, name), 0)
        box = page.table.visualRect(index).topLeft() + QPoint(9, 12)
        qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert page.acts["compare"].isEnabled()
    with qtbot.waitSignal(page.compared, timeout=LONG) as told:
        page.acts["compare"].trigger()
    assert told.args
    assert {run.folder.name for run in told.args[0]} == {"whole", "broken"}


def test_delete_and_undo(
    page: RunsPage, qtbot: QtBot, listed: Callable[[Callable[[], object]], None]
) -> None:
    _select(page, "whole")
    page.table.setFocus()
    listed(lambda: qtbot.keyClick(page.table, Qt.Key.Key_Delete))
    assert "whole" not in _names(page)
    assert page.acts["undo"].isEnabled()
    listed(page.acts["undo"].trigger)
    assert "whole" in _names(page)
    assert not page.acts["undo"].isEnabled()


def test_rename_copy_tag_and_note(
    page: RunsPage,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    listed: Callable[[Callable[[], object]], None],
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("the best", True))
    _select(page, "whole")
    listed(page.acts["rename"].trigger)
    _select(page, "the best")
    listed(page.acts["duplicate"].trigger)
    assert len(_names(page)) == 4
    _select(page, "the best")
    page.details.tags.setText("good fast")
    listed(page.details.tags.editingFinished.emit)
    _select(page, "the best")
    page.details.note.setFocus()
    qtbot.keyClicks(page.details.note, "seen")
    listed(page.search.setFocus)
    card = read_card(page.shelf.workspace.folder / "the-best")
    assert (card.tags, card.note) == (("good", "fast"), "seen")


def test_export_and_import(
    page: RunsPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    listed: Callable[[Callable[[], object]], None],
) -> None:
    path = str(tmp_path / "out.zip")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (path, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (path, ""))
    _select(page, "whole")
    listed(page.acts["export"].trigger)
    listed(page.acts["import"].trigger)
    assert _names(page).count("whole") == 2


def test_a_held_run_is_not_deleted(page: RunsPage, qtbot: QtBot) -> None:
    _select(page, "whole")
    with held(page.shelf.workspace.folder / "whole", "training"):
        with qtbot.waitSignal(page.shelf.trouble, timeout=LONG):
            page.acts["delete"].trigger()
        assert "is held by AE Studio" in page.banner.sentence.text()


def test_a_workspace_that_vanishes_is_told(page: RunsPage, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with qtbot.waitSignal(page.shelf.trouble, timeout=LONG):
        page.shelf.use(tmp_path / "file")
    assert page.banner.isVisible()
    with qtbot.waitSignal(page.shelf.listed, timeout=LONG):
        page.shelf.use(tmp_path / "new")
    assert page.stack.currentWidget() is page.empty


def test_runs_made_elsewhere_appear(page: RunsPage, made: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.shelf.listed, timeout=LONG, check_params_cb=lambda runs: len(runs) == 4):
        copy_run(made / "whole", page.shelf.workspace.folder / "another")


def test_the_command_is_copied(page: RunsPage) -> None:
    _select(page, "whole")
    page.acts["copy"].trigger()
    folder = Workspace(page.shelf.workspace.folder).find("whole")
    assert QGuiApplication.clipboard().text() == f"aestudio resume {folder}"
