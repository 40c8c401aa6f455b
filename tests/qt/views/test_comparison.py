"""Sides are compared on the same images, by one scale, with one colour each; tables sort by value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aestudio.qt.drawing.course import Course
from aestudio.qt.drawing.figure_table import FigureRow, FigureTable
from aestudio.qt.drawing.pictures import as_rgb, error_heat
from aestudio.qt.drawing.sides import Mapped, Shown, Side, Window, pca_side, with_pca
from aestudio.qt.theme import theme
from aestudio.qt.views.comparison_chart import ComparisonChart
from aestudio.qt.views.comparison_curves import ComparisonCurves
from aestudio.qt.views.comparison_grid import ComparisonGrid
from aestudio.qt.views.comparison_scatter import ComparisonScatter
from aestudio.qt.views.comparison_table import ComparisonTable
from aestudio.qt.views.comparison_wipe import ComparisonWipe
from tests.qt.views import real

SIDES = with_pca((Side("a", "plain", 0, 8), Side("b", "noisy", 1, 8), Side("c", "wide", 2, 32)))
PINS = (5, 0, 9, 3)


def _shown() -> Shown:
    """PCA's images stand for a run's; what was given to a denoiser for a poor one's."""
    made = real.pictures(PINS)
    assert made.corrupted is not None
    given = {"a": made.reconstructed, "b": made.corrupted, "PCA of 8": made.reconstructed}
    return Shown(made.pins, made.clean, given)


@pytest.fixture
def grid(qtbot: QtBot) -> ComparisonGrid:
    view = ComparisonGrid()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    qtbot.waitExposed(view)
    view.set_test_images(real.images(), real.labels(), real.CLASSES)
    view.show_sides(SIDES, _shown())
    return view


def _pixels(view: ComparisonGrid, row: int, column: int) -> np.ndarray:
    """What the screen has where a cell is, sampled in the middle of each of its pixels."""
    screen = view.cells.grab().toImage()
    rect = view.cells.rect_of(row, column)
    step = rect.width() / 28
    at = [
        (int(rect.left() + (j + 0.5) * step), int(rect.top() + (i + 0.5) * step))
        for i in range(28)
        for j in range(28)
    ]
    cells = [screen.pixelColor(*place) for place in at]
    return np.array([[c.red(), c.green(), c.blue()] for c in cells]).reshape(28, 28, 3)


def test_pca_of_each_code_size_is_always_there() -> None:
    assert [side.name for side in SIDES] == ["plain", "noisy", "wide", "PCA of 8", "PCA of 32"]
    assert with_pca(SIDES) == SIDES


def test_a_run_has_one_colour_and_pca_none() -> None:
    assert [side.colour for side in SIDES[:3]] == list(theme().terms[:3])
    assert {side.colour for side in SIDES[3:]} == {theme().muted}


def test_every_cell_shows_just_its_pixels(grid: ComparisonGrid) -> None:
    shown = _shown()
    for column, batch in ((0, shown.clean), (1, shown.given["a"]), (2, shown.given["b"])):
        for row in range(len(PINS)):
            assert np.array_equal(_pixels(grid, row, column), as_rgb(batch)[row])


def test_error_maps_have_one_scale(qtbot: QtBot, grid: ComparisonGrid) -> None:
    qtbot.mouseClick(grid.heat, Qt.MouseButton.LeftButton)
    shown = _shown()
    for column, key in ((1, "a"), (2, "b")):
        assert np.array_equal(_pixels(grid, 1, column), error_heat(shown.clean, shown.given[key])[1])
    assert np.array_equal(_pixels(grid, 1, 0), as_rgb(shown.clean)[1])


def test_a_side_that_is_not_known_yet_is_waited_for(grid: ComparisonGrid) -> None:
    assert [c.name for c in grid.cells.columns] == ["Clean", *(side.name for side in SIDES)]
    assert grid.cells.columns[3].image is None
    assert not grid.grab().isNull()


def test_the_wheel_zooms_every_cell(grid: ComparisonGrid) -> None:
    told = QSignalSpy(grid.cells.window_changed)
    place = grid.cells.rect_of(0, 1).center()
    wheel = QWheelEvent(
        place,
        QPointF(grid.cells.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 720),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.cells, wheel)
    window = told.at(0)[0]
    assert window.zoom == pytest.approx(1.25**6)
    left, top, wide, high = window.part(28, 28)
    assert (wide, high) == pytest.approx((28 / window.zoom, 28 / window.zoom))
    assert 0 <= left <= 28 - wide
    assert 0 <= top <= 28 - high


