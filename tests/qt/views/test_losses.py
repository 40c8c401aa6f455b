"""Every step is drawn, validation and floors with it; values are read by pointing; runs are kept apart."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aestudio.qt.views.losses import LossChart
from tests.qt.views import real
from tests.qt.views.screen import Painted, is_whole

TERMS = ("bce", "penalty l1")


@pytest.fixture
def view(qtbot: QtBot) -> LossChart:
    shown = LossChart()
    qtbot.addWidget(shown)
    shown.resize(700, 400)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


@pytest.fixture
def drawn(view: LossChart) -> LossChart:
    view.start(real.started())
    view.set_floors(real.floors())
    for first in range(1, 301, 30):
        view.draw(real.snapshot(curve=real.curves(first, first + 29, *TERMS)))
    for epoch in (1, 2, 3):
        view.epoch(real.ended(epoch=epoch, mse=0.03 / epoch))
    return view


def _names(view: LossChart) -> list[str]:
    return [s.text() for s in view.legend.swatches]


def _value(view: LossChart, name: str) -> str:
    return view.legend.swatches[_names(view).index(name)].value


def test_before_training_it_says_what_to_do(view: LossChart) -> None:
    assert "Press Train" in view.plot.hint
    view.start(real.started())
    view.draw(real.snapshot(curve=real.curves(1, 1, *TERMS)))
    assert view.plot.hint == ""


def test_a_snapshot_paints_what_lies_between_steady_axes_alone(drawn: LossChart) -> None:
    QApplication.processEvents()
    painted, numbers = Painted(drawn.plot.viewport()), int(drawn.plot.axis("left").width()) - 8
    drawn.show_all()
    QApplication.processEvents()
    painted.rect = QRect()
    drawn.draw(real.snapshot(curve=real.curves(301, 301, *TERMS)))
    QApplication.processEvents()
    assert painted.rect.left() > numbers
    assert painted.rect.contains(drawn.plot.to_widget(QPointF(2.9, -1.3)).toPoint())
    drawn.plot.show_range((0.0, 1.0), (-3.0, 0.0))
    QApplication.processEvents()
    assert painted.rect.left() < numbers


@pytest.mark.parametrize("by_term", [False, True])
def test_a_growing_curve_is_painted_at_its_end_and_looks_as_if_all_of_it_were(
    qtbot: QtBot, view: LossChart, by_term: bool
) -> None:
    view.resize(900, 500)
    view.start(replace(real.started(), steps_per_epoch=300))
    view.set_floors(real.floors())
    view.by_term.setChecked(by_term)
    view.draw(real.snapshot(curve=real.curves(1, 2_000, *TERMS)))
    view.epoch(real.ended(epoch=6, mse=0.03))
    for step in range(2_001, 2_061):  # until the axis has come to rest
        view.draw(real.snapshot(curve=real.curves(step, step, *TERMS)))
        QApplication.processEvents()
    viewport = view.plot.viewport()
    painted = Painted(viewport)
    for first in range(2_061, 2_160, 9):
        painted.rect = QRect()
        view.draw(real.snapshot(curve=real.curves(first, first + 8, *TERMS)))
        QApplication.processEvents()
        assert 0 < painted.rect.width() < 60
        assert is_whole(viewport)


@pytest.mark.parametrize("mark", ["pointer", "moment"])
def test_a_mark_that_moves_leaves_nothing_behind(qtbot: QtBot, drawn: LossChart, mark: str) -> None:
    viewport = drawn.plot.viewport()
    for x in (0.4, 0.43, 2.6, 1.5):
        if mark == "pointer":
            qtbot.mouseMove(viewport, drawn.plot.to_widget(QPointF(x, -1.5)).toPoint())
        else:
            drawn.show_moment(x)
        QApplication.processEvents()
        assert is_whole(viewport)


def test_values_follow_when_they_are_asked_for(drawn: LossChart) -> None:
    told = _value(drawn, "train")
    drawn.draw(real.snapshot(curve=real.curves(301, 900, *TERMS)), figures=False)
    assert drawn.chart.drawing.end > 2.9
    assert _value(drawn, "train") == told
    drawn.tell_figures()
    assert _value(drawn, "train") != told


def test_axes_are_named_and_numbered(drawn: LossChart, tmp_path: Path) -> None:
    drawn.save_svg(tmp_path / "chart.svg")
    words = set(re.findall(r">([^<>]+)</text>", (tmp_path / "chart.svg").read_text(encoding="utf-8")))
    assert {"epochs", "squared error per pixel", "1.0", "2.0", "0.05", "0.1"} <= {w.strip() for w in words}


def test_the_mean_is_that_of_the_steps(drawn: LossChart) -> None:
    line = drawn.chart.drawing.lines[0]
    assert 10 ** line.y[-1] == pytest.approx(float(real.curves(294, 300).mse.mean()), rel=0.02)
    assert line.x[-1] == pytest.approx(3, abs=0.02)
    assert np.all(np.diff(line.x) > 0)


def test_floors_are_drawn_and_named(drawn: LossChart) -> None:
    floors = drawn.chart.drawing.floors
    assert [f.name for f in floors] == ["PCA of 16 numbers 0.0269", "mean image 0.0670", "noisy input 0.110"]
    assert [10**f.y for f in floors] == pytest.approx([0.0269, 0.067, 0.11])
    _, (low, high) = drawn.plot.ranges()
    assert all(low < f.y < high for f in floors)


def test_without_corruption_there_is_no_noisy_floor(drawn: LossChart) -> None:
    drawn.set_floors(replace(real.floors(), noisy_mse=None))
    assert len(drawn.chart.drawing.floors) == 2


def test_terms_are_shown_in_their_units(qtbot: QtBot, drawn: LossChart) -> None:
    qtbot.mouseClick(drawn.by_term, Qt.MouseButton.LeftButton)
    assert _names(drawn) == ["bce, nats per image", "l1, per image", "validation"]
    assert len(drawn.chart.drawing.bands) == 2
    assert [line.dashed for line in drawn.chart.drawing.lines] == [False, True, False, True]
    assert [f.name for f in drawn.chart.drawing.floors] == ["perfect reconstruction 62.0"]


def test_a_linear_axis_shows_the_values_themselves(qtbot: QtBot, drawn: LossChart) -> None:
    qtbot.mouseClick(drawn.log, Qt.MouseButton.LeftButton)
    assert drawn.chart.drawing.lines[0].y[-1] == pytest.approx(0.0107, abs=1e-3)
    _, (low, high) = drawn.plot.ranges()
    assert low < 0.0107 < 0.11 < high


def test_pointing_reads_values(qtbot: QtBot, drawn: LossChart) -> None:
    assert drawn.status.text() == ""
    place = drawn.plot.to_widget(QPointF(1.0, -1.5)).toPoint()
    qtbot.mouseMove(drawn.plot.viewport(), place)
    assert drawn.status.text().startswith("at 1.0")
    assert float(_value(drawn, "train")) == pytest.approx(0.012, abs=2e-4)
    assert _value(drawn, "validation") == "0.0300"
    assert drawn.chart.crosshair is not None
    qtbot.mouseMove(drawn.plot.viewport(), QPoint(2, 2))
    assert drawn.chart.crosshair is None
    assert _value(drawn, "validation") == "0.0100"


def test_the_moment_of_the_other_views_is_marked_and_read(drawn: LossChart) -> None:
    drawn.show_moment(1.0)
    assert drawn.chart.moment == 1.0
    assert drawn.status.text() == "at 1.00"
    assert float(_value(drawn, "train")) == pytest.approx(0.012, abs=2e-4)
    drawn.draw(real.snapshot(curve=real.curves(301, 400, *TERMS)))
    assert drawn.status.text() == "at 1.00"
    drawn.show_moment(None)
    assert drawn.chart.moment is None
    assert drawn.status.text() == ""


def test_a_swatch_hides_its_curve(qtbot: QtBot, drawn: LossChart) -> None:
    qtbot.mouseClick(drawn.legend.swatches[0], Qt.MouseButton.LeftButton)
    assert drawn.chart.drawing.bands == ()
    assert len(drawn.chart.drawing.lines) == 1


def test_the_run_before_stays_for_comparison(drawn: LossChart) -> None:
    first = drawn.chart.drawing.lines[0]
    drawn.start(real.started("b"))
    drawn.draw(real.snapshot("b", curve=real.curves(1, 10, *TERMS)))
    assert _names(drawn)[-1] == "previous run"
    assert drawn.plot.ranges()[1][0] > first.y[-1]  # what of it lies out of sight leaves the axis alone
    drawn.draw(real.snapshot("b", curve=real.curves(11, 300, *TERMS)))
    before = drawn.chart.drawing.lines[0]
    assert before.y[-1] == pytest.approx(first.y[-1], abs=0.05)
    assert drawn.chart.drawing.floors == ()


def test_a_pointer_that_rests_reads_the_new_run_at_its_newest(qtbot: QtBot, drawn: LossChart) -> None:
    qtbot.mouseMove(drawn.plot.viewport(), drawn.plot.to_widget(QPointF(2.5, -1.5)).toPoint())
    assert drawn.status.text() == "at 2.50"
    drawn.start(real.started("b"))
    drawn.draw(real.snapshot("b", curve=real.curves(1, 30, *TERMS)))
    assert drawn.status.text() == "at 0.30"
    assert drawn.chart.crosshair is not None
    assert drawn.chart.crosshair.x == pytest.approx(0.3)


def test_the_first_step_is_seen(view: LossChart) -> None:
    view.start(real.started())
    view.draw(real.snapshot(curve=real.curves(1, 1, *TERMS)))
    for _ in range(3):
        QApplication.processEvents()
    place = view.plot.to_widget(QPointF(0.01, float(np.log10(real.curves(1, 1).mse[0])))).toPoint()
    seen = view.plot.viewport().grab().toImage().pixelColor(place)
    assert seen.name() == view.legend.swatches[0].entry.colour


def test_a_dashed_curve_is_cut_where_it_is_seen_alone(drawn: LossChart) -> None:
    """Far into it, a piece between two validations is a billion pixels long."""
    drawn.by_term.setChecked(True)
    drawn.plot.show_range((1.5, 1.5 + 1e-7), (-3.0, 3.0))
    drawn.plot.viewport().repaint()
    assert is_whole(drawn.plot.viewport())


@pytest.mark.parametrize("by_term", [False, True])
def test_a_gap_stays_one_and_is_painted_in_parts_as_in_whole(
    qtbot: QtBot, view: LossChart, by_term: bool
) -> None:
    """A term that was off for a while is 0, which a logarithmic axis has no place for."""
    view.resize(900, 500)
    view.start(real.started())
    view.by_term.setChecked(by_term)
    steps = real.curves(1, 600, *TERMS)
    steps.mse[200:260] = np.nan
    steps.terms["penalty l1"][300:400] = 0
    view.draw(real.snapshot(curve=steps))
    for epoch in range(1, 7):
        view.epoch(real.ended(epoch=epoch, mse=0.03 / epoch))
    viewport = view.plot.viewport()
    for _ in range(3):
        QApplication.processEvents()
    for x in (*np.linspace(1.8, 2.8, 9), *np.linspace(2.9, 4.2, 9)):
        qtbot.mouseMove(viewport, view.plot.to_widget(QPointF(x, -1.5)).toPoint())
        QApplication.processEvents()
        assert is_whole(viewport)
    line = view.chart.drawing.lines[2 if by_term else 0]
    gap = (line.x > (3.1 if by_term else 2.1)) & (line.x < (3.9 if by_term else 2.5))
    assert gap.any()
    assert np.isnan(line.y[gap]).all()


def test_a_run_that_is_opened_again_is_not_its_own_forerunner(drawn: LossChart) -> None:
    drawn.clear()
    drawn.start(real.started())
    assert _names(drawn)[-1] == "validation"


def test_no_value_is_left_of_a_run_that_is_gone(drawn: LossChart) -> None:
    drawn.start(real.started("b"))
    drawn.draw(real.snapshot("b", curve=real.curves(1, 30, *TERMS)))
    assert _value(drawn, "train")
    drawn.clear()
    assert [_value(drawn, name) for name in ("train", "validation")] == ["", ""]


def test_events_of_another_run_are_not_mixed_in(drawn: LossChart) -> None:
    before = drawn.chart.drawing
    drawn.draw(real.snapshot("old", curve=real.curves(301, 400, *TERMS)))
    drawn.epoch(real.ended("old", epoch=9))
    drawn.set_floors(replace(real.floors("old"), pca_mse=1.0))
    assert drawn.chart.drawing == before
    assert len(list(drawn.table()[1])) == 300
    assert drawn.chart.drawing.floors[0].name.endswith("0.0269")


def test_what_is_not_finite_is_left_out(view: LossChart) -> None:
    view.start(real.started())
    broken = real.curves(1, 50, *TERMS)
    broken.mse[20:30] = np.nan
    broken.mse[40] = np.inf
    view.draw(real.snapshot(curve=broken))
    _, (low, high) = view.plot.ranges()
    assert np.isfinite([low, high]).all()
    assert not view.grab().isNull()


def test_a_term_of_zero_is_no_trouble_for_the_logarithm(qtbot: QtBot, view: LossChart) -> None:
    view.start(real.started())
    nothing = real.curves(1, 50, *TERMS)
    nothing.terms["penalty l1"][:] = 0
    view.draw(real.snapshot(curve=nothing))
    qtbot.mouseClick(view.by_term, Qt.MouseButton.LeftButton)
    assert not view.grab().isNull()
    assert np.isfinite(view.plot.ranges()).all()


def test_a_zoom_is_kept_until_fit(qtbot: QtBot, drawn: LossChart) -> None:
    qtbot.keyClick(drawn.plot, Qt.Key.Key_Plus)
    zoomed = drawn.plot.ranges()
    drawn.draw(real.snapshot(curve=real.curves(301, 900, *TERMS)))
    assert drawn.plot.ranges() == zoomed
    qtbot.mouseClick(drawn.fit, Qt.MouseButton.LeftButton)
    assert drawn.plot.ranges()[0][1] >= 9


def test_a_zoom_shows_more_of_the_steps_in_view(qtbot: QtBot, view: LossChart) -> None:
    view.start(real.started())
    view.draw(real.snapshot(curve=real.curves(1, 100_000, *TERMS)))
    coarse = np.diff(view.chart.drawing.lines[0].x).mean()
    for _ in range(10):
        qtbot.keyClick(view.plot, Qt.Key.Key_Plus)
    assert np.diff(view.chart.drawing.lines[0].x).mean() < coarse / 5


def test_the_x_axis_moves_seldom(view: LossChart) -> None:
    view.start(real.started())
    ends: set[float] = set()
    for first in range(1, 1000, 20):
        view.draw(real.snapshot(curve=real.curves(first, first + 19, *TERMS)))
        ends.add(view.plot.ranges()[0][1])
    assert len(ends) <= 12
    assert max(ends) == 10


def test_the_table_has_every_step_and_validation(drawn: LossChart) -> None:
    header, rows = drawn.table()
    assert header[:5] == ("step", "epoch", "train_mse", *TERMS)
    table = list(rows)
    assert len(table) == 300
    assert table[0][:2] == (1, 0.01)
    assert table[99][5:] == (0.03, pytest.approx(0.03 * 784), 0.5)
    assert len(table[98]) == 5
