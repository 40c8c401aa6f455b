"""What a person trained here can be chosen for their pictures, without looking for its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from aestudio.evaluation.lane import drive, new_lane
from aestudio.pictures.codec.archive import ArchiveEncoder, mark
from aestudio.pictures.codec.container import unseal
from aestudio.pictures.codec.patches import PatchEncoder
from aestudio.pictures.own_runs import open_own_run
from aestudio.pictures.picture import open_picture
from aestudio.qt.darkroom.model_chooser import ModelChooser
from aestudio.qt.darkroom.roll import State
from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.darkroom.page_bench import PATIENCE, drop, photograph, wait_worked
from tests.small import small_mnist, small_run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of one run."""
    train(tmp_path / "workspace" / "first")
    return tmp_path / "workspace"


def train(folder: Path) -> None:
    spec = small_run(("training.epochs", 1))
    list(drive(new_lane(spec, folder, small_mnist()), small_mnist(), device=torch.device("cpu")))


def names(box: ModelChooser) -> list[str]:
    return [text for text in map(box.itemText, range(box.count())) if text]


def use(qtbot: QtBot, page: PicturesPage, workspace: Path) -> None:
    page.trained.use(workspace)
    qtbot.waitUntil(lambda: not page.trained.is_busy, timeout=PATIENCE)


def choose(qtbot: QtBot, box: ModelChooser, name: str) -> None:
    """As a person does without a mouse: the name is typed while the box has the focus."""
    box.setFocus()
    qtbot.keyClicks(box, name)


def test_runs_of_the_workspace_are_in_both_boxes(qtbot: QtBot, page: PicturesPage, workspace: Path) -> None:
    use(qtbot, page, workspace)
    assert names(page.denoise_panel.model) == ["Photographs", "Scanned text", "first", "Another run…"]
    assert names(page.compress_panel.model) == ["Photographs", "first", "Another run…"]


def test_a_run_is_put_to_work_with_one_choice(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    drop(page, photograph(tmp_path / "cat.png"))
    wait_worked(qtbot, page)
    choose(qtbot, page.denoise_panel.model, "first")
    qtbot.waitUntil(lambda: page.denoising.done is not None and bool(page.denoising.done.familiarity))
    assert page.denoising.model == str(workspace / "first")


def test_a_run_that_is_chosen_stays_when_others_come_and_go(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    choose(qtbot, page.denoise_panel.model, "first")
    train(tmp_path / "other" / "second")
    use(qtbot, page, tmp_path / "other")
    assert page.denoise_panel.model.currentText() == "first"
    assert names(page.denoise_panel.model) == [
        *("Photographs", "Scanned text"),
        *("second", "first", "Another run…"),
    ]
    assert names(page.compress_panel.model) == ["Photographs", "second", "Another run…"]


def press_return(qtbot: QtBot, box: ModelChooser) -> None:
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)


def click(qtbot: QtBot, box: ModelChooser) -> None:
    viewport = box.view().viewport()
    place = box.view().visualRect(box.view().currentIndex()).center()
    qtbot.mouseMove(viewport, place)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)


# Offscreen there is no keyboard to grab, and no window to raise.
@pytest.mark.qt_log_ignore("grabbing the keyboard", r"raise\(\)", extend=True)
@pytest.mark.parametrize("take", [press_return, click])
def test_runs_that_come_while_the_list_is_open_are_there_once_it_is_closed(
    qtbot: QtBot, page: PicturesPage, workspace: Path, take: Callable[[QtBot, ModelChooser], None]
) -> None:
    """They come before the one that is chosen, so that it lies in another place by then."""
    use(qtbot, page, workspace)
    box = page.denoise_panel.model
    told = QSignalSpy(box.chosen)
    box.showPopup()
    shutil.copytree(workspace / "first", workspace / "second")
    box.show_runs(((workspace / "second", "newer"), (workspace / "first", "")))
    box.view().setCurrentIndex(box.model().index(box.findText("first"), 0))
    assert "second" not in names(box), "nothing moves under the pointer"
    take(qtbot, box)
    assert [told.at(i)[0] for i in range(told.count())] == [str(workspace / "first")]
    qtbot.waitUntil(lambda: "second" in names(box))
    assert names(box)[2:] == ["second", "first", "Another run…"]
    assert (box.currentText(), box.key) == ("first", str(workspace / "first"))
    assert page.denoising.model == str(workspace / "first")
    assert told.count() == 1


@pytest.mark.qt_log_ignore("grabbing the keyboard", r"raise\(\)", extend=True)
@pytest.mark.parametrize("how", ["key", "system"])
def test_a_list_that_is_left_shows_the_latest_runs_and_keeps_the_choice(
    qtbot: QtBot, page: PicturesPage, workspace: Path, how: str
) -> None:
    use(qtbot, page, workspace)
    box = page.denoise_panel.model
    choose(qtbot, box, "Scanned")
    box.showPopup()
    for name in ("second", "third"):
        box.show_runs(((workspace / name, ""),))
    if how == "key":
        qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    else:
        box.view().window().close()  # as when another program comes to the front
    qtbot.waitUntil(lambda: names(box)[2:] == ["third", "Another run…"])
    assert box.currentText() == "Scanned text"
    box.showPopup()
    qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    box.show_runs(())
    assert names(box)[2:] == ["A run of your own…"], "those of before do not come back"


def test_what_is_no_run_of_pictures_is_not_offered(qtbot: QtBot, page: PicturesPage, workspace: Path) -> None:
    (workspace / "notes").mkdir()
    train(workspace / "unfinished")
    (workspace / "unfinished" / "best.safetensors").unlink()
    use(qtbot, page, workspace)
    assert names(page.denoise_panel.model)[2:] == ["first", "Another run…"]


