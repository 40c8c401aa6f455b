"""The Pictures page by real drops, keys and clicks, on real photographs."""

from __future__ import annotations

import multiprocessing
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from skimage import data

from aestudio.cli import make_parser
from aestudio.evaluation.lane import drive, new_lane
from aestudio.pictures.picture import open_picture
from aestudio.qt.darkroom.looks import Look
from aestudio.qt.darkroom.roll import Entry, State
from aestudio.qt.pages.pictures import PicturesPage
from tests.qt.darkroom.page_bench import PATIENCE, digests, drop, wait_worked
from tests.small import small_mnist, small_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs, and a file that is none."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.fromarray(data.chelsea()[60:188, 100:260]).save(pictures / "cat.png")
    Image.fromarray(data.coffee()[100:196, 200:328]).save(pictures / "cup.jpg", quality=95)
    (pictures / "notes.png").write_text("no picture", encoding="utf-8")
    return pictures


def test_a_dropped_picture_is_cleaned_and_saved(
    qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path
) -> None:
    before = digests(folder)
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    result = page.denoising.result()
    assert result is not None
    assert result.name == "cat-denoised.png"
    assert result.picture.size == (160, 128)
    assert page.denoise_panel.noise.text().startswith("Noise found: σ ")
    with qtbot.waitSignal(page.said, timeout=PATIENCE):
        page.outcome.saving.save(result, tmp_path / "out.png", [folder / "cat.png"])
    assert np.array_equal(open_picture(tmp_path / "out.png").pixels, result.picture.pixels)
    assert digests(folder) == before


