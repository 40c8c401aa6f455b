"""Readings change a few times a second, and none is of a run that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from aestudio.qt.running.seldom import Seldom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def passed(qtbot: QtBot) -> Iterator[tuple[Seldom, list[int]]]:
    owner = QObject()
    seldom, values = Seldom(owner), list[int]()
    seldom.passed.connect(values.append)
    yield seldom, values
    owner.deleteLater()


def test_the_first_at_once_then_the_latest(passed: tuple[Seldom, list[int]], qtbot: QtBot) -> None:
    seldom, values = passed
    for value in range(1, 6):
        seldom.take(value)
    assert values == [1]
    qtbot.waitUntil(lambda: len(values) == 2)
    assert values == [1, 5]


def test_while_values_come_none_waits_for_a_timer(passed: tuple[Seldom, list[int]], qtbot: QtBot) -> None:
    seldom, values = passed
    seldom.take(1)
    seldom.take(2)
    qtbot.wait(300)
    assert values == [1]
    seldom.take(3)
    assert values == [1, 3]


def test_what_comes_alone_is_not_kept_waiting(passed: tuple[Seldom, list[int]]) -> None:
    seldom, values = passed
    seldom.take(1)
    seldom.take(2, at_once=True)
    assert values == [1, 2]


def test_what_is_out_of_date_is_not_passed_on(passed: tuple[Seldom, list[int]], qtbot: QtBot) -> None:
    seldom, values = passed
    seldom.take(1)
    seldom.take(2)
    seldom.forget()
    qtbot.waitUntil(lambda: not seldom._last.isActive())
    assert values == [1]
    seldom.take(3)
    assert values == [1, 3]
