"""A, B and C are put somewhere, and paths, sums and samples are made and can be had again."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from aestudio.cli import main
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened
from tests.qt.latent.steps import choose, explored, here, settle


def test_letters_are_put_by_key_and_the_path_goes_by_them(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    page.explorer.go_to_image(40)
    page.map.plot.setFocus()
    qtbot.keyClick(page.map.plot, Qt.Key.Key_B)
    settle(qtbot, page)
    mark = page.letters.marks["B"]
    assert (mark.name, mark.text) == ("test image 40", "40")
    made = page.tabs.path.made
    assert made is not None
    assert np.allclose(made.codes[-1], space.codes[40])
    assert np.allclose(made.rows[0][-1], space.decode(space.codes[40:41])[0])
    assert np.allclose(made.rows[1][-1], space.test_images([40])[0])
    page.explorer.walk_to(QPointF(0.123, 0.4))
    qtbot.keyClick(page.map.plot, Qt.Key.Key_A)
    settle(qtbot, page)
    assert page.letters.marks["A"].text == ""
    letter = page.map.marks.letters["A"]
    assert (letter.x(), letter.y()) == pytest.approx((0.123, 0.4), abs=1e-5)


def test_a_click_on_the_strip_goes_there(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    strip = page.tabs.path
    assert strip.made is not None
    place = strip.tiles.column_center(4).toPoint()
    qtbot.mouseClick(strip.tiles, Qt.MouseButton.LeftButton, pos=place)
    assert np.array_equal(here(page), strip.made.codes[4])
    settle(qtbot, page)


def test_samples_are_drawn_anew(qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    page.tabs.setCurrentWidget(page.tabs.samples)
    settle(qtbot, page)
    first = page.tabs.samples.made
    assert first is not None
    assert page.tabs.samples.source.currentData() == "prior"
    assert np.allclose(first.rows[0], space.decode(first.codes))
    assert not page.map.marks.joined
    page.actions_.others.trigger()
    settle(qtbot, page)
    other = page.tabs.samples.made
    assert other is not None
    assert not np.allclose(other.codes, first.codes)
    assert "test images" in page.tabs.samples.status.text()


_kept_mimes: list[QMimeData] = []


def _event(path: Path) -> QDropEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    _kept_mimes.append(mime)  # the event does not own it
    where = QPointF(5, 5)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return QDropEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)


def test_pictures_are_dropped_on_a_letter_and_on_the_page(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened, tmp_path: Path
) -> None:
    space = explored(qtbot, page, workspace, opened, "plain")
    path = tmp_path / "digit.png"
    Image.fromarray(opened.test_images[23, 0]).save(path)
    page.slots_.slots_["C"].dropEvent(_event(path))
    settle(qtbot, page)
    assert np.allclose(page.letters.marks["C"].code, space.codes[23], atol=1e-5)
    page.dropEvent(_event(path))
    settle(qtbot, page)
    assert here(page) is not None
    assert np.allclose(here(page), space.codes[23], atol=1e-5)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    with qtbot.waitSignal(page.trouble) as told:
        page.slots_.slots_["A"].dropEvent(_event(bad))
    assert told.args
    assert "bad.png" in told.args[0]
    assert "give another picture" in told.args[0]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_seen_is_copied_as_the_command_that_makes_it(
    qtbot: QtBot,
    page: LatentPage,
    workspace: Path,
    opened: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: int,
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    page.tabs.setCurrentIndex(place)
    settle(qtbot, page)
    page.actions_.copy.trigger()
    words = shlex.split(QGuiApplication.clipboard().text())
    monkeypatch.setattr("aestudio.data.door.open_data", lambda *_, **__: opened.data)
    out = tmp_path / "made.npy"
    assert words[0] == "aestudio"
    assert main([*words[1:], "--out", str(out)]) == 0
    made = page.tabs.strip.made
    assert made is not None
    ours = np.concatenate(made.rows) if place == 0 else made.rows[0]
    assert np.allclose(np.load(out), ours, atol=1e-6)


def test_another_run_has_the_same_letters(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    page.letters.put("B", "class:7")
    settle(qtbot, page)
    space = choose(qtbot, page, "variational")
    assert page.letters.marks["B"].name == "class 7"
    assert len(page.letters.marks["B"].code) == space.size == 2


def test_a_long_path_is_thinned_and_keeps_both_ends(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    strip = page.tabs.path
    strip.steps.setValue(60)
    settle(qtbot, page)
    made, shown = strip.made, strip.tiles.tiling.shown
    assert made is not None
    assert 2 < shown < 60
    assert f"{shown} of 60 shown" in strip.status.text()
    for column, code in ((0, made.codes[0]), (shown - 1, made.codes[-1])):
        place = strip.tiles.column_center(column).toPoint()
        qtbot.mouseClick(strip.tiles, Qt.MouseButton.LeftButton, pos=place)
        assert np.array_equal(here(page), code)
    page.resize(2400, 760)
    qtbot.waitUntil(lambda: strip.tiles.tiling.shown > shown)
    assert f"{strip.tiles.tiling.shown} of 60 shown" in strip.status.text()
    settle(qtbot, page)


def test_keys_on_a_strip_go_there_and_train_nothing(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    strip = page.tabs.path
    assert strip.made is not None
    for step, key in enumerate((Qt.Key.Key_Return, Qt.Key.Key_Space)):
        qtbot.keyClick(strip.tiles, Qt.Key.Key_Right)
        qtbot.keyClick(strip.tiles, key)
        assert np.array_equal(here(page), strip.made.codes[step])
    before = here(page)
    qtbot.keyClick(strip.tiles, Qt.Key.Key_Delete)
    assert here(page) is before
    settle(qtbot, page)


def test_what_was_asked_for_is_found_in_the_run_that_is_chosen_meanwhile(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    page.letters.put("B", "class:3")
    space = choose(qtbot, page, "variational")  # before it was found
    assert page.letters.marks["B"].name == "class 3"
    assert opened.data.labels is not None
    wanted = space.fitted[space.fitted_labels == 3].mean(axis=0)
    assert np.allclose(page.letters.marks["B"].code, wanted, atol=1e-5)


def test_a_variational_model_draws_from_its_prior_unless_another_was_chosen(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    source = page.tabs.samples.source
    assert source.currentData() == "gaussian"
    choose(qtbot, page, "variational")
    assert source.currentData() == "prior"
    source.setCurrentIndex(source.findData("classes"))
    source.activated.emit(source.currentIndex())
    choose(qtbot, page, "plain")
    assert source.currentData() == "classes"
    settle(qtbot, page)