def test_an_original_is_never_overwritten(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    result, before = page.denoising.result(), digests(folder)
    assert result is not None
    with qtbot.waitSignal(page.trouble, timeout=PATIENCE) as told:
        page.outcome.saving.save(result, folder / "cat.png", [folder / "cat.png"])
    assert told.args is not None
    assert "never overwritten" in told.args[0]
    assert digests(folder) == before


def test_a_folder_fills_the_roll_and_a_bad_file_says_why(
    qtbot: QtBot, page: PicturesPage, folder: Path
) -> None:
    drop(page, folder)
    qtbot.waitUntil(lambda: len(page.roll.entries) == 3, timeout=PATIENCE)
    bad = next(entry for entry in page.roll.entries if entry.name == "notes.png")
    page.view.choose(bad)
    qtbot.waitUntil(lambda: page.choice.shown is bad, timeout=PATIENCE)  # its thumbnail may say so before
    assert bad.state is State.FAILED
    assert "no picture" in bad.note
    assert page.stage.sides is None


def test_a_bad_file_says_why_on_the_empty_stage(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder)
    wait_worked(qtbot, page)
    bad = next(entry for entry in page.roll.entries if entry.name == "notes.png")
    page.view.choose(bad)
    qtbot.waitUntil(lambda: page.choice.shown is bad, timeout=PATIENCE)
    histogram = page.denoise_panel.histogram
    said, counted = page.stage.grab().toImage(), histogram.grab().toImage()
    page.stage.say("")
    histogram.show_sides()
    assert page.stage.grab().toImage() != said
    assert histogram.grab().toImage() == counted, "it is of no picture"


def test_a_model_that_is_gone_is_told_in_full(
    qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path
) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.denoise_panel.use_run(tmp_path / "gone")
    trouble = page.denoise_panel.trouble
    qtbot.waitUntil(trouble.isVisible, timeout=PATIENCE)
    assert "is no model" in trouble.text()
    page.denoise_panel.use_model("photo-denoiser")
    wait_worked(qtbot, page)
    assert trouble.isHidden()


def test_nothing_is_stopped_where_nothing_is_done(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    qtbot.keyClick(page.stage, Qt.Key.Key_Escape)
    assert page.foot.words.text() == ""
    assert page.foot.again.isHidden()


def test_rows_tell_what_they_are_without_being_opened(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder)
    qtbot.waitUntil(lambda: len(page.roll.entries) == 3, timeout=PATIENCE)
    _, cup, notes = page.roll.entries
    qtbot.waitUntil(lambda: cup.thumbnail is not None and bool(notes.note), timeout=PATIENCE)
    assert cup.thumbnail is not None
    assert (cup.thumbnail.width(), cup.note, cup.state) == (80, "128 × 96", State.WAITING)
    assert notes.thumbnail is None
    assert notes.state is State.FAILED
    assert "is no picture in a format known here" in notes.line


def test_a_batch_goes_past_a_bad_file_and_goes_on_where_it_was(
    qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path
) -> None:
    drop(page, folder)
    qtbot.waitUntil(lambda: len(page.roll.entries) == 3, timeout=PATIENCE)
    before, out = digests(folder), tmp_path / "out"
    with qtbot.waitSignal(page.outcome.batch.ended, timeout=PATIENCE) as told:
        page.outcome.start_batch(out)
    assert told.args is not None
    assert told.args[0].startswith("2 of 3 done")
    assert sorted(p.name for p in out.iterdir()) == ["cat.png", "cup.png"]
    states = {entry.name: entry.state for entry in page.roll.entries}
    assert states == {"cat.png": State.DONE, "cup.jpg": State.DONE, "notes.png": State.FAILED}
    (out / "cup.png").unlink()
    times = (out / "cat.png").stat().st_mtime_ns
    with qtbot.waitSignal(page.outcome.batch.ended, timeout=PATIENCE) as told:
        page.outcome.start_batch(out)
    assert told.args is not None
    assert told.args[0].startswith("2 of 3 done, 1 of them before")
    assert (out / "cup.png").exists()
    assert (out / "cat.png").stat().st_mtime_ns == times
    assert digests(folder) == before


def test_a_batch_that_was_done_before_is_not_done_again(
    qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    entries = [Entry(folder / f"{i}.jpg", f"{i}.jpg") for i in range(2000)]
    for entry in entries:
        (out / entry.name).with_suffix(".png").touch()
    page.roll.add(entries)
    with qtbot.waitSignal(page.outcome.batch.ended) as told:
        page.outcome.start_batch(out)
    assert told.args is not None
    assert told.args[0].startswith("2000 of 2000 done")
    assert [e.note for e in entries] == [f"{i}.png was there before, and is kept" for i in range(2000)]


def test_a_batch_stops_at_once(qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path) -> None:
    drop(page, folder)
    qtbot.waitUntil(lambda: len(page.roll.entries) == 3, timeout=PATIENCE)
    page.outcome.start_batch(tmp_path / "out")
    assert page.outcome.batch.is_busy
    page.actions_.stop.trigger()
    assert not page.outcome.batch.is_busy
    assert all(entry.state is not State.WORKING for entry in page.roll.entries)


def test_strength_nought_leaves_the_picture_as_it_was(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    QTest.keyClick(page.denoise_panel.strength.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(
        lambda: page.denoising.done is not None and page.denoising.done.strength == 0, timeout=PATIENCE
    )
    wait_worked(qtbot, page)
    done = page.denoising.done
    assert done is not None
    assert np.array_equal(done.pixels, done.given.pixels)
    assert page.stage.sides is not None
    assert np.array_equal(page.stage.sides.after.levels[0], page.stage.sides.before.levels[0])


def test_known_noise_brings_figures_beside_the_classics(
    qtbot: QtBot, page: PicturesPage, folder: Path
) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.denoise_panel.trying.choose("white")
    wait_worked(qtbot, page)
    done = page.denoising.done
    assert done is not None
    assert done.before is not None
    assert done.after is not None
    assert done.before.psnr == pytest.approx(20.2, abs=0.5)  # σ 25
    assert done.after.psnr > done.before.psnr + 5
    rivals = page.denoise_panel.rivals
    rivals.button.click()
    qtbot.waitUntil(lambda: rivals.button.text() != "Stop", timeout=PATIENCE)
    rows = {name: figures for name, figures, _ in page.denoise_panel.figures.rows()}
    assert {"Damaged", "Denoised", "Non-local means"} <= set(rows)
    others = rows["Non-local means"]
    assert others is not None
    assert done.before.psnr + 3 < others.psnr < done.before.psnr + 15


def test_the_classics_are_stopped(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.denoise_panel.trying.choose("white")
    wait_worked(qtbot, page)
    rivals = page.denoise_panel.rivals
    rivals.button.click()
    assert rivals.button.text() == "Stop"
    qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=PATIENCE)
    rivals.button.click()
    assert rivals.button.text() == "Beside the Classics"
    rivals.close_work()
    assert not multiprocessing.active_children()
    rows = {name: figures for name, figures, _ in page.denoise_panel.figures.rows()}
    assert rows["Denoised, middle"] is not None, "what has come stays"
    assert rows["BM3D"] is None


def test_a_stroke_damages_and_is_undone(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    trying, stage = page.denoise_panel.trying, page.stage
    trying.brush.setCurrentIndex(1)
    middle = stage.rect().center() + QPoint(120, 40)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(stage, middle + QPoint(20, 0))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=middle + QPoint(20, 0))
    wait_worked(qtbot, page)
    done = page.denoising.done
    assert done is not None
    assert done.before is not None
    changed = np.any(done.given.pixels != done.clean.pixels, axis=2)
    assert 0 < changed.mean() < 0.6
    assert stage.sides is not None
    assert np.array_equal(stage.sides.before.levels[0], done.given.pixels)
    trying.undo.click()
    wait_worked(qtbot, page)
    assert page.denoising.done is not None
    assert page.denoising.done.given is page.denoising.done.clean


def test_strokes_are_undone_and_redone_by_key(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    trying, tool, shift = page.denoise_panel.trying, page.denoising, Qt.KeyboardModifier.ShiftModifier
    trying.brush.setCurrentIndex(1)
    for x in (60, 120):
        place = page.stage.rect().center() + QPoint(x, 40)
        QTest.mouseClick(page.stage, Qt.MouseButton.LeftButton, pos=place)
    first, second = tool.strokes
    ctrl = Qt.KeyboardModifier.ControlModifier
    undo, redo = (Qt.Key.Key_Z, ctrl), (Qt.Key.Key_Z, ctrl | shift)
    for key, left in ((undo, (first,)), (undo, ()), (undo, ()), (redo, (first,)), (redo, (first, second))):
        QTest.keyClick(page.stage, *key)
        assert tool.strokes == left
    trying.clear.click()
    assert tool.strokes == ()
    QTest.keyClick(page.stage, *undo)
    assert tool.strokes == (first, second)
    assert trying.redo.isEnabled()
    page.head.choose_tool(1)
    QTest.keyClick(page.stage, *undo)
    assert tool.strokes == (first, second)
    wait_worked(qtbot, page)


def test_an_image_is_pasted_and_copied(qtbot: QtBot, page: PicturesPage) -> None:
    pixels = np.ascontiguousarray(data.chelsea()[60:124, 100:164])
    QGuiApplication.clipboard().setImage(QImage(pixels.data, 64, 64, 192, QImage.Format.Format_RGB888).copy())
    page.actions_.paste.trigger()
    wait_worked(qtbot, page)
    assert page.roll.entries[0].name == "pasted.png"
    assert page.table.opened is not None
    assert np.array_equal(page.table.opened.picture.pixels, pixels)
    page.actions_.copy.trigger()
    assert QGuiApplication.clipboard().image().size().width() == 64


def test_what_is_done_is_told_as_a_command(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.denoise_panel.trying.choose("white")
    page.denoise_panel.strength.field.setValue(70)
    qtbot.waitUntil(lambda: page.denoising.knob.strength == 0.7, timeout=PATIENCE)
    page.actions_.copy_command.trigger()
    told = QGuiApplication.clipboard().text()
    wanted = f"aestudio denoise {folder / 'cat.png'} --strength 0.7 --add-noise white=25 --measure"
    assert told == wanted
    make_parser().parse_args(shlex.split(told)[1:])  # the command line takes it


@pytest.mark.parametrize("where", ["stage", "list"])
def test_keys_choose_the_look(qtbot: QtBot, page: PicturesPage, folder: Path, where: str) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    focused = page.stage if where == "stage" else page.view
    for key, look in ((Qt.Key.Key_S, Look.SIDES), (Qt.Key.Key_E, Look.ERROR), (Qt.Key.Key_W, Look.WIPE)):
        QTest.keyClick(focused, key)
        assert page.stage.look is look
    QTest.keyClick(focused, Qt.Key.Key_L)
    assert page.stage.loupe


def test_the_last_picture_gone_brings_the_welcome(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert page.stack.currentWidget() is page.welcome
    assert (folder / "cat.png").exists()


def test_the_page_closes_in_the_middle_of_work(qtbot: QtBot, page: PicturesPage, folder: Path) -> None:
    drop(page, folder / "cat.png")
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)
    assert page.denoising.result() is None  # the leak guard says whether its thread has ended


@pytest.mark.parametrize("name", ["photograph", "scan"])
def test_samples_come_with_the_program(qtbot: QtBot, page: PicturesPage, name: str) -> None:
    (page.welcome.photograph_wanted if name == "photograph" else page.welcome.scan_wanted).emit()
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=PATIENCE)
    assert page.denoising.model == ("scan-cleaner" if name == "scan" else "photo-denoiser")


def test_a_run_of_ones_own_says_that_a_photograph_is_unlike_digits(
    qtbot: QtBot, page: PicturesPage, folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    spec = small_run(("training.epochs", 30), ("model.bottleneck.size", 16))
    list(drive(new_lane(spec, run, small_mnist()), small_mnist(), device=torch.device("cpu")))
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.denoise_panel.use_run(run)
    wait_worked(qtbot, page)
    done = page.denoising.done
    assert done is not None
    assert done.familiarity is not None
    assert done.familiarity.is_unlike
    assert page.denoise_panel.badge.text().startswith("Unlike my training data")


@pytest.mark.parametrize("place", [0, 1])
def test_the_wheel_scrolls_a_panel_and_turns_nothing_that_it_passes(
    qtbot: QtBot, page: PicturesPage, folder: Path, place: int
) -> None:
    drop(page, folder / "cat.png")
    wait_worked(qtbot, page)
    page.head.choose_tool(place)
    panel = (page.denoise_panel, page.compress_panel)[place]
    dial = (page.denoise_panel.strength, page.compress_panel.quality)[place]
    before = dial.value, panel.model.currentText()
    for field in (dial.field, dial.slider, panel.model):
        turn_wheel(field)
    assert (dial.value, panel.model.currentText()) == before
    dial.slider.setFocus()
    turn_wheel(dial.slider)
    assert dial.value != before[0]


def turn_wheel(field: QWidget) -> None:
    at = QPointF(field.rect().center())
    there = QPointF(field.mapToGlobal(at.toPoint()))
    event = QWheelEvent(
        at, there, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)
