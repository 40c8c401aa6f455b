"""The themes can be read, by the colour-blind too; the application follows; icons are drawn and tinted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
)
from pytestqt.qtbot import QtBot

from aestudio.qt.glyphs import GLYPHS
from aestudio.qt.theme import DARK, LIGHT, Theme, icon, theme, theme_source, use_theme

THEMES = pytest.mark.parametrize("which", [LIGHT, DARK], ids=lambda t: t.name)

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2."""
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (light[1] + 0.05) / (light[0] + 0.05)


def seen(colour: str, vision: np.ndarray) -> np.ndarray:
    """OKLab (Ottosson 2020) of a colour, through those eyes."""
    return LAB @ np.cbrt(LMS @ np.clip(vision @ linear(colour), 0, 1))


@pytest.fixture(autouse=True)
def _light_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    use_theme(qapp, "light")


@THEMES
def test_text_can_be_read(which: Theme) -> None:
    grounds = (which.window, which.base, which.panel)
    words = (which.text, which.muted, which.good, which.warn, which.bad)
    poor = {(w, g): contrast(w, g) for w in words for g in grounds if contrast(w, g) < 4.5}
    assert poor == {}
    assert contrast(which.accent_text, which.accent) >= 4.5


@THEMES
@pytest.mark.parametrize("kind", [QCheckBox, QListWidget, QTableWidget])
def test_a_box_without_its_tick_is_seen(qtbot: QtBot, qapp: QApplication, kind: type, which: Theme) -> None:
    use_theme(qapp, which.name)  # type: ignore[arg-type]  # light or dark
    shown = kind()
    qtbot.addWidget(shown)
    if isinstance(shown, QTableWidget):
        shown.setRowCount(1)
        shown.setColumnCount(1)
        shown.setItem(0, 0, box := QTableWidgetItem())
        box.setCheckState(Qt.CheckState.Unchecked)
    elif isinstance(shown, QListWidget):
        item = QListWidgetItem(shown)
        item.setCheckState(Qt.CheckState.Unchecked)
    shown.resize(200, 100)
    shown.show()
    qtbot.waitExposed(shown)
    body = shown.viewport() if isinstance(shown, QAbstractItemView) else shown
    picture = body.grab().toImage()
    # Across the box, clear of the grid and the frame.
    row = picture.height() // 2 if kind is QCheckBox else 12
    colours = [picture.pixelColor(x, row).name() for x in range(1, 20)]
    assert max(contrast(colour, colours[-1]) for colour in colours) > 1.5


@THEMES
@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_classes_differ_for_any_eye(which: Theme, vision: str) -> None:
    colours = [seen(c, VISIONS[vision]) for c in which.classes]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(colours, 2))
    assert nearest >= (0.14 if vision == "normal" else 0.07)


@THEMES
def test_classes_and_curves_stand_out(which: Theme) -> None:
    assert all(contrast(c, which.window) >= 1.8 for c in which.classes)
    assert all(contrast(c, which.window) >= 3 for c in which.terms)


def test_there_is_a_colour_for_every_class() -> None:
    assert len({LIGHT.class_colour(i) for i in range(60)}) == 60


def test_the_application_is_dressed_and_told_once(qapp: QApplication) -> None:
    use_theme(qapp, "light")
    told: list[Theme] = []
    connection = theme_source().changed.connect(told.append)
    use_theme(qapp, "dark")
    use_theme(qapp, "dark")
    theme_source().disconnect(connection)
    assert told == [DARK]
    assert theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window


def test_system_follows_the_system(qapp: QApplication) -> None:
    use_theme(qapp, "system")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme() is DARK
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme() is LIGHT


def test_a_chosen_theme_stays_when_the_system_changes(qapp: QApplication) -> None:
    use_theme(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme() is LIGHT


def _colours(name: str) -> set[str]:
    image = icon(name).pixmap(QSize(64, 64)).toImage()
    cells = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {c.name() for c in cells if c.alpha() == 255}


@pytest.mark.parametrize("name", GLYPHS)
def test_each_icon_is_drawn_in_the_themes_colour(qapp: QApplication, name: str) -> None:
    use_theme(qapp, "light")
    assert _colours(name) == {LIGHT.text}
    use_theme(qapp, "dark")
    assert _colours(name) == {DARK.text}


def test_icons_survive_a_copy(qapp: QApplication) -> None:
    """Adding a pixmap makes Qt clone the engine, which lives in Python."""
    first = icon("play")
    second = type(first)(first)
    second.addPixmap(first.pixmap(16))
    assert not second.pixmap(32).isNull()
    assert not first.pixmap(32).isNull()


def test_an_icon_without_room_is_drawn_without_complaint(qapp: QApplication) -> None:
    assert icon("play").pixmap(QSize(0, 16)).isNull()  # Qt's warning would fail this


def test_an_unknown_icon_lists_those_there_are(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match=r"'plya'; there are .*play"):
        icon("plya")
