"""Cycles are freed on the GUI thread, however much another thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QThread

from aestudio.qt.collector import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


class Allocating(QThread):
    """Allocates what the automatic collector counts."""

    def run(self) -> None:
        self.made = [[index] for index in range(50_000)]


class Knot:
    """Refers to itself, so that only the collector frees it; notes on which thread."""

    def __init__(self, freed_on: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, _note, freed_on)


def _note(freed_on: list[int]) -> None:
    freed_on.append(threading.get_native_id())


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    parent = QObject()
    yield parent
    parent.deleteLater()


def _tie_and_allocate(owner: QObject) -> list[int]:
    freed_on: list[int] = []
    for _ in range(100):
        Knot(freed_on)
    thread = Allocating(owner)
    thread.start()
    thread.wait()
    return freed_on


def test_a_busy_thread_frees_nothing(owner: QObject, qtbot: QtBot) -> None:
    collector = Collector(owner, period_ms=10)
    freed_on = _tie_and_allocate(owner)
    assert freed_on == []
    qtbot.waitUntil(lambda: len(freed_on) == 100)
    assert set(freed_on) == {threading.get_native_id()}
    collector.stop()


def test_without_the_collector_it_would(owner: QObject) -> None:
    """The fault that the collector guards against, planted."""
    gc.enable()
    try:
        freed_on = _tie_and_allocate(owner)
    finally:
        gc.disable()
    assert set(freed_on) - {threading.get_native_id()}


def test_it_gives_collection_back(owner: QObject) -> None:
    gc.enable()
    try:
        collector = Collector(owner)
        assert not gc.isenabled()
        collector.stop()
        assert gc.isenabled()
    finally:
        gc.disable()


def test_what_is_frozen_is_not_looked_at_again(owner: QObject) -> None:
    collector = Collector(owner)
    collector.freeze()
    assert gc.get_freeze_count() > 1000
    collector.stop()
    assert gc.get_freeze_count() == 0
