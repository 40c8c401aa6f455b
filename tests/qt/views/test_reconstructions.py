"""Pinned images are shown as they are, pinned and unpinned by mouse and by key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aestudio.qt.drawing.pictures import as_rgb
from aestudio.qt.views.reconstructions import PINS, Reconstructions
from aestudio.training.events import Pictures
from tests.qt.views import real
from tests.qt.views.screen import Painted, is_whole


@pytest.fixture
def view(qtbot: QtBot) -> Reconstructions:
    shown = Reconstructions()
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show()
    qtbot.waitExposed(shown)
    shown.set_test_images(real.images(), real.labels(), real.CLASSES)
    return shown


def _click(qtbot: QtBot, view: Reconstructions, column: int) -> None:
    where = view.tiles.column_center(column).toPoint()
    qtbot.mouseClick(view.tiles, Qt.MouseButton.LeftButton, pos=where)


def _shown(view: Reconstructions, row: int, column: int) -> np.ndarray:
    """What the screen has where a picture is, sampled in the middle of each of its pixels."""
    screen = view.tiles.grab().toImage()
    height, width = view.tiles.sheet.size
    x, y = view.tiles.tiling.corner(row, column)
    step = view.tiles.tiling.cell[0] / width
    at = [(round(x + (j + 0.5) * step - 0.5), round(y + 8 + (i + 0.5) * step - 0.5)) for i in range(height) for j in range(width)]  # fmt: skip  # noqa: E501
    cells = [screen.pixelColor(*place) for place in at]
    return np.array([[c.red(), c.green(), c.blue()] for c in cells]).reshape(height, width, 3)


def test_one_image_of_each_class_is_pinned_first(view: Reconstructions) -> None:
    assert len(view.pins) == PINS
    assert list(real.labels()[list(view.pins[:10])]) == list(range(10))


def test_every_row_shows_just_its_pixels(view: Reconstructions) -> None:
    sent = real.pictures(view.pins)
    view.draw(real.snapshot(picture=sent))
    assert view.tiles.sheet.labels == ("Clean", "Corrupted", "Reconstructed", "Error")
    assert sent.corrupted is not None
    for row, batch in enumerate((sent.clean, sent.corrupted, sent.reconstructed)):
        for column in (0, 3, PINS - 1):
            assert np.array_equal(_shown(view, row, column), as_rgb(batch)[column])


@pytest.mark.parametrize("noise", [0.4, None])
def test_while_a_model_learns_its_input_is_painted_once(view: Reconstructions, noise: float | None) -> None:
    """And what the screen shows is what it would be if all of it were painted."""
    sent = real.pictures(view.pins, noise=noise)
    view.draw(real.snapshot(picture=sent))
    QApplication.processEvents()
    painted, row = Painted(view.tiles), view.tiles.sheet.labels.index("Reconstructed")
    for shade in (0.2, 0.7):
        painted.rect = QRect()
        learnt = replace(sent, reconstructed=np.full_like(sent.reconstructed, shade))
        view.draw(real.snapshot(picture=learnt))
        QApplication.processEvents()
        assert painted.rect.top() > view.tiles.tiling.corner(row - 1, 0)[1]
        assert is_whole(view.tiles)
        assert np.array_equal(_shown(view, row, 3), as_rgb(learnt.reconstructed)[3])
    painted.rect = QRect()
    view.draw(real.snapshot(picture=real.pictures(view.pins, noise=noise)))  # another run's, say
    QApplication.processEvents()
    assert painted.rect.top() < view.tiles.tiling.cell[1]


def test_figures_follow_when_they_are_asked_for(view: Reconstructions) -> None:
    """Until then only pictures are painted; then only what is below them."""
    sent = real.pictures(view.pins)
    view.draw(real.snapshot(picture=sent))
    QApplication.processEvents()
    painted, around = Painted(view.tiles), Painted(view)
    said, captions = view.status.text(), view.tiles.sheet.captions
    last = view.tiles.tiling.corner(3, 0)[1] + view.tiles.tiling.cell[1]
    learnt = replace(sent, reconstructed=np.full_like(sent.reconstructed, 0.7))
    view.draw(real.snapshot(picture=learnt), figures=False)
    QApplication.processEvents()
    assert (view.status.text(), view.tiles.sheet.captions) == (said, captions)
    assert painted.rect.bottom() <= last + 8
    assert around.rect == QRect()  # nothing that lies behind the pictures
    assert is_whole(view.tiles)
    painted.rect = QRect()
    view.tell_figures()
    QApplication.processEvents()
    assert view.status.text() != said
    assert set(view.tiles.sheet.captions).isdisjoint(captions)
    assert painted.rect.top() >= last + 7
    assert is_whole(view.tiles)


def test_without_corruption_there_is_no_such_row(view: Reconstructions) -> None:
    view.draw(real.snapshot(picture=real.pictures(view.pins, noise=None)))
    assert view.tiles.sheet.labels == ("Clean", "Reconstructed", "Error")


def test_samples_have_a_row_of_their_own(view: Reconstructions) -> None:
    sent = real.pictures(view.pins, noise=None)
    dreamt = replace(sent, samples=sent.reconstructed[::-1].copy())
    view.draw(real.snapshot(picture=dreamt))
    assert view.tiles.sheet.labels == ("Clean", "Reconstructed", "Error", "Sampled")
    assert dreamt.samples is not None
    for column in (0, PINS - 1):
        assert np.array_equal(_shown(view, 3, column), as_rgb(dreamt.samples)[column])


def test_before_training_it_says_what_to_do(view: Reconstructions) -> None:
    assert "Press Train" in view.tiles.sheet.hint
    view.preview(real.pictures(view.pins))
    assert view.tiles.sheet.labels == ("Clean", "Corrupted")
    assert "Press Train" in view.tiles.sheet.hint
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    assert view.tiles.sheet.hint == ""
    view.clear()
    assert "Press Train" in view.tiles.sheet.hint


def test_what_to_do_is_still_said_after_another_look(view: Reconstructions) -> None:
    for _ in range(2):
        view.preview(real.pictures(view.pins))
        QApplication.processEvents()
    assert is_whole(view.tiles)


def test_without_data_it_says_what_to_do(qtbot: QtBot) -> None:
    empty = Reconstructions()
    qtbot.addWidget(empty)
    assert "Open a data set" in empty.tiles.empty
    assert not empty.grab().isNull()


def test_a_click_unpins(qtbot: QtBot, view: Reconstructions) -> None:
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    before = view.pins
    told = QSignalSpy(view.pins_changed)
    _click(qtbot, view, 2)
    assert view.pins == before[:2] + before[3:]
    assert [told.at(i)[0] for i in range(told.count())] == [view.pins]
    assert view.tiles.sheet.count == PINS - 1


def test_a_drag_unpins_nothing(qtbot: QtBot, view: Reconstructions) -> None:
    before = view.pins
    first, second = (view.tiles.column_center(column).toPoint() for column in (1, 2))
    qtbot.mousePress(view.tiles, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseRelease(view.tiles, Qt.MouseButton.LeftButton, pos=second)
    assert view.pins == before


def test_the_keyboard_chooses_and_unpins(qtbot: QtBot, view: Reconstructions) -> None:
    before = view.pins
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Delete):
        qtbot.keyClick(view.tiles, key)
    assert view.pins == (before[0], *before[2:])


def test_plus_pins_another_and_shuffle_others(qtbot: QtBot, view: Reconstructions) -> None:
    before = view.pins
    qtbot.mouseClick(view.plus, Qt.MouseButton.LeftButton)
    assert view.pins[1:] == before
    assert view.pins[0] not in before
    qtbot.keyClick(view.shuffle, Qt.Key.Key_Space)
    assert len(set(view.pins)) == PINS + 1
    assert set(view.pins) != {*before, view.pins[0]}


def test_a_new_pin_waits_for_its_reconstruction(view: Reconstructions) -> None:
    sent = real.pictures(view.pins)
    view.draw(real.snapshot(picture=sent))
    view.pin(777)
    assert view.pins[0] == 777
    assert view.tiles.sheet.waiting == {0}
    assert np.array_equal(_shown(view, 0, 0), as_rgb(real.images()[777:778])[0])
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    assert view.tiles.sheet.waiting == frozenset()


def test_pictures_of_data_no_longer_open_are_dropped(view: Reconstructions) -> None:
    late = real.pictures(view.pins)
    view.set_test_images(np.zeros((20, 3, 8, 8), dtype=np.uint8), None)
    view.draw(real.snapshot(picture=late))
    view.preview(late)
    assert view.tiles.sheet.size == (8, 8)
    assert view.tiles.sheet.labels == ("Clean",)


def test_pinning_twice_changes_nothing(view: Reconstructions) -> None:
    told = QSignalSpy(view.pins_changed)
    view.pin(view.pins[3])
    assert told.count() == 0


def test_all_may_be_unpinned(qtbot: QtBot, view: Reconstructions) -> None:
    while view.pins:
        _click(qtbot, view, 0)
    assert "Press +" in view.tiles.empty
    view.draw(real.snapshot(picture=real.pictures((5,))))
    assert view.tiles.sheet.count == 0


def test_decibels_stand_below_when_wanted(qtbot: QtBot, view: Reconstructions) -> None:
    sent = real.pictures(view.pins)
    view.draw(real.snapshot(picture=sent))
    mse = ((sent.clean - sent.reconstructed) ** 2).mean(axis=(1, 2, 3))
    assert view.tiles.sheet.captions[0] == f"{10 * np.log10(1 / mse[0]):.1f} dB"
    assert f"{np.mean(10 * np.log10(1 / mse)):.1f} dB" in view.status.text()
    qtbot.mouseClick(view.decibels, Qt.MouseButton.LeftButton)
    assert view.tiles.sheet.captions == ()


@pytest.mark.parametrize(("numbers", "unit"), [(3, ""), (40, " dB")])
def test_no_figure_is_cut_off_below_a_narrow_picture(
    numbers: int, unit: str, qtbot: QtBot, tmp_path: Path
) -> None:
    batch = np.random.default_rng(0).random((8, numbers), dtype=np.float32)
    view = Reconstructions()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_test_images(batch, None)
    pins = np.asarray(view.pins)
    given = batch[pins] + 0.1  # 20 decibels for each
    view.draw(real.snapshot(picture=Pictures(pins, batch[pins], None, given)))
    view.save_svg(tmp_path / "tiles.svg")
    words = re.findall(r">([^<>]+)</text>", (tmp_path / "tiles.svg").read_text(encoding="utf-8"))
    assert words.count(f"20.0{unit}") == view.tiles.tiling.shown


def test_the_pointer_is_told_what_it_is_on(qtbot: QtBot, view: Reconstructions) -> None:
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    qtbot.mouseMove(view.tiles, view.tiles.column_center(4).toPoint())
    assert view.tiles.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert view.tiles.sheet.tip
    tip = view.tiles.sheet.tip(4)
    assert f"Test image {view.pins[4]:,}, class 4" in tip
    assert "unpin" in tip


def test_what_does_not_fit_is_said(view: Reconstructions) -> None:
    view.resize(420, 300)
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    shown = view.tiles.tiling.shown
    assert 0 < shown < PINS
    assert view.status.text().startswith(f"{shown} of {PINS} pinned")


@pytest.mark.parametrize("shape", [(3, 16, 16), (64,), (300,), (1, 224, 224)])
def test_colours_vectors_and_large_images(qtbot: QtBot, shape: tuple[int, ...]) -> None:
    batch = np.random.default_rng(0).random((20, *shape), dtype=np.float32)
    images = batch if len(shape) == 1 else (batch * 255).astype(np.uint8)
    view = Reconstructions()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_test_images(images, None)
    pins = np.asarray(view.pins)
    view.draw(real.snapshot(picture=Pictures(pins, batch[pins], None, batch[pins] * 0.5)))
    assert view.tiles.tiling.shown > 0
    assert not view.grab().isNull()


def test_a_single_test_image_is_enough(qtbot: QtBot) -> None:
    view = Reconstructions()
    qtbot.addWidget(view)
    view.set_test_images(real.images()[:1], None)
    assert view.pins == (0,)
    qtbot.mouseClick(view.plus, Qt.MouseButton.LeftButton)
    assert view.pins == (0,)


def test_the_table_names_each_pin(view: Reconstructions) -> None:
    view.draw(real.snapshot(picture=real.pictures(view.pins)))
    header, rows = view.table()
    assert header == ("test_position", "class", "psnr_db", "input_psnr_db")
    assert [row[0] for row in rows] == list(view.pins)
