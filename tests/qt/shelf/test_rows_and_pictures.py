"""Rows of the table: their order, their words, and pictures that are read once they come into sight."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize

from aestudio.library.card import Card, new_card
from aestudio.library.workspace import Entry
from aestudio.qt.pages.runs import RunsPage
from aestudio.qt.running.errands import Errands
from aestudio.qt.shelf import listing as module
from aestudio.qt.shelf import thumbnails
from aestudio.qt.shelf.listing import Listing, Question, ordered
from aestudio.qt.shelf.row import COLUMNS, PLACES, Row, row_of
from aestudio.qt.shelf.table_model import RunsModel
from aestudio.spec.faults import UserError
from tests.small import small_run

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def _row(name: str, *, held: bool = False, **card: Any) -> Row:
    made: Card = replace(new_card(small_run(), name=name), **card)
    return row_of(Entry(Path(name), made), held=held, read_only=False)


def test_a_row_has_a_text_and_a_key_for_each_column() -> None:
    for row in (_row("a"), row_of(Entry(Path("x"), None, "is no run"), held=False, read_only=False)):
        assert len(row.texts) == len(row.keys) == len(COLUMNS)


def test_who_calls_itself_running_but_is_not_held_was_interrupted() -> None:
    assert [_row("a", held=held, stage="running").stage for held in (True, False)] == [
        "training",
        "interrupted",
    ]
    assert _row("a", stage="running").can_resume
    assert not _row("a", held=True, stage="running").can_resume


def test_epochs_that_were_planned_are_told_while_they_may_come() -> None:
    for stage, told in (("stopped", "3 of 100000"), ("done", "3")):
        row = _row("a", stage=stage, epochs_done=3, epochs=100_000)
        assert row.texts[PLACES["epochs"]] == told


def test_a_run_that_a_clock_ends_is_not_told_of_epochs_that_never_come() -> None:
    row = _row("a", stage="stopped", epochs_done=1, epochs=100_000, limit=60.0)
    assert row.texts[PLACES["epochs"]] == "1"
    assert row.card
    assert row.card.epochs_words == "1 epoch"


def test_numbers_sort_as_numbers_and_gaps_go_last() -> None:
    rows = [_row(name, figures={"test_mse": mse}) for name, mse in (("a", 0.1), ("b", None), ("c", 0.02))]
    for descending, names in ((False, "cab"), (True, "acb")):
        assert "".join(row.name for row in ordered(rows, Question("", "mse", descending))) == names


def test_a_listing_that_nobody_saw_does_not_hide_what_changed(qtbot: QtBot) -> None:
    a, b, c = (replace(Listing(), rows=(_row(name), _row("z"))) for name in "abc")
    model, told = RunsModel(), []
    model.modelReset.connect(lambda: told.append("all"))
    model.dataChanged.connect(lambda *_: told.append("some"))
    model.show(a)
    model.show(replace(b, since=a.rows, changed=(0,)))
    assert told == ["all", "some"]
    model.show(replace(a, since=c.rows, changed=()))
    assert told == ["all", "some", "all"], "it differs in nothing from one that was never shown"


def test_nothing_is_listed_or_sorted_on_the_gui_thread(
    page: RunsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    before = module.ordered

    def noting(*arguments: Any) -> list[Row]:
        threads.add(threading.get_native_id())
        return before(*arguments)

    monkeypatch.setattr(module, "ordered", noting)
    with qtbot.waitSignal(page.shelf.listed):
        page.shelf.ask(column="name")
    assert threads
    assert threading.get_native_id() not in threads


def test_pictures_are_read_in_the_background_and_kept(
    page: RunsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    before = thumbnails._image

    def noting(path: Path, size: QSize) -> Any:
        if size.width() == 192:  # the page reads its own for a screen of single pixels
            read.append(threading.get_native_id())
        return before(path, size)

    monkeypatch.setattr(thumbnails, "_image", noting)
    kept = thumbnails.Thumbnails(QSize(96, 32), page)
    row = page.table.runs.row(0)
    with qtbot.waitSignal(kept.arrived) as told:
        assert kept.of(row, 2.0) is None
    assert told.args == [(row.folder,)]
    pixmap = kept.of(row, 2.0)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height(), pixmap.devicePixelRatio()) == (192, 64, 2.0)
    assert len(read) == 1
    assert read[0] != threading.get_native_id()
    kept.close()


def test_errands_are_done_in_order_whatever_fails(qtbot: QtBot) -> None:
    errands, told = Errands(), []

    def fail(progress: Any) -> None:
        raise UserError("the disk is full; make room")

    errands.failed.connect(told.append)
    errands.do(lambda progress: "first", told.append)
    errands.do(fail)
    errands.do(lambda progress: "last", told.append)
    qtbot.waitUntil(lambda: not errands.is_busy)
    assert told == ["first", "the disk is full; make room", "last"]
    errands.close()
    errands.deleteLater()


def test_an_errand_that_follows_from_another_takes_no_place(qtbot: QtBot) -> None:
    errands, told = Errands(), []

    def follow(result: str) -> None:
        told.append(result)
        errands.do(lambda progress: "third", told.append)

    errands.do(lambda progress: "first", follow)
    errands.do(lambda progress: "second", told.append)
    qtbot.waitUntil(lambda: not errands.is_busy)
    assert told == ["first", "second", "third"]
    errands.close()
    errands.deleteLater()


def test_what_waits_at_the_end_is_done(qtbot: QtBot) -> None:
    errands, done = Errands(), []
    gate = threading.Event()
    errands.do(lambda progress: gate.wait(30))
    errands.do(lambda progress: done.append("note"))
    gate.set()
    errands.close()
    assert done == ["note"]
    errands.deleteLater()


def test_what_follows_at_the_very_end_is_done(qtbot: QtBot) -> None:
    errands, done = Errands(), []

    def follow(result: str) -> None:
        errands.do(lambda progress: done.append("put back"))  # its thread still ends the errand before
        errands.close()

    errands.do(lambda progress: "taken", follow)
    qtbot.waitUntil(lambda: done == ["put back"])
    errands.deleteLater()
