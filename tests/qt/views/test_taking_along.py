"""Every view is copied and saved as PNG, SVG and CSV; a full or forbidden disk is told, not raised."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from aestudio.qt.drawing.view import View
from aestudio.qt.views.latent_scatter import LatentScatter
from aestudio.qt.views.losses import LossChart
from aestudio.qt.views.reconstructions import Reconstructions
from tests.qt.views import real


@pytest.fixture(params=[Reconstructions, LatentScatter, LossChart])
def view(qtbot: QtBot, request: pytest.FixtureRequest) -> View:
    shown: View = request.param()
    qtbot.addWidget(shown)
    shown.resize(420, 300)
    shown.show()
    qtbot.waitExposed(shown)
    shown.start(real.started())
    curve = real.curves(1, 200, "bce", "penalty l1")
    shown.draw(real.snapshot(curve=curve, picture=real.pictures((1, 2, 3)), points=real.scatter()))
    return shown


def _action(view: View, words: str) -> None:
    menu = next(m for b in view.findChildren(QToolButton) if isinstance(m := b.menu(), QMenu))
    next(a for a in menu.actions() if words in a.text()).trigger()


def _answer(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_the_picture_is_large_and_not_empty(view: View) -> None:
    image = view.image(4.0)
    assert image.width() == 4 * view.content.width()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colours) > 5


def test_it_is_copied(view: View) -> None:
    _action(view, "Copy")
    assert QGuiApplication.clipboard().image().width() >= 2 * view.content.width()


@pytest.mark.parametrize("name", ["taken", "lr 0.002"])
@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_it_is_saved(
    view: View, suffix: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, tmp_path / name)
    told: list[str] = []
    view.told.connect(told.append)
    _action(view, suffix.upper())
    path = tmp_path / f"{name}.{suffix}"
    assert [str(path) in text for text in told] == [True]
    if suffix == "png":
        assert QImage(str(path)).width() >= 2 * view.content.width()
    elif suffix == "svg":
        text = path.read_text(encoding="utf-8")
        assert text.rstrip().endswith("</svg>")
        assert "<text" in text
    else:
        with path.open(newline="", encoding="utf-8") as stream:
            header, *rows = csv.reader(stream)
        assert len(header) >= 4
        assert len(rows) >= 3


def test_an_svg_looks_as_the_screen_does(qtbot: QtBot, view: View, tmp_path: Path) -> None:
    """Qt's SVG engine takes whole images where a part was drawn, and text in other sizes."""
    view.save_svg(tmp_path / "taken.svg")
    drawn = QImage(view.content.size() * 2, QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    QSvgRenderer(str(tmp_path / "taken.svg")).render(painter)
    painter.end()
    screen = view.image(2.0)

    def grey(image: QImage) -> np.ndarray:
        small = image.scaled(60, 40, mode=Qt.TransformationMode.SmoothTransformation)
        return np.array([[small.pixelColor(x, y).lightnessF() for x in range(60)] for y in range(40)])

    assert np.abs(grey(drawn) - grey(screen)).mean() < 0.03


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_a_place_that_cannot_be_written_is_told(
    view: View, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, tmp_path / "missing" / f"taken.{suffix}")
    _action(view, suffix.upper())
    box = view.findChild(QMessageBox)
    assert box is not None
    assert "could not be written" in box.text()
    box.close()


def test_a_dialog_that_was_closed_writes_nothing(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, "")
    _action(view, "PNG")
    assert list(tmp_path.iterdir()) == []


def test_everything_can_be_reached_and_is_explained(view: View) -> None:
    for button in view.findChildren(QToolButton):
        assert button.toolTip()
        assert button.accessibleName()
        assert button.focusPolicy().value & 1, button.accessibleName()
