"""The bar of progress: painted with all else, and to and fro where nothing is known."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from pytestqt.qtbot import QtBot

from aestudio.qt.bars.progress_bar import ProgressBar


class _Counted(ProgressBar):
    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        super().paintEvent(event)


def test_values_wait_for_the_next_painting(qtbot: QtBot) -> None:
    bar = _Counted()
    qtbot.addWidget(bar)
    bar.show()
    qtbot.waitUntil(lambda: bar.painted > 0)
    before = bar.painted
    for share in (0.25, 0.5, 0.75):
        bar.show_share(share)
    assert bar.painted == before
    qtbot.waitUntil(lambda: bar.painted == before + 1)
    assert bar.value() == 750


def test_what_is_not_known_runs_to_and_fro(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.show_share(None)
    assert bar.maximum() == 0
    bar.show_share(0)
    assert (bar.value(), bar.maximum()) == (0, 1000)