def test_zoom_keeps_the_place_under_the_pointer() -> None:
    before = Window(2.0, 0.4, 0.6)
    after = before.zoomed(2, 0.7, 0.2)
    for of in (lambda w: w.x + (0.7 - 0.5) / w.zoom, lambda w: w.y + (0.2 - 0.5) / w.zoom):
        assert of(after) == pytest.approx(of(before))
    assert Window(4.0, 0.0, 1.0).inside() == Window(4.0, 0.125, 0.875)
    assert Window().moved(0.5, 0.5) == Window()


def test_keys_choose_zoom_and_move(qtbot: QtBot, grid: ComparisonGrid) -> None:
    chosen = QSignalSpy(grid.row_chosen)
    qtbot.keyClick(grid.cells, Qt.Key.Key_Down)
    assert chosen.at(0)[0] == 1
    assert grid.position == PINS[1]
    qtbot.keyClick(grid.cells, Qt.Key.Key_Plus)
    qtbot.keyClick(grid.cells, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.cells.window_shown.zoom == 1.25
    assert grid.cells.window_shown.x > 0.5
    qtbot.keyClick(grid.cells, Qt.Key.Key_0)
    assert grid.cells.window_shown == Window()


def test_pointing_shows_one_cell_large(qtbot: QtBot, grid: ComparisonGrid) -> None:
    qtbot.mouseMove(grid.cells, grid.cells.rect_of(1, 2).center().toPoint())
    assert grid.card.isVisible()
    assert grid.card.lines[0] == "noisy"
    assert grid.card.lines[2].startswith("PSNR")
    qtbot.mouseMove(grid.cells, QPoint(1, 1))
    assert not grid.card.isVisible()


def test_without_runs_it_says_what_to_do(qtbot: QtBot) -> None:
    view = ComparisonGrid()
    qtbot.addWidget(view)
    assert "Tick two runs" in view.cells.empty
    assert not view.grab().isNull()


def test_the_wipe_shows_the_left_and_the_right_model(qtbot: QtBot) -> None:
    view = ComparisonWipe()
    qtbot.addWidget(view)
    view.resize(320, 360)
    view.show()
    qtbot.waitExposed(view)
    view.show_sides(SIDES, _shown())
    view.show_row(2)
    view.slider.setValue(400)
    screen, target = view.wipe.grab().toImage(), view.wipe.target()
    step = target.width() / 28
    for column, batch in ((4, _shown().given["a"]), (20, _shown().given["b"])):
        place = target.topLeft() + QPointF((column + 0.5) * step, 9.5 * step)
        assert screen.pixelColor(place.toPoint()).red() == as_rgb(batch)[2, 9, column, 0]
    assert [row[0] for row in view.table()[1]] == ["plain", "noisy"]


def test_a_drag_moves_the_line(qtbot: QtBot) -> None:
    view = ComparisonWipe()
    qtbot.addWidget(view)
    view.resize(320, 360)
    view.show()
    qtbot.waitExposed(view)
    view.show_sides(SIDES, _shown())
    target = view.wipe.target()
    place = QPointF(target.left() + 0.25 * target.width(), target.center().y()).toPoint()
    qtbot.mousePress(view.wipe, Qt.MouseButton.LeftButton, pos=place)
    assert view.slider.value() == pytest.approx(250, abs=5)


def _course(run: str, *, per_epoch: int, batch: int) -> Course:
    from dataclasses import replace

    course = Course(replace(real.started(run, terms=()), steps_per_epoch=per_epoch), batch)
    shown = real.snapshot(run, step=2 * per_epoch, curve=real.curves(1, 2 * per_epoch))
    course.append(replace(shown, seconds=30.0))
    return course


def test_curves_are_drawn_against_epochs_images_and_seconds(qtbot: QtBot) -> None:
    view = ComparisonCurves()
    qtbot.addWidget(view)
    view.resize(700, 400)
    courses = {"a": _course("a", per_epoch=100, batch=10), "b": _course("b", per_epoch=50, batch=20)}
    view.show_sides(SIDES, courses, {"PCA of 8": 0.02, "PCA of 32": 1e-7})
    ends = []
    for measure in range(3):
        view.measure.setCurrentIndex(measure)
        lines = view.chart.drawing.lines
        assert [line.colour for line in lines] == list(theme().terms[:2])
        ends.append([float(line.x[-1]) for line in lines])
    assert ends[0] == pytest.approx([2, 2], abs=0.03)
    assert ends[1] == pytest.approx([2000, 2000], rel=0.02)
    assert ends[2] == pytest.approx([30, 30], rel=0.02)
    low = view.plot.ranges()[1][0]
    assert low > -6  # PCA of a large code would flatten the curves
    assert [floor.name for floor in view.chart.drawing.floors] == ["PCA of 8 0.0200", "PCA of 32 1.00e-07"]


def test_choosing_a_point_marks_it_in_every_plane(qtbot: QtBot) -> None:
    view = ComparisonScatter()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    qtbot.waitExposed(view)
    view.set_test_images(real.images(), real.labels(), real.CLASSES)
    points = real.scatter().points
    mapped = {"a": Mapped(points, ("x", "y")), "b": Mapped(-2 * points, ("x", "y"))}
    view.show_sides(SIDES[:2], mapped)
    picked = QSignalSpy(view.picked)
    plane = view.planes["a"]
    place = plane.plot.to_widget(QPointF(*map(float, points[17]))).toPoint()
    qtbot.mouseClick(plane.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: picked.count() == 1)
    position = picked.at(0)[0]
    view.choose(position)
    for key, factor in (("a", 1.0), ("b", -2.0)):
        ring = view.planes[key].cloud._rings[0][0]
        assert (ring.x(), ring.y()) == pytest.approx(tuple(factor * points[position]), rel=1e-5)


def test_classes_are_switched_in_all_planes(qtbot: QtBot) -> None:
    view = ComparisonScatter()
    qtbot.addWidget(view)
    view.set_test_images(real.images(), real.labels(), real.CLASSES)
    view.show_sides(SIDES[:1], {"a": Mapped(real.scatter(known=500).points, ("x", "y"))})
    assert len(view.planes["a"]._positions) == 500
    view.legend.swatches[3].click()
    assert len(view.planes["a"]._positions) == int((real.labels()[:500] != 3).sum())


ROWS = (
    FigureRow(SIDES[0], {"test_mse": 0.012, "parameters": 1000, "kl_nats": None}, {}, "code 8"),
    FigureRow(SIDES[1], {"test_mse": 0.0034, "parameters": 90_000, "kl_nats": 20.0}, {"test_mse": 1e-4}),
    FigureRow(pca_side(8), {"test_mse": 0.02, "pca_test_mse": 0.02}),
)


def test_the_table_sorts_by_value_and_what_is_missing_comes_last(qtbot: QtBot) -> None:
    view = ComparisonTable()
    qtbot.addWidget(view)
    view.show_rows(ROWS, "mind")
    names = [row.side.name for row in view.model.rows]
    assert names == ["noisy", "plain", "PCA of 8"]
    assert view.model.names == ("test_mse", "kl_nats", "parameters")
    down = Qt.SortOrder.DescendingOrder
    view.grid.sortByColumn(4, down)
    assert [row.side.name for row in view.model.rows] == ["noisy", "plain", "PCA of 8"]
    view.grid.sortByColumn(4, Qt.SortOrder.AscendingOrder)
    assert [row.side.name for row in view.model.rows] == ["plain", "noisy", "PCA of 8"]
    view.show_rows(ROWS)
    assert [row.side.name for row in view.model.rows] == ["plain", "noisy", "PCA of 8"]


def test_the_table_says_figures_spread_and_differences(qtbot: QtBot) -> None:
    model = FigureTable()
    model.show_rows(ROWS)
    told = [[model.data(model.index(r, c)) for c in range(model.columnCount())] for r in range(3)]
    assert told[0] == ["plain", "code 8", "0.012", "–", "1,000"]
    assert told[1][2] == "0.0034 ± 0.0001"
    header = model.headerData(2, Qt.Orientation.Horizontal)
    assert header == "Test error\nMSE per pixel"


def test_the_table_is_taken_along_as_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    view = ComparisonTable()
    qtbot.addWidget(view)
    view.show_rows(ROWS)
    view.save_csv(tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0] == "model,test_mse,kl_nats,parameters,difference"
    assert lines[2] == "plain,0.012,,1000,code 8"


def test_any_figure_is_drawn_against_any_other(qtbot: QtBot) -> None:
    view = ComparisonChart()
    qtbot.addWidget(view)
    view.show_rows(ROWS)
    view.across.setCurrentIndex(view.across.findData("parameters"))
    dots = [(dot.name, dot.x, dot.y, dot.hollow) for dot in view.dots.dots]
    assert dots == [("plain", 1000, 0.012, False), ("noisy", 90_000, 0.0034, False)]
    view.across.setCurrentIndex(view.across.findData("test_mse"))
    assert [dot.hollow for dot in view.dots.dots] == [False, False, True]
    (low, high), _ = view.plot.ranges()
    assert low < 0.0034 < 0.02 < high
