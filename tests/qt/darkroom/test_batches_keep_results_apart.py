"""Save All: each picture gets its own result, none another's, and what ends a batch leaves no dead end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from aestudio.qt.darkroom.roll import State
from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.darkroom.page_bench import PATIENCE, digests, drop, open_all, photograph, wait_worked


def _save_all(qtbot: QtBot, page: PicturesPage, folder: Path | None) -> str:
    with qtbot.waitSignal(page.outcome.batch.ended, timeout=PATIENCE) as told:
        page.outcome.start_batch(folder)
    assert told.args is not None
    return told.args[0]


def _paste(qtbot: QtBot, page: PicturesPage, path: Path) -> None:
    mime, count = QMimeData(), len(page.roll.entries)
    mime.setImageData(QImage(str(path)))
    page.intake.take_mime(mime, "pasted")
    qtbot.waitUntil(lambda: len(page.roll.entries) == count + 1, timeout=PATIENCE)


def _results(page: PicturesPage) -> list[str]:
    return [entry.result.name for entry in page.roll.entries if entry.result]


def test_a_result_goes_past_the_originals(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    folder, link = tmp_path / "pictures", tmp_path / "link"
    Image.open(photograph(folder / "a.png")).save(folder / "a.jpg")
    link.symlink_to(folder)
    before = digests(folder)
    open_all(qtbot, page, link)
    for _ in range(2):
        assert _save_all(qtbot, page, folder).startswith("2 of 2 done")
        assert _results(page) == ["a-2.png", "a-3.png"]
        assert len(list(folder.iterdir())) == 4
    assert {entry.note for entry in page.roll.entries} == {"was done before"}
    assert {name: digests(folder)[name] for name in before} == before


def test_two_originals_of_one_name_come_one_after_the_other(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    first, second = photograph(tmp_path / "1" / "a.png"), photograph(tmp_path / "2" / "a.png", 4)
    out = tmp_path / "out"
    for original in (first, second):
        open_all(qtbot, page, original)
        _save_all(qtbot, page, out)
        assert page.roll.entries[0].note != "was done before"
        page.roll.clear()
    before = digests(out)
    assert before.keys() == {"a.png", "a-2.png"}
    open_all(qtbot, page, second, first)
    _save_all(qtbot, page, out)
    assert _results(page) == ["a-2.png", "a.png"]
    assert digests(out) == before


def test_what_lay_there_before_is_kept_and_is_nobodys_result(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    original, out = photograph(tmp_path / "a.png"), tmp_path / "out"
    photograph(out / "a.png", 7)  # another picture altogether
    before = digests(out)
    open_all(qtbot, page, original)
    _save_all(qtbot, page, out)
    assert page.roll.entries[0].note == "a.png was there before, and is kept"
    assert digests(out) == before
    assert page.roll.mimeData([page.roll.index(0)]).urls() == [QUrl.fromLocalFile(str(original))]


def test_with_other_settings_a_result_is_made_again(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    out = tmp_path / "out"
    open_all(qtbot, page, photograph(tmp_path / "a.png"))
    _save_all(qtbot, page, out)
    before = digests(out)
    page.denoise_panel.strength.field.setValue(10)
    qtbot.waitUntil(lambda: page.denoising.knob.strength == 0.1, timeout=PATIENCE)
    assert _save_all(qtbot, page, out) == f"1 of 1 done: {out}"
    after = digests(out)
    assert after.keys() == before.keys()
    assert after != before
    assert _save_all(qtbot, page, out) == f"1 of 1 done, 1 of them before: {out}"
    assert digests(out) == after


def test_an_empty_folder_does_not_take_the_others_along(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    photograph(tmp_path / "full" / "a.png")
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(page.intake.trouble, timeout=PATIENCE) as told:
        drop(page, tmp_path / "empty", tmp_path / "full")
    assert told.args is not None
    assert told.args[0].startswith(f"{tmp_path / 'empty'}: holds no pictures")
    qtbot.waitUntil(lambda: [entry.name for entry in page.roll.entries] == ["a.png"], timeout=PATIENCE)
    wait_worked(qtbot, page)


def test_what_was_pasted_has_no_folder_beside_it(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    _paste(qtbot, page, photograph(tmp_path / "a.png"))
    wait_worked(qtbot, page)
    sentence = "pasted.png: lies in no folder to save beside it; choose one with Save All"
    assert _save_all(qtbot, page, None) == f"0 of 1 done: beside the originals; {sentence}"
    assert page.roll.entries[0].state is State.FAILED
    assert not list(empty.iterdir())


def test_another_picture_that_was_pasted_is_another(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _paste(qtbot, page, photograph(tmp_path / "a.png"))
    _save_all(qtbot, page, out)
    _save_all(qtbot, page, out)
    assert digests(out).keys() == {"pasted.png"}
    page.roll.clear()
    _paste(qtbot, page, photograph(tmp_path / "b.png", 4))
    _save_all(qtbot, page, out)
    assert page.roll.entries[0].note != "was done before"
    assert digests(out).keys() == {"pasted.png", "pasted-2.png"}


def test_a_stopped_picture_has_no_result(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    original = photograph(tmp_path / "a.png")
    open_all(qtbot, page, original)
    page.outcome.start_batch(tmp_path / "out")
    page.actions_.stop.trigger()
    assert page.roll.entries[0].result is None
    assert page.roll.mimeData([page.roll.index(0)]).urls() == [QUrl.fromLocalFile(str(original))]


def test_a_cleared_list_ends_the_batch(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    open_all(qtbot, page, photograph(tmp_path / "a.png"), photograph(tmp_path / "b.png", 4))
    page.outcome.start_batch(tmp_path / "out")
    page.actions_.clear.trigger()
    assert not page.outcome.batch.is_busy
    assert page.stack.currentWidget() is page.welcome


def test_what_is_taken_off_the_list_is_not_done(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    open_all(qtbot, page, *(photograph(tmp_path / f"{name}.png", i) for i, name in enumerate("abcd", 3)))
    out = tmp_path / "out"
    with qtbot.waitSignal(page.outcome.batch.ended, timeout=PATIENCE) as told:
        page.outcome.start_batch(out)
        page.roll.remove(page.roll.entries[2])
        page.roll.remove(page.roll.entries[0])  # which is being worked on
    assert told.args == [f"2 of 2 done: {out}"]
    assert digests(out).keys() == {"b.png", "d.png"}


def test_only_its_own_faults_are_counted(qtbot: QtBot, page: PicturesPage, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_text("no picture", encoding="utf-8")
    open_all(qtbot, page, photograph(tmp_path / "a.png"))
    with qtbot.waitSignal(page.outcome.batch.ended, timeout=PATIENCE) as told:
        page.outcome.start_batch(tmp_path / "out")
        with qtbot.waitSignal(page.intake.found, timeout=PATIENCE):
            drop(page, bad)
        page.roll.entries[1].state = State.FAILED  # opening says so when its turn comes
    assert told.args is not None
    assert told.args[0].startswith("1 of 1 done")


def test_the_picture_on_the_table_can_be_begun_again(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    with qtbot.waitSignal(page.choice.changed, timeout=PATIENCE):
        drop(page, photograph(tmp_path / "a.png"))
    assert page.table.result() is None
    _save_all(qtbot, page, tmp_path / "out")
    assert page.foot.again.isVisible()
    page.foot.again.click()
    wait_worked(qtbot, page)
    qtbot.waitUntil(page.foot.again.isHidden, timeout=PATIENCE)
