"""The Runs page: what is on disk is listed, and what a person does to a run is done on disk."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit, QWidget

from aestudio.library.card import read_card
from aestudio.library.kept import open_run
from aestudio.library.lock import held
from aestudio.library.queue import RunQueue
from aestudio.library.workspace import Workspace
from aestudio.qt.pages.compare import ComparePage
from aestudio.qt.pages.runs import RunsPage
from aestudio.qt.shelf.row import PLACES
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine
from tests.small import small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _names(page: RunsPage) -> list[str]:
    return [row.name for row in page.table.runs.listing.rows]


def _choose(page: RunsPage, *names: str) -> None:
    page.table.choose([row.folder for row in page.table.runs.listing.rows if row.name in names])


def _listed(page: RunsPage, qtbot: QtBot, *names: str) -> None:
    qtbot.waitUntil(lambda: _names(page) == list(names))


ALL = ("alpha", "beta", "gamma", "delta", "epsilon")


def test_the_newest_stands_first_and_all_is_told(page: RunsPage) -> None:
    assert _names(page) == list(ALL)
    rows = page.table.runs.listing.rows
    assert [row.stage for row in rows] == ["done", "done", "paused", "failed", "interrupted"]
    assert rows[1].texts[PLACES["mse"]] == "0.01000"
    assert rows[3].line == "loss is nan"


def test_a_click_on_a_head_sorts_and_gaps_go_last(page: RunsPage, qtbot: QtBot) -> None:
    head = page.table.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(PLACES["mse"]) + 8, 8)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    orders = {
        Qt.SortOrder.AscendingOrder: ("beta", "gamma", "alpha", "epsilon", "delta"),
        Qt.SortOrder.DescendingOrder: ("epsilon", "alpha", "gamma", "beta", "delta"),
    }
    first = head.sortIndicatorOrder()
    _listed(page, qtbot, *orders[first])
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert head.sortIndicatorOrder() != first
    _listed(page, qtbot, *orders[head.sortIndicatorOrder()])


def test_the_filter_looks_in_tags_and_says_when_nothing_matches(page: RunsPage, qtbot: QtBot) -> None:
    page.deeds.change(page.workspace / "gamma", tags=("thesis",))
    qtbot.waitUntil(lambda: not page.deeds.is_busy)
    page.head.focus_filter()
    qtbot.keyClicks(page.head.filter, "thesis PAUSED")
    _listed(page, qtbot, "gamma")
    page.head.filter.setText("nothing like it")
    qtbot.waitUntil(page.empty.isVisible)
    assert "nothing like it" in page.empty.title.text()
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    _listed(page, qtbot, *ALL)


def test_what_is_chosen_stays_chosen(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "beta", "gamma")
    shutil.rmtree(page.workspace / "alpha")  # by another program
    page.refresh()
    _listed(page, qtbot, *ALL[1:])
    assert [row.name for row in page.table.rows()] == ["beta", "gamma"]


def test_f2_renames_the_run_and_its_folder(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "beta")
    page.table.setFocus()
    page.actions_.rename.trigger()
    editor = page.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("Beta, wider")
    shutil.rmtree(page.workspace / "alpha")
    with qtbot.waitSignal(page.shelf.listed):
        page.refresh()  # other rows in between do not take the editor away
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Beta, wider" in _names(page))
    assert read_card(page.workspace / "Beta-wider").name == "Beta, wider"


def test_a_renamed_run_stays_ticked_and_chosen(page: RunsPage, qtbot: QtBot) -> None:
    for name in ("alpha", "beta"):
        page.table.runs.toggle(page.workspace / name)
    _choose(page, "beta")
    qtbot.keyClicks(page.details.note, "written before")
    page.table.runs.renamed.emit(page.workspace / "beta", "wider")
    _listed(page, qtbot, "alpha", "wider", "gamma", "delta", "epsilon")
    qtbot.waitUntil(lambda: [row.name for row in page.table.rows()] == ["wider"])
    qtbot.waitUntil(lambda: page.details.title.text() == "wider")
    page.details.keep()
    qtbot.waitUntil(lambda: not page.deeds.is_busy)
    assert read_card(page.workspace / "wider").note == "written before"
    with qtbot.waitSignal(page.compare_wanted) as told:
        page.actions_.compare.trigger()
    assert told.args == [(page.workspace / "alpha", page.workspace / "wider")]


def test_delete_goes_to_the_bin_and_undo_brings_it_back(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "alpha", "beta")
    page.table.runs.toggle(page.workspace / "alpha")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    _listed(page, qtbot, "gamma", "delta", "epsilon")
    assert page.deleted.sentence.text() == "Deleted 2 runs"
    assert page.table.runs.ticked == ()
    assert len(Workspace(page.workspace).binned()) == 2
    qtbot.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    _listed(page, qtbot, *ALL)
    assert not page.deeds.can_undo


def test_undo_brings_back_the_last_row_that_was_shown(page: RunsPage, qtbot: QtBot) -> None:
    page.head.filter.setText("beta")
    _listed(page, qtbot, "beta")
    page.activateWindow()
    page.table.setFocus()
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(page.empty.isVisible)
    assert page.deleted.isVisible()
    focus = QApplication.focusWidget()
    assert focus
    assert _claims_undo(focus)
    qtbot.keyClick(focus, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    _listed(page, qtbot, "beta")
    assert not page.deleted.isVisible()
    assert not _claims_undo(page.table)  # there is nothing to bring back: undo is the document's again


def _claims_undo(widget: QWidget) -> bool:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_whoever_knows_a_renamed_run_by_its_folder_is_told(workspace: Path, qtbot: QtBot) -> None:
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    window.chapters.make_ready()
    window.chapters.use_workspace(workspace)
    old, new = workspace / "alpha", workspace / "wider"
    window.session.folders["some id"] = old
    window.page.timeline.set_folder(old)
    compare = window.book.page(window.chapters.compare)
    assert isinstance(compare, ComparePage)
    compare.contest.runs = (open_run(old),)
    runs = window.chapters.runs_page
    assert runs
    with qtbot.waitSignal(runs.moved):
        runs.deeds.rename(old, "wider")
    assert window.session.folders["some id"] == window.page.timeline.reel.folder == new
    assert compare.contest.runs[0].folder == new
    assert open_run(new).card.name == "wider"


def test_the_bin_shows_what_was_deleted_and_gives_it_back(page: RunsPage, qtbot: QtBot) -> None:
    page.deeds.discard([page.workspace / "delta"])
    _listed(page, qtbot, "alpha", "beta", "gamma", "epsilon")
    page.actions_.show_bin.trigger()
    _listed(page, qtbot, "delta")
    _choose(page, "delta")
    assert not page.actions_.delete.isEnabled()
    page.actions_.restore.trigger()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.title.text() == "The bin is empty"
    page.actions_.show_bin.trigger()
    _listed(page, qtbot, *ALL)


def test_a_run_that_somebody_holds_is_not_deleted(page: RunsPage, qtbot: QtBot) -> None:
    with held(page.workspace / "beta", "training"), qtbot.waitSignal(page.trouble) as told:
        page.deeds.discard([page.workspace / "alpha", page.workspace / "beta"])
    assert told.args
    assert "beta" in told.args[0]
    _listed(page, qtbot, *ALL[1:])  # the other one was


def test_notes_and_tags_are_kept_when_their_field_is_left(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "alpha")
    page.details.note.setFocus()
    qtbot.keyClicks(page.details.note, "wider code")
    qtbot.keyClicks(page.details.tags, "ch3, #thesis thesis")
    _choose(page, "beta")
    qtbot.waitUntil(lambda: not page.deeds.is_busy)
    card = read_card(page.workspace / "alpha")
    assert (card.note, card.tags) == ("wider code", ("ch3", "thesis"))
    assert page.details.note.toPlainText() == ""
    assert read_card(page.workspace / "beta").note == ""


def test_what_is_written_about_a_run_that_trains_is_kept_for_its_end(page: RunsPage, qtbot: QtBot) -> None:
    troubles: list[str] = []
    page.trouble.connect(troubles.append)
    folder = page.workspace / "epsilon"
    with held(folder, "training"):
        page.refresh()
        qtbot.waitUntil(lambda: page.table.runs.listing.rows[-1].stage == "training")
        _choose(page, "epsilon")
        qtbot.keyClicks(page.details.note, "while it trains")
        with qtbot.waitSignal(page.said):
            _choose(page, "beta")
        _choose(page, "epsilon")
        assert page.details.note.toPlainText() == "while it trains"
        replace(read_card(folder), step=3).write(folder)  # by whoever trains it
        with qtbot.waitSignal(page.shelf.listed):
            page.refresh()
        qtbot.waitUntil(lambda: not page.deeds.is_busy)
        assert page.details.note.toPlainText() == "while it trains"
        assert read_card(folder).note == ""
    page.refresh()
    qtbot.waitUntil(lambda: read_card(folder).note == "while it trains")
    assert troubles == []
    qtbot.waitUntil(lambda: not page.deeds.unwritten)


def test_what_was_written_while_it_trained_is_kept_at_the_end(page: RunsPage, qtbot: QtBot) -> None:
    folder = page.workspace / "epsilon"
    with held(folder, "training"), qtbot.waitSignal(page.said):
        page.deeds.change(folder, note="while it trains")
    page.deeds.close()
    assert read_card(folder).note == "while it trains"


def test_an_altered_file_is_named(page: RunsPage, qtbot: QtBot) -> None:
    with (page.workspace / "alpha" / "best.safetensors").open("ab") as file:
        file.write(b"x")
    _choose(page, "alpha")
    qtbot.waitUntil(page.details.problems.isVisible)
    assert "best.safetensors was altered" in page.details.problems.text()


def test_a_folder_that_is_no_run_says_why(page: RunsPage, qtbot: QtBot) -> None:
    (page.workspace / "foreign").mkdir()
    page.refresh()
    _listed(page, qtbot, *ALL, "foreign")
    _choose(page, "foreign")
    assert "is no run" in page.details.problems.text()
    can = page.actions_
    assert not any(action.isEnabled() for action in (can.open, can.resume, can.rename, can.compare))


def test_opening_hands_over_the_whole_run(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "beta")
    with qtbot.waitSignal(page.opened) as told:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert told.args
    assert told.args[0].card.name == "beta"
    assert told.args[0].epochs


def test_only_what_rests_before_its_end_can_go_on(page: RunsPage, qtbot: QtBot) -> None:
    can = {}
    for name in ALL:
        _choose(page, name)
        can[name] = page.actions_.resume.isEnabled()
    assert [name for name in ALL if can[name]] == ["gamma", "epsilon"]
    _choose(page, "epsilon")
    with qtbot.waitSignal(page.resume_wanted) as told:
        page.actions_.resume.trigger()
    assert told.args == [page.workspace / "epsilon"]


def test_ticks_are_compared_in_their_order(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "gamma")
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    place = page.table.visualRect(page.table.runs.index(0, PLACES["tick"])).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row.name for row in page.table.rows()] == ["gamma"]
    with qtbot.waitSignal(page.compare_wanted) as told:
        page.actions_.compare.trigger()
    assert told.args == [(page.workspace / "gamma", page.workspace / "alpha")]


def test_one_thing_can_be_changed_in_a_copy(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "alpha")
    with qtbot.waitSignal(page.duplicate_wanted) as told:
        page.actions_.duplicate.trigger()
    assert told.args == [small_run()]


def test_a_run_is_queued_again_with_seeds(
    page: RunsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (3, True))
    _choose(page, "alpha")
    page.actions_.queue.trigger()
    qtbot.waitUntil(lambda: page.queue.list.count() == 3)
    waiting = RunQueue(page.workspace).read()
    assert [entry.run.training.seed for entry in waiting] == [0, 1, 2]
    assert waiting[0].name == "alpha seed 0"


def test_runs_go_out_as_a_zip_and_come_in(
    page: RunsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "shared.zip")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    _choose(page, "alpha", "gamma")
    with qtbot.waitSignal(page.said):
        page.actions_.export.trigger()
    page.deeds.discard([page.workspace / "alpha", page.workspace / "gamma"])
    _listed(page, qtbot, "beta", "delta", "epsilon")
    page.actions_.bring_in.trigger()
    _listed(page, qtbot, *ALL)


def test_a_workspace_that_vanishes_is_told_and_found_again(page: RunsPage, qtbot: QtBot) -> None:
    folder = page.workspace
    folder.rename(folder.with_name("elsewhere"))
    page.refresh()
    qtbot.waitUntil(page.broken.isVisible)
    assert "choose a workspace that is there" in page.broken.sentence.text()
    assert _names(page) == list(ALL)  # what was listed stays
    folder.with_name("elsewhere").rename(folder)
    page.refresh()
    qtbot.waitUntil(lambda: not page.broken.isVisible())


def test_a_read_only_workspace_can_be_looked_at(
    page: RunsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    page.refresh()
    qtbot.waitUntil(lambda: "read-only" in page.head.told.text())
    _choose(page, "alpha")
    can = page.actions_
    assert can.open.isEnabled()
    assert can.duplicate.isEnabled()
    assert not any(
        a.isEnabled() for a in (can.rename, can.delete, can.tags, can.note, can.queue, can.bring_in)
    )
    assert page.details.note.isReadOnly()


@pytest.mark.parametrize(
    ("action", "name", "words"),
    [
        ("copy_resume", "gamma", "aestudio resume"),
        ("copy_race", "gamma", "aestudio train"),
        ("copy_export", "gamma", "aestudio export"),
        ("copy_list", "gamma", "aestudio runs --workspace"),
    ],
)
def test_what_it_does_is_a_command(action: str, name: str, words: str, page: RunsPage) -> None:
    _choose(page, name)
    getattr(page.actions_, action).trigger()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(words)
    assert str(page.workspace) in copied


def test_a_seventh_tick_is_refused(page: RunsPage, qtbot: QtBot) -> None:
    for number in range(7):
        page.table.runs.toggle(Path(f"run {number}"))
    assert len(page.table.runs.ticked) == 6


def test_another_programs_note_shows_by_itself(page: RunsPage, qtbot: QtBot) -> None:
    _choose(page, "alpha")
    folder = page.workspace / "alpha"
    replace(read_card(folder), note="from elsewhere").write(folder)
    qtbot.waitUntil(lambda: page.details.note.toPlainText() == "from elsewhere")
