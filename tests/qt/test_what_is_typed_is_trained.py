"""A run has what the builder's fields show, also where the focus is still in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def _type(window: Window, text: str) -> None:
    section = window.page.builder.training
    section.header.setChecked(True)
    assert section.form is not None
    field = section.form.field("epochs")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
@pytest.mark.parametrize(("text", "epochs"), [("12", 12), ("1234567", 100_000), ("0", 1)])
def test_a_run_begins_with_what_the_field_becomes(
    text: str, epochs: int, window: Window, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.session.opened, timeout=60_000):
        window.session.begin()
    _type(window, text)
    with qtbot.waitSignal(window.session.began):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_F5)
    assert window.session.lanes[0].run.training.epochs == epochs


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_the_command_line_has_it_too(window: Window) -> None:
    _type(window, "1234567")
    window.files.copy_command()
    assert "epochs=100000" in QGuiApplication.clipboard().text()
