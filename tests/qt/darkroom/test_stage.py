"""The stage under mouse and keys, by the pixels it paints."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from aestudio.pictures.pyramid import Pyramid
from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom.looks import Look
from aestudio.qt.darkroom.sheet import heat
from aestudio.qt.darkroom.stage import Stage
from aestudio.qt.drawing.pictures import HEAT

RED, BLUE = (200, 30, 30), (30, 30, 200)


def _plain(colour: tuple[int, int, int], size: tuple[int, int] = (400, 600)) -> Pyramid:
    return Pyramid(np.full((*size, 3), colour, np.uint8))


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    shown = Stage()
    qtbot.addWidget(shown)
    shown.resize(620, 420)
    shown.show()
    qtbot.waitExposed(shown)
    shown.put(_plain(RED))
    shown.show_after(_plain(BLUE))
    return shown


def _colour(stage: Stage, x: int, y: int = 300) -> tuple[int, int, int]:
    image = stage.grab().toImage()
    ratio = image.devicePixelRatio()
    colour = QColor(image.pixel(round(x * ratio), round(y * ratio)))
    return colour.red(), colour.green(), colour.blue()


def test_before_is_left_of_the_line_and_after_right(stage: Stage) -> None:
    assert (_colour(stage, 200), _colour(stage, 400)) == (RED, BLUE)


def test_the_line_is_dragged(stage: Stage) -> None:
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(310, 200))
    QTest.mouseMove(stage, QPoint(450, 200))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(450, 200))
    assert stage.share == pytest.approx(450 / 620, abs=0.01)
    assert _colour(stage, 400) == RED


def test_a_key_moves_the_line(stage: Stage) -> None:
    QTest.keyClick(stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert stage.share == pytest.approx(0.52)


def test_side_by_side_shows_both_whole(stage: Stage) -> None:
    stage.set_look(Look.SIDES)
    assert (_colour(stage, 100, 210), _colour(stage, 500, 210)) == (RED, BLUE)


def test_flicker_takes_turns(stage: Stage) -> None:
    stage.set_look(Look.FLICKER)
    seen = _colour(stage, 200)
    stage._on_flicker()
    assert {seen, _colour(stage, 200)} == {RED, BLUE}


def test_the_error_is_on_one_scale(stage: Stage) -> None:
    stage.set_look(Look.ERROR)
    assert _colour(stage, 200) == tuple(HEAT[-1])
    assert heat(np.full((1, 1, 3), 7, np.uint8), np.full((1, 1, 3), 7, np.uint8)).tolist() == [
        [HEAT[0].tolist()]
    ]


def test_the_wheel_zooms_at_the_pointer_and_a_drag_pans(stage: Stage) -> None:
    before = stage.place(QPointF(100, 100))
    QTest.wheelEvent(stage.windowHandle(), QPointF(100, 100), QPoint(0, 240))
    assert stage.sight.scale > 1
    assert stage.place(QPointF(100, 100)) == pytest.approx(before, abs=0.5)
    x = stage.sight.x
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(stage, QPoint(60, 100))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(60, 100))
    assert stage.sight.x == pytest.approx(x + 40 / stage.sight.scale)


def test_a_double_click_goes_between_all_and_each_pixel(stage: Stage) -> None:
    stage.put(_plain(RED, (2000, 3000)))
    assert stage.fits
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert (stage.sight.scale, stage.fits) == (1.0, False)
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert stage.fits


def test_a_patch_is_seen(stage: Stage) -> None:
    assert stage.sides
    after = stage.sides.after
    stage.paste(after.patch(Box(256, 320, 384, 448), np.full((128, 128, 3), 9, np.uint8)))
    assert _colour(stage, 390, 300) == (9, 9, 9)


def test_the_brush_tells_where_it_was(stage: Stage, qtbot: QtBot) -> None:
    stage.brush = 10.0
    with qtbot.waitSignal(stage.stroked) as told:
        QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(110, 110))
        QTest.mouseMove(stage, QPoint(150, 130))
        QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(150, 130))
    assert told.args is not None
    points = told.args[0]
    assert points[0] == pytest.approx((100, 100), abs=1)
    assert points[-1] == pytest.approx((140, 120), abs=1)


def test_what_is_seen_is_known(stage: Stage) -> None:
    assert stage.visible == Box(0, 0, 400, 600)
    stage.zoom(4.0)
    assert stage.visible.area < 400 * 600 / 10


def test_transparency_shows_a_pattern(stage: Stage) -> None:
    alpha = np.zeros((400, 600), np.uint8)
    seen = Pyramid(np.full((400, 600, 3), 255, np.uint8), alpha=alpha)
    stage.put(seen)
    assert len({_colour(stage, x, 300) for x in range(100, 140, 4)}) == 2


def test_a_picture_put_is_on_both_sides_and_its_like_is_seen_at_the_same_place(stage: Stage) -> None:
    stage.zoom(3.0)
    sight = stage.sight
    stage.put(_plain(BLUE))
    assert (_colour(stage, 200), _colour(stage, 400), stage.sight) == (BLUE, BLUE, sight)
    stage.put(_plain(BLUE, (200, 300)))
    assert stage.fits


def test_flicker_goes_on_when_the_page_comes_back(stage: Stage) -> None:
    stage.set_look(Look.FLICKER)
    assert stage._flicker.isActive()
    stage.hide()
    assert not stage._flicker.isActive()
    stage.show()
    assert stage._flicker.isActive()
