"""The queue's panel: reordered by key and by drag, taken out and put back, and what trains next is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from aestudio.library.queue import Queued, RunQueue
from aestudio.qt.shelf.queue_list import QueueList
from aestudio.qt.shelf.queue_panel import QueuePanel
from tests.small import small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> Iterator[QueuePanel]:
    RunQueue(tmp_path).add(Queued(run=small_run(), name=name) for name in "abcd")
    made = QueuePanel()
    qtbot.addWidget(made)
    made.resize(320, 320)
    made.use(tmp_path)
    made.show()
    qtbot.waitUntil(lambda: made.list.count() == 4)
    yield made
    made.close_readers()
    made.hide()


def _order(panel: QueuePanel) -> str:
    return "".join(entry.name for entry in panel.entries)


def _becomes(panel: QueuePanel, qtbot: QtBot, order: str) -> None:
    qtbot.waitUntil(lambda: _order(panel) == order)
    assert "".join(entry.name for entry in panel._queue.read()) == order


def test_alt_and_arrows_move_what_is_chosen(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.list.setFocus()
    panel.list.setCurrentRow(2)
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, _ALT)
    _becomes(panel, qtbot, "acbd")
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, _ALT)
    _becomes(panel, qtbot, "cabd")
    qtbot.keyClick(panel.list, Qt.Key.Key_Down, _ALT)
    _becomes(panel, qtbot, "acbd")


def test_a_drag_moves_before_the_place_it_is_dropped(
    panel: QueuePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.list.setCurrentRow(0)
    monkeypatch.setattr(QDropEvent, "source", lambda event: panel.list)
    place = panel.list.visualItemRect(panel.list.item(2)).center()
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(place), Qt.DropAction.MoveAction, QMimeData(), buttons, none)
    panel.list.dropEvent(event)
    _becomes(panel, qtbot, "bacd")


def test_delete_takes_out_and_undo_puts_back(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.list.setFocus()
    for row in (1, 3):
        panel.list.item(row).setSelected(True)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    _becomes(panel, qtbot, "ac")
    panel.undo.trigger()
    _becomes(panel, qtbot, "abcd")
    assert not panel.undo.isEnabled()


def test_another_program_is_noticed(panel: QueuePanel, qtbot: QtBot) -> None:
    RunQueue(panel._queue.path.parent).take()
    panel.refresh()
    _becomes(panel, qtbot, "bcd")


def test_the_next_one_is_wanted_only_where_that_was_wished(panel: QueuePanel, qtbot: QtBot) -> None:
    wanted: list[Queued] = []
    panel.next_wanted.connect(wanted.append)
    panel.end()
    assert wanted == []
    panel.automatic.setChecked(True)
    panel.end()
    qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
    assert [entry.name for entry in wanted] == ["a", "a"]  # it waits until somebody takes it


def test_seeds_are_a_group(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.add(small_run(), seeds=2, name="wide")
    qtbot.waitUntil(lambda: panel.list.count() == 6)
    assert panel.entries[-1].group == panel.entries[-2].group != ""
    assert panel.title.text() == "Queue (6)"


def test_a_damaged_queue_is_told(panel: QueuePanel, qtbot: QtBot) -> None:
    panel._queue.path.write_text("entries = [", encoding="utf-8")
    with qtbot.waitSignal(panel.trouble) as told:
        panel.refresh()
    assert told.args
    assert "queue.toml" in told.args[0]


def test_an_empty_queue_says_how_to_fill_it(qtbot: QtBot) -> None:
    empty = QueueList()
    qtbot.addWidget(empty)
    empty.show_entries(())
    assert not empty.grab().isNull()
