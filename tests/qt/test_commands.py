"""Everything that can be clicked can be reached by key and from the palette."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from aestudio.library.presets import preset_names
from aestudio.qt import menus
from aestudio.qt.dialogs.command_palette import rank
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def test_no_key_means_two_things_in_one_place(window: Window) -> None:
    window.chapters.make_ready()
    keys = [(key.toString(), home, name) for name, keys, home in _key_homes(window) for key in keys]
    clashes = [
        (key, one, other)
        for place, (key, home, one) in enumerate(keys)
        for like, near, other in keys[place + 1 :]
        if key == like and (home is near or home.isAncestorOf(near) or near.isAncestorOf(home))
    ]
    assert len(keys) > 60
    assert clashes == []


def _key_homes(window: Window) -> Iterator[tuple[str, list[QKeySequence], QWidget]]:
    """Names, keys, and the widgets within which these work."""
    for action in window.findChildren(QAction):
        homes: list[QObject] = [window]
        if action.shortcutContext() != Qt.ShortcutContext.WindowShortcut:
            homes = action.associatedObjects()
        for home in homes:
            if isinstance(home, QWidget) and not isinstance(home, QMenu | QToolButton):
                yield action.text(), action.shortcuts(), home
    for shortcut in window.findChildren(QShortcut):
        home = shortcut.parent()
        assert isinstance(home, QWidget)
        is_local = shortcut.context() != Qt.ShortcutContext.WindowShortcut
        yield "a shortcut", shortcut.keys(), home if is_local else window


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


def _delete_what_is_to_be_deleted() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_an_editor_that_is_gone_wants_no_focus_back(window: Window, qtbot: QtBot) -> None:
    editor = QLineEdit(window.page)
    editor.show()
    editor.setFocus()
    assert _type(qtbot, window, "theme dark")[0] == "View: Theme: Dark"
    editor.deleteLater()  # as one in a table is when it loses the focus
    _delete_what_is_to_be_deleted()
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Return)
    assert not window.help.palette.isVisible()
    assert window.settings.theme == "dark"
    assert window.hasFocus()
    window.use_light_theme()


def test_the_focus_comes_back_though_the_palette_was_opened_twice(window: Window, qtbot: QtBot) -> None:
    window.page.builder.chooser.combo.setFocus()
    for _ in range(2):
        window.help.show_palette()
    qtbot.keyClick(window.help.palette.field, Qt.Key.Key_Escape)
    assert window.page.builder.chooser.combo.hasFocus()


def test_an_open_palette_follows_what_comes_and_goes(window: Window, qtbot: QtBot) -> None:
    window.settings.note_recent("/data/first.csv")
    menus.fill_recent(window.commands, window)
    assert any("first.csv" in name for name in _type(qtbot, window, "recent data"))
    window.settings.note_recent("/data/second.csv")
    menus.fill_recent(window.commands, window)
    _delete_what_is_to_be_deleted()
    palette = window.help.palette
    assert not palette.grab().isNull()
    names = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert {name[-10:] for name in names if ".csv" in name} == {"/first.csv", "second.csv"}
