"""Everything that can be clicked can be reached by key and from the palette."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from aestudio.library.presets import preset_names
from aestudio.qt.dialogs.command_palette import rank
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    window.show()
    return window


def _type(qtbot: QtBot, window: Window, text: str) -> list[str]:
    window.help.show_palette()
    qtbot.keyClicks(window.help.palette.field, text)
    rows = window.help.palette.list
    return [rows.item(row).text() for row in range(rows.count())]


def _leaves(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += _leaves(below)
        elif not action.isSeparator():
            found.append(action)
    return found


def test_the_palette_lists_all_that_the_menus_hold(window: Window) -> None:
    in_menus = [leaf for top in window.menuBar().actions() for leaf in _leaves(top.menu())]  # type: ignore[arg-type]
    in_palette = [command.action for command in window.commands.all()]
    assert len(in_menus) > 40
    assert set(in_menus) == set(in_palette)


def test_every_builder_action_and_preset_is_a_command(window: Window) -> None:
    actions = [command.action for command in window.commands.all()]
    assert set(window.page.builder.actions()) <= set(actions)
    assert set(preset_names()) <= {action.data() for action in actions}


def test_every_command_teaches(window: Window) -> None:
    silent = [c.name for c in window.commands.all() if c.action.toolTip() in ("", c.action.text())]
    assert [name for name in silent if not name.startswith(("Edit: ", "File: Recent"))] == []


def test_no_key_is_given_twice(window: Window) -> None:
    keys = Counter(key.toString() for command in window.commands.all() for key in command.action.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []


def test_names_are_their_own(window: Window) -> None:
    names = Counter(command.name for command in window.commands.all())
    assert [name for name, count in names.items() if count > 1] == []


def test_typing_narrows_and_enter_does_it(window: Window, qtbot: QtBot) -> None:
    assert _type(qtbot, window, "theme dark")[0] == "View: Theme: Dark"
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Return)
    assert not window.help.palette.isVisible()
    assert window.settings.theme == "dark"
    window.use_light_theme()


def test_arrows_choose(window: Window, qtbot: QtBot) -> None:
    names = _type(qtbot, window, "view theme")
    assert len(names) == 3
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Down)
    assert window.help.palette.list.currentRow() == 1
    window.help.palette.close()


def test_a_preset_is_opened_by_its_name(window: Window, qtbot: QtBot) -> None:
    assert _type(qtbot, window, "preset denoising-gaussian")
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Return)
    assert window.session.document.spec.name == "denoising-gaussian"


def test_nothing_found_is_said(window: Window, qtbot: QtBot) -> None:
    assert _type(qtbot, window, "zzzz") == []
    assert window.help.palette.nothing.isVisible()
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("better", "worse", "text"),
    [
        ("View: Theme: Dark", "Edit: Add corruption: Masking", "dark"),
        ("Run: Stop", "Edit: Top", "top"),
        ("File: Save Run", "Run: Saver of Files", "save run"),
    ],
)
def test_rank_prefers_words_to_letters(better: str, worse: str, text: str) -> None:
    assert rank(text, better) != rank(text, worse)


def test_rank_refuses_what_does_not_answer() -> None:
    assert rank("xyz", "Run: Stop") == 10_000
    assert rank("", "Run: Stop") == 0


def test_the_focus_comes_back(window: Window, qtbot: QtBot) -> None:
    window.page.transport.train.setFocus()
    _type(qtbot, window, "theme")
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Escape)
    assert not window.help.palette.isVisible()
    assert window.page.transport.train.hasFocus()
