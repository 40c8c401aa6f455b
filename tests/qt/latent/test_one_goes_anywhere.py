"""Mouse, keys and sliders go through the space, and what is there is decoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from aestudio.qt.latent.works import Look
from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened
from tests.qt.latent.steps import empty_place, explored, here, on_map, settle


def test_the_pointer_is_decoded_and_leaving_shows_where_one_is(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    place = on_map(page, empty_place(space))
    with qtbot.waitSignal(page.explorer.looked) as told:
        QTest.mouseMove(page.map.plot.viewport(), place)
    pointed = page.map.plot.to_axes(QPointF(place))
    assert told.args
    assert told.args[0].code == pytest.approx([pointed.x(), pointed.y()], abs=1e-5)
    assert np.allclose(told.args[0].image, space.decode(told.args[0].code[None])[0])
    with qtbot.waitSignal(page.explorer.looked) as told:
        page.map.plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert told.args
    assert np.array_equal(told.args[0].code, here(page))


def test_a_click_goes_there_and_back(qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened) -> None:
    space = explored(qtbot, page, workspace, opened, "plain")
    before = here(page)
    place = on_map(page, empty_place(space))
    qtbot.mouseClick(page.map.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    there = here(page)
    wanted = page.map.plot.to_axes(QPointF(place))
    assert space.projection.project(there[None])[0] == pytest.approx([wanted.x(), wanted.y()], abs=1e-4)
    moved = there - before
    assert np.linalg.norm(moved) == pytest.approx(
        float(np.linalg.norm(np.diff(space.projection.project(np.stack([before, there])), axis=0))), rel=1e-4
    )  # beyond the plane it is where it was
    page.map.plot.setFocus()
    qtbot.keyClick(page.map.plot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert here(page) is before
    page.actions_.forth.trigger()
    assert here(page) is there
    assert not page.actions_.forth.isEnabled()
    settle(qtbot, page)


def test_a_click_on_a_point_goes_to_its_image(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    place = on_map(page, space.points[17])
    meant = page.map.nearest(page.map.plot.to_axes(QPointF(place)))
    qtbot.mouseClick(page.map.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert np.array_equal(here(page), space.codes[meant])
    settle(qtbot, page)


def test_a_slider_moves_along_its_direction_alone(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    before = here(page)
    found = page.explorer.explored
    assert found
    assert page.sliders.kind.currentIndex() == 1  # principal components, as the code is plain
    slider = page.sliders.dials[2].slider
    for value in (200, 500, 900):
        slider.setValue(value)
    moved = here(page)
    vector = found.components[2].vector
    assert np.linalg.norm(moved - before) > 0.1
    assert abs((moved - before) @ vector) == pytest.approx(float(np.linalg.norm(moved - before)), rel=1e-4)
    page.actions_.back.trigger()  # the whole way is one step
    assert here(page) is before
    settle(qtbot, page)


def test_the_plane_is_shown_as_pictures(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    page.map.plot.setFocus()
    with qtbot.waitSignal(page.map.pictures_wanted):
        qtbot.keyClick(page.map.plot, Qt.Key.Key_M)
    settle(qtbot, page)
    assert not page.map.cloud.isVisible()
    columns, rows = page.map.grid
    (x0, x1), (y0, y1) = page.map.plot.ranges()
    image = page.map.backdrop.image
    assert (image.width(), image.height()) == (columns * 28, rows * 28)
    corner = np.array([[x0 + (x1 - x0) / columns / 2, y1 - (y1 - y0) / rows / 2]], np.float32)
    shown = np.array([[image.pixelColor(x, y).red() for x in range(28)] for y in range(28)])
    assert np.abs(shown / 255 - space.decode(corner)[0, 0]).max() < 0.01
    qtbot.keyClick(page.map.plot, Qt.Key.Key_M)
    assert page.map.cloud.isVisible()
    assert page.map.backdrop.image.isNull()


def test_a_double_click_shows_all_and_goes_nowhere(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    before, all_ = here(page), page.map.plot.ranges()
    page.map.plot.area.scaleBy((0.5, 0.5))
    assert page.map.plot.ranges() != all_
    window = page.windowHandle()
    at = on_map(page, space.points.mean(axis=0))
    place = page.map.plot.mapTo(page, at)
    QTest.mouseDClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    qtbot.waitUntil(lambda: page.map.plot.ranges() == all_)
    assert here(page) is before
    settle(qtbot, page)


def test_a_slider_keeps_its_range_while_it_is_dragged(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "plain")
    found = page.explorer.explored
    assert found
    dial, direction = page.sliders.dials[0], found.components[0]
    far = here(page) + (4 * direction.high - here(page) @ direction.vector) * direction.vector
    page.explorer.go(far.astype(np.float32))
    highest = dial.field.maximum()
    assert highest > direction.high
    dial.slider.setSliderDown(True)
    for value in (950, 900, 850):
        dial.slider.setValue(value)
        assert dial.field.maximum() == highest
        share = (dial.value - dial.field.minimum()) / (highest - dial.field.minimum())
        assert share == pytest.approx(value / 1000, abs=0.01)
    dial.slider.setSliderDown(False)
    settle(qtbot, page)


def test_a_pointer_that_does_not_rest_is_answered(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    explored(qtbot, page, workspace, opened, "variational")
    seen: list[Look] = []
    page.explorer.looked.connect(seen.append)
    for x in (0.1, 0.2, 0.3):
        page.explorer.point(QPointF(x, 0.0))
    settle(qtbot, page)  # the first, though others came meanwhile, and of those the last
    page.explorer.looked.disconnect(seen.append)
    assert [float(look.code[0]) for look in seen] == pytest.approx([0.1, 0.3], abs=1e-5)


def test_keys_on_the_map_do_what_can_be_seen(
    qtbot: QtBot, page: LatentPage, workspace: Path, opened: Opened
) -> None:
    space = explored(qtbot, page, workspace, opened, "variational")
    plot = page.map.plot
    plot.setFocus()
    with qtbot.waitSignal(page.map.pointed_at) as told:
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert told.args
    assert (told.args[0].x(), told.args[0].y()) == pytest.approx(space.points[0], abs=1e-5)
    qtbot.keyClick(plot, Qt.Key.Key_M)
    assert not page.map.card.isVisible()
    before = here(page)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert not page.map.card.isVisible()
    assert here(page) is before
    settle(qtbot, page)
