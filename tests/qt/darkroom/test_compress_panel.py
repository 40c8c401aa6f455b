"""The panel by keys and clicks, and the chart taken along; both beside a real photograph."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from aestudio.pictures.curves import Point
from aestudio.qt.darkroom.compress_panel import CompressPanel
from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.rate_chart import RateChart
from aestudio.qt.darkroom.squeezed import Curve, Curves, megapixels_text
from aestudio.spec.words import bytes_text
from tests.library.kept_runs import kept
from tests.qt.darkroom.compress_bench import PATIENCE, Watched, opened, opened_pixels, small_codec
from tests.small import small_run


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    tool = Compressing()
    tool.set_model(small_codec(tmp_path))
    yield Watched(tool)
    tool.close()


@pytest.fixture
def panel(qtbot: QtBot, watched: Watched) -> CompressPanel:
    shown = CompressPanel(watched.tool)
    qtbot.addWidget(shown)
    shown.resize(300, 800)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_it_shows_what_the_tool_tells(qtbot: QtBot, watched: Watched, panel: CompressPanel) -> None:
    assert panel.weight.text == "–"
    watched.tool.use(opened())
    now = watched.wait_whole(qtbot)
    assert now.size is not None
    assert panel.weight.text == bytes_text(now.size)
    assert "% of the file" in panel.weight.below
    assert "bits a pixel" in panel.weight.below
    assert now.figures is not None
    assert panel.near.texts()[0] == [
        *("Ours", f"{now.figures.psnr:.2f}"),
        *(f"{now.figures.ssim:.3f}", f"{now.figures.ms_ssim:.3f}"),
    ]
    qtbot.waitUntil(lambda: panel.worth.isVisible(), timeout=PATIENCE)
    assert panel.worth.text().startswith("The model is ")
    watched.tool.use(None)
    assert (panel.weight.text, panel.worth.text()) == ("–", "")


@pytest.mark.parametrize(("shape", "grey"), [((48, 64, 3), 128), ((48, 64, 3), 255), ((1, 1, 3), 128)])
def test_blank_pages_have_a_chart_and_rivals(
    qtbot: QtBot, watched: Watched, panel: CompressPanel, shape: tuple[int, ...], grey: int
) -> None:
    watched.tool.use(opened_pixels(np.full(shape, grey, np.uint8)))
    qtbot.waitUntil(
        lambda: bool(watched.curves[-1].curves) and all(c.is_whole for c in watched.curves[-1].curves),
        timeout=PATIENCE,
    )
    jpeg = watched.curves[-1].named("JPEG")
    assert jpeg is not None
    assert max(point.psnr for point in jpeg.points) == 100.0
    panel.chart.plot.pointed.emit(QPointF(0.0, 30.0))
    panel.chart.grab()
    watched.tool.set_rival("JPEG")
    qtbot.waitUntil(lambda: panel.near.texts()[1][0] == "JPEG", timeout=PATIENCE)


def test_the_slider_steps_by_keys(watched: Watched, panel: CompressPanel) -> None:
    panel.quality.slider.setFocus()
    QTest.keyClick(panel.quality.slider, Qt.Key.Key_Right)
    assert watched.tool.settings.quality == pytest.approx(51, abs=1)
    QTest.keyClick(panel.quality.slider, Qt.Key.Key_End)
    assert watched.tool.settings.quality == 100
    assert panel.quality.value == 100


def test_fitting_proposes_the_size_there_is(qtbot: QtBot, watched: Watched, panel: CompressPanel) -> None:
    watched.tool.use(opened())
    now = watched.wait_whole(qtbot)
    assert now.size is not None
    assert not panel.most.isEnabled()
    QTest.mouseClick(panel.fit, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.fit.height() // 2))
    assert panel.most.isEnabled()
    assert panel.most.value() * 1000 == pytest.approx(now.size, rel=0.06)
    panel.most.setValue(1.5)
    assert watched.tool.settings.target_bytes == 1500
    fitted = watched.wait_whole(qtbot)
    assert fitted.quality is not None
    assert panel.quality.value == round(fitted.quality), "the slider shows which quality that is"
    panel.quality.changed.emit(70.0)
    assert watched.tool.settings.target_bytes is None
    assert not panel.fit.isChecked()


def test_what_stands_beside_is_chosen(qtbot: QtBot, watched: Watched, panel: CompressPanel) -> None:
    watched.tool.use(opened())
    panel.beside.setFocus()
    panel.beside.setCurrentIndex(1)
    panel.beside.activated.emit(1)
    assert watched.tool.rival == "JPEG"
    qtbot.waitUntil(lambda: panel.near.texts()[1][0] == "JPEG", timeout=PATIENCE)
    watched.tool.set_rival(None)
    assert panel.beside.currentIndex() == 0


def test_a_run_has_bits_in_place_of_a_quality(
    watched: Watched, panel: CompressPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my-run"
    kept(folder, small_run())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    panel.model.activated.emit(panel.model.count() - 1)
    assert watched.tool.settings.run == folder
    assert panel.model.currentText() == "my-run"
    assert panel.bits.isVisible()
    assert not panel.quality.isVisible()
    panel.bits.slider.setFocus()
    QTest.keyClick(panel.bits.slider, Qt.Key.Key_Home)
    assert watched.tool.settings.bits == 1


def test_choosing_no_run_changes_nothing(
    watched: Watched, panel: CompressPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = watched.tool.settings
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    panel.model.activated.emit(panel.model.count() - 1)
    assert watched.tool.settings == before
    assert panel.model.currentIndex() == 0


def _curve(name: str, factor: float) -> Curve:
    points = tuple(Point(factor * bits, 30 + 6 * i) for i, bits in enumerate((0.15, 0.4, 1.2)))
    return Curve(name, points, (0, 1, 2), 3)


CURVES = Curves((_curve("Ours", 1.0), _curve("JPEG", 1.6), _curve("AVIF", 0.84)), "middle 1 of 24 MP")


@pytest.fixture
def chart(qtbot: QtBot) -> RateChart:
    shown = RateChart()
    qtbot.addWidget(shown)
    shown.resize(280, 320)
    shown.show()
    qtbot.waitExposed(shown)
    shown.show_curves(CURVES)
    return shown


def test_the_chart_says_plainly_who_is_better(chart: RateChart) -> None:
    assert (
        chart.verdict.text().replace("\N{NO-BREAK SPACE}", " ")
        == "AVIF needs 16 % fewer bits here, JPEG 60 % more"
    )
    assert chart.status.text() == "middle 1 of 24 MP"


def test_pointing_reads_the_curves_the_best_first(chart: RateChart) -> None:
    assert [reading.name for reading in chart.key.readings] == ["Ours", "JPEG", "AVIF"]
    chart.show_here(Point(0.4, 36))
    assert [reading.name for reading in chart.key.readings] == ["AVIF", "Ours", "JPEG"]
    assert chart.key.readings[1].psnr == pytest.approx(36)
    place = chart.plot.to_widget(QPointF(math.log10(0.5), 33)).toPoint()
    QTest.mouseMove(chart.plot.viewport(), place)
    chart.plot.pointed.emit(chart.plot.to_axes(place.toPointF()))  # no pointer moves offscreen
    assert chart.chart.crosshair is not None
    assert len(chart.chart.crosshair.dots) == 3
    chart.plot.pointed.emit(None)
    assert chart.chart.crosshair is None


def test_the_chart_is_taken_along(chart: RateChart, tmp_path: Path) -> None:
    for suffix, save in (("png", chart.save_png), ("svg", chart.save_svg), ("csv", chart.save_csv)):
        save(tmp_path / f"chart.{suffix}")
    assert QImage(str(tmp_path / "chart.png")).width() > 1000
    assert "AVIF" in (tmp_path / "chart.svg").read_text(encoding="utf-8")
    with (tmp_path / "chart.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["codec", "setting", "bits_per_pixel", "psnr_db", "measured_on"]
    assert len(rows) == 10
    chart.clear()
    assert "once a picture" in chart.plot.hint


def test_sizes_are_said_in_three_digits() -> None:
    assert [bytes_text(n) for n in (5, 999, 8423, 84_200, 999_600, 5_134_000)] == [
        *("5 bytes", "999 bytes", "8.42 kB", "84.2 kB", "1,000 kB", "5.13 MB"),
    ]
    assert megapixels_text([4_000_000, 24_160_000]) == "middle 4 of 24 MP"