# Offscreen there is no keyboard to grab, and no window to raise.
@pytest.mark.qt_log_ignore("grabbing the keyboard", r"raise\(\)", extend=True)
def test_the_dialog_begins_among_the_runs_and_keys_alone_open_none(
    qtbot: QtBot, page: PicturesPage, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_parent: object, _title: str, place: str) -> str:
        asked.append(place)
        return ""

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    use(qtbot, page, workspace)
    box = page.denoise_panel.model
    choose(qtbot, box, "Another")
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert (asked, box.currentText()) == ([], "Photographs")
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(box.count() - 1, 0))
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert asked == [str(workspace)]
    assert box.currentText() == "Photographs"


@pytest.mark.parametrize("kind", ["picture", "archive"])
def test_what_a_run_has_coded_is_opened_by_it(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path, kind: str
) -> None:
    run, cat = open_own_run(workspace / "first"), photograph(tmp_path / "cat.png")
    digits = small_mnist().images[:90]
    file = {
        "picture": lambda: PatchEncoder(run, open_picture(cat)).file(5),
        "archive": lambda: ArchiveEncoder(run, digits).file(5),
    }[kind]()
    (tmp_path / "coded.aes").write_bytes(file)
    use(qtbot, page, workspace)
    drop(page, tmp_path / "coded.aes")
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)
    assert page.table.opened is not None
    assert page.table.opened.picture.size == {"picture": (64, 64), "archive": (9 * 28, 10 * 28)}[kind]


def test_a_run_that_is_renamed_goes_on_working(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    for panel in (page.denoise_panel, page.compress_panel):
        choose(qtbot, panel.model, "first")
    (workspace / "first").rename(workspace / "better")
    page.trained.move(workspace / "first", workspace / "better")
    qtbot.waitUntil(lambda: not page.trained.is_busy, timeout=PATIENCE)
    assert names(page.denoise_panel.model) == ["Photographs", "Scanned text", "better", "Another run…"]
    assert page.denoising.model == page.compressing.settings.model == str(workspace / "better")
    drop(page, photograph(tmp_path / "cat.png"))
    wait_worked(qtbot, page)


def test_in_the_place_of_a_run_that_is_gone_works_one_that_ships(
    qtbot: QtBot, page: PicturesPage, workspace: Path
) -> None:
    use(qtbot, page, workspace)
    for panel in (page.denoise_panel, page.compress_panel):
        choose(qtbot, panel.model, "first")
    shutil.rmtree(workspace / "first")
    use(qtbot, page, workspace)
    assert (page.denoising.model, page.compressing.settings.model) == ("photo-denoiser", "photo-codec")
    assert page.denoise_panel.model.currentText() == page.compress_panel.model.currentText() == "Photographs"


def test_a_workspace_that_cannot_be_read_offers_none(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    use(qtbot, page, tmp_path / "missing")
    assert names(page.compress_panel.model) == ["Photographs", "A run of your own…"]


def test_runs_of_one_name_are_told_apart(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    choose(qtbot, page.compress_panel.model, "first")
    shutil.copytree(workspace, tmp_path / "other")
    use(qtbot, page, tmp_path / "other")
    assert names(page.compress_panel.model) == ["Photographs", "first", "first (workspace)", "Another run…"]


def test_what_could_not_be_opened_is_opened_once_its_run_is_there(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    cat = open_picture(photograph(tmp_path / "cat.png"))
    (tmp_path / "coded.aes").write_bytes(PatchEncoder(open_own_run(workspace / "first"), cat).file(5))
    use(qtbot, page, tmp_path / "elsewhere")
    drop(page, tmp_path / "coded.aes")
    qtbot.waitUntil(lambda: bool(page.roll.entries) and page.roll.entries[0].state is State.FAILED)
    use(qtbot, page, workspace)
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)


def test_a_file_that_was_mended_is_opened_by_a_click(
    qtbot: QtBot, page: PicturesPage, tmp_path: Path
) -> None:
    (tmp_path / "cat.png").write_text("no picture yet", encoding="utf-8")
    drop(page, tmp_path / "cat.png")
    qtbot.waitUntil(lambda: page.choice.shown is not None, timeout=PATIENCE)
    assert page.roll.entries[0].state is State.FAILED
    photograph(tmp_path / "cat.png")
    row = page.view.visualRect(page.roll.index(0)).center()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=row)
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)


def test_a_file_is_made_with_the_weights_that_a_run_has_now(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    use(qtbot, page, workspace)
    page.head.choose_tool(1)
    choose(qtbot, page.compress_panel.model, "first")
    drop(page, photograph(tmp_path / "cat.png"))
    wait_worked(qtbot, page)
    weights = workspace / "first" / "best.safetensors"
    trained = bytearray(weights.read_bytes())
    trained[-3] ^= 1
    weights.write_bytes(trained)
    page.compressing.set_bits(3)
    wait_worked(qtbot, page)
    result = page.compressing.result()
    assert result is not None
    assert unseal(result.packed(".aes"), "it").digest == mark(open_own_run(workspace / "first"))


def test_what_a_run_elsewhere_has_coded_says_so(
    qtbot: QtBot, page: PicturesPage, workspace: Path, tmp_path: Path
) -> None:
    file = PatchEncoder(open_own_run(workspace / "first"), open_picture(photograph(tmp_path / "cat.png")))
    (tmp_path / "coded.aes").write_bytes(file.file(5))
    use(qtbot, page, tmp_path / "elsewhere")
    drop(page, tmp_path / "coded.aes")
    qtbot.waitUntil(lambda: bool(page.roll.entries) and page.roll.entries[0].state is State.FAILED)
    assert page.roll.entries[0].note.endswith("or was trained on since; import that run first")
