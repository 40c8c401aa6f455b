"""Points are drawn in their class' colour, found by the pointer, switched by the legend; axes stay put."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aestudio.qt.theme import theme
from aestudio.qt.views.latent_scatter import LatentScatter
from aestudio.qt.views.reconstructions import MOST_PINS, Reconstructions
from aestudio.training.events import Scatter
from tests.qt.views import real


@pytest.fixture
def view(qtbot: QtBot) -> LatentScatter:
    shown = LatentScatter()
    qtbot.addWidget(shown)
    shown.resize(700, 500)
    shown.set_test_images(real.images(), real.labels(), real.CLASSES)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


@pytest.fixture
def drawn(view: LatentScatter) -> LatentScatter:
    view.start(real.started())
    view.draw(real.snapshot(points=real.scatter(), picture=real.pictures((1, 2))))
    return view


def _lonely(view: LatentScatter) -> int:
    """The image whose point is farthest to the right: nothing lies over it."""
    return int(np.argmax(real.scatter().points[:, 0]))


def _place(view: LatentScatter, position: int) -> QPoint:
    x, y = map(float, real.scatter().points[position])
    return view.plot.to_widget(QPointF(x, y)).toPoint()


def _swatch(view: LatentScatter, name: str) -> int:
    return [s.text() for s in view.legend.swatches].index(name)


def _wheel(view: LatentScatter, place: QPoint, turns: int) -> None:
    target = view.plot.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(target.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def test_before_training_it_says_what_to_do(view: LatentScatter) -> None:
    assert "Press Train" in view.plot.hint
    view.draw(real.snapshot(points=real.scatter()))
    assert view.plot.hint == ""
    view.clear()
    assert "Press Train" in view.plot.hint


def test_the_status_says_what_is_seen(drawn: LatentScatter) -> None:
    assert drawn.status.text() == "PCA of 16 numbers · 51 % of the variance · 1,000 test images"
    raw = Scatter(real.scatter().points, None, ("z 1", "z 2"), None)
    drawn.draw(real.snapshot(points=raw))
    assert drawn.status.text().startswith("the code itself")
    assert (drawn.plot.axis("bottom").name, drawn.plot.axis("left").name) == ("z 1", "z 2")


def test_a_point_has_its_class_colour(drawn: LatentScatter) -> None:
    position = _lonely(drawn)
    pixel = drawn.plot.grab().toImage().pixelColor(_place(drawn, position))
    assert pixel.name() == theme().class_colour(int(real.labels()[position]))


def test_no_number_of_an_axis_is_cut_off(view: LatentScatter, tmp_path: Path) -> None:
    view.draw(real.snapshot(points=real.scatter(spread=1e7)))
    QApplication.processEvents()  # the axes are laid out
    view.save_svg(tmp_path / "plane.svg")
    words = re.findall(r">([^<>]+)</text>", (tmp_path / "plane.svg").read_text(encoding="utf-8"))
    assert {"2e+07", "4e+07"} <= {word.strip() for word in words}


def test_points_not_yet_encoded_are_left_out(view: LatentScatter) -> None:
    view.draw(real.snapshot(points=real.scatter(known=400)))
    assert "400 of 1,000 test images" in view.status.text()
    assert sorted(view.shown_positions()) == list(range(400))
    view.draw(real.snapshot(points=real.scatter(known=0)))
    assert len(view.shown_positions()) == 0


def test_hovering_shows_the_image_behind_a_point(qtbot: QtBot, drawn: LatentScatter) -> None:
    position = _lonely(drawn)
    qtbot.mouseMove(drawn.plot.viewport(), _place(drawn, position))
    assert drawn.card.isVisible()
    assert drawn.card.lines[0] == f"class {real.labels()[position]}"
    assert drawn.card.lines[1] == f"test image {position:,}"
    assert drawn.plot.rect().contains(drawn.card.geometry())
    qtbot.mouseMove(drawn.plot.viewport(), drawn.plot.viewport().rect().topLeft() + QPoint(70, 10))
    assert not drawn.card.isVisible()


def test_a_click_picks_the_nearest(qtbot: QtBot, drawn: LatentScatter) -> None:
    position = _lonely(drawn)
    with qtbot.waitSignal(drawn.picked) as told:
        qtbot.mouseClick(
            drawn.plot.viewport(), Qt.MouseButton.LeftButton, pos=_place(drawn, position) + QPoint(2, 1)
        )
    assert told.args == [position]


@pytest.fixture
def pinning(qtbot: QtBot, drawn: LatentScatter) -> Reconstructions:
    """The pinned images, as many as there may be, connected as on the page."""
    pins = Reconstructions()
    qtbot.addWidget(pins)
    pins.set_test_images(real.images(), real.labels(), real.CLASSES)
    pins.set_pins(tuple(range(MOST_PINS)))
    drawn.picked.connect(pins.pin)
    drawn.unpicked.connect(pins.set_pins)
    pins.pins_changed.connect(drawn.show_pins)
    drawn.show_pins(pins.pins)
    return pins


def _click(view: LatentScatter, place: QPoint, how: Callable[..., None] = QTest.mouseClick) -> None:
    """By the window system's events, of which Qt itself makes double clicks."""
    at = view.plot.viewport().mapTo(view, place)
    how(view.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_double_click_on_a_point_shows_all_and_pins_nothing(
    drawn: LatentScatter, pinning: Reconstructions
) -> None:
    before, all_seen, told = pinning.pins, drawn.plot.ranges(), QSignalSpy(pinning.pins_changed)
    position = _lonely(drawn)
    _wheel(drawn, _place(drawn, position), 3)
    _click(drawn, _place(drawn, position), QTest.mouseDClick)
    assert drawn.plot.ranges() == all_seen
    assert pinning.pins == before, "what it pushed out is there again"
    assert told.count() == 2, "its first click is answered at once"


def test_a_double_click_takes_no_earlier_pin_back(drawn: LatentScatter, pinning: Reconstructions) -> None:
    """Neither on an axis, which is told of no click, nor where there is no point, nor on the same one."""
    place, area = _place(drawn, _lonely(drawn)), drawn.plot.area.sceneBoundingRect()
    _click(drawn, place)
    pinned = pinning.pins
    assert pinned[0] == _lonely(drawn)
    nothing, axis = area.topRight().toPoint() + QPoint(-4, 4), area.bottomLeft().toPoint() + QPoint(40, 12)
    all_seen = drawn.plot.ranges()
    for twice in (axis, nothing, place):
        _wheel(drawn, place, 1)
        _click(drawn, twice, QTest.mouseDClick)
        assert drawn.plot.ranges() == all_seen
        assert pinning.pins == pinned


def test_pins_of_other_images_do_not_come_back(drawn: LatentScatter, pinning: Reconstructions) -> None:
    """Other data are opened between the two clicks."""
    place = _place(drawn, _lonely(drawn))
    _click(drawn, place)
    for view in (drawn, pinning):
        view.set_test_images(real.images()[:500], real.labels()[:500], real.CLASSES)
    fresh = pinning.pins
    drawn.plot.unclicked.emit()
    assert pinning.pins == fresh


def test_a_click_beside_every_point_picks_none(qtbot: QtBot, drawn: LatentScatter) -> None:
    told = QSignalSpy(drawn.picked)
    corner = drawn.plot.area.sceneBoundingRect().topRight().toPoint() + QPoint(-4, 4)
    qtbot.mouseClick(drawn.plot.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert told.count() == 0


def test_the_keyboard_goes_from_point_to_point(qtbot: QtBot, drawn: LatentScatter) -> None:
    told = QSignalSpy(drawn.picked)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(drawn.plot, key)
    assert [told.at(i)[0] for i in range(told.count())] == [1]
    assert drawn.card.lines[1] == "test image 999"


def test_pinned_points_are_ringed_at_once(drawn: LatentScatter) -> None:
    bare = drawn.plot.grab().toImage()
    drawn.show_pins((_lonely(drawn),))
    assert drawn.plot.grab().toImage() != bare
    drawn.show_pins(())
    assert drawn.plot.grab().toImage() == bare


def test_a_swatch_hides_its_class(qtbot: QtBot, drawn: LatentScatter) -> None:
    swatch = drawn.legend.swatches[_swatch(drawn, "3")]
    qtbot.mouseClick(swatch, Qt.MouseButton.LeftButton)
    assert 3 not in real.labels()[drawn.shown_positions()]
    assert 4 in real.labels()[drawn.shown_positions()]
    drawn.draw(real.snapshot(points=real.scatter()))
    assert 3 not in real.labels()[drawn.shown_positions()]
    qtbot.keyClick(swatch, Qt.Key.Key_Space)
    assert len(drawn.shown_positions()) == real.COUNT


@pytest.mark.parametrize("how", ["alt", "double", "key"])
def test_only_one_class_and_all_again(qtbot: QtBot, drawn: LatentScatter, how: str) -> None:
    swatch = drawn.legend.swatches[_swatch(drawn, "7")]
    left = Qt.MouseButton.LeftButton

    def only() -> None:
        if how == "alt":
            qtbot.mouseClick(swatch, left, Qt.KeyboardModifier.AltModifier)
        elif how == "double":
            qtbot.mouseClick(swatch, left)
            qtbot.mouseDClick(swatch, left)
        else:
            qtbot.keyClick(swatch, Qt.Key.Key_Return)

    only()
    assert set(real.labels()[drawn.shown_positions()]) == {7}
    if how != "double":
        only()
        assert len(drawn.shown_positions()) == real.COUNT


def test_a_hidden_class_is_not_found(qtbot: QtBot, drawn: LatentScatter) -> None:
    position = _lonely(drawn)
    swatch = drawn.legend.swatches[int(real.labels()[position])]
    qtbot.mouseClick(swatch, Qt.MouseButton.LeftButton)
    assert drawn.nearest(drawn.plot.to_axes(QPointF(_place(drawn, position)))) != position


def test_axes_stay_while_points_tremble_and_follow_when_they_leave(drawn: LatentScatter) -> None:
    before = drawn.plot.ranges()
    for spread in (1.01, 0.99, 1.02):
        drawn.draw(real.snapshot(points=real.scatter(spread=spread)))
    assert drawn.plot.ranges() == before
    drawn.draw(real.snapshot(points=real.scatter(spread=2)))
    (_, right), _ = drawn.plot.ranges()
    assert right > float(real.scatter(spread=2).points[:, 0].max())


def test_a_zoom_is_kept_until_fit(qtbot: QtBot, drawn: LatentScatter) -> None:
    place = drawn.plot.area.sceneBoundingRect().center().toPoint()
    under = drawn.plot.to_axes(QPointF(place))
    before = drawn.plot.ranges()
    _wheel(drawn, place, 3)
    zoomed = drawn.plot.ranges()
    assert zoomed[0][1] - zoomed[0][0] < 0.8 * (before[0][1] - before[0][0])
    after = drawn.plot.to_axes(QPointF(place))
    assert (after.x(), after.y()) == pytest.approx((under.x(), under.y()), abs=0.05)
    drawn.draw(real.snapshot(points=real.scatter(spread=3)))
    assert drawn.plot.ranges() == zoomed
    qtbot.keyClick(drawn.plot, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert drawn.plot.ranges()[0][1] > float(real.scatter(spread=3).points[:, 0].max())


def test_a_new_run_starts_afresh(drawn: LatentScatter) -> None:
    _wheel(drawn, drawn.plot.area.sceneBoundingRect().center().toPoint(), 3)
    drawn.draw(real.snapshot("b", points=real.scatter(spread=0.1)))
    (low, high), _ = drawn.plot.ranges()
    assert high - low < 3


def test_without_labels_there_is_one_colour_and_no_legend(qtbot: QtBot, view: LatentScatter) -> None:
    view.set_test_images(real.images(), None, ())
    view.draw(real.snapshot(points=Scatter(real.scatter().points, None, ("a", "b"), None)))
    assert view.legend.swatches == []
    pixel = view.plot.grab().toImage().pixelColor(_place(view, _lonely(view)))
    assert pixel == QColor(theme().accent)


def test_many_classes_do_not_eat_the_plot(qtbot: QtBot, view: LatentScatter) -> None:
    many = np.arange(real.COUNT) % 200
    view.set_test_images(real.images(), many, tuple(f"a rather long class name {i}" for i in range(200)))
    view.draw(real.snapshot(points=Scatter(real.scatter().points, many, ("a", "b"), None)))
    assert view.legend.height() < 120
    assert view.plot.height() > 300


def test_the_table_lists_what_is_known(view: LatentScatter) -> None:
    view.draw(real.snapshot(points=real.scatter(known=3)))
    header, rows = view.table()
    assert header == ("test_position", "class", "x", "y")
    assert [row[:2] for row in rows] == [(i, str(real.labels()[i])) for i in range(3)]
