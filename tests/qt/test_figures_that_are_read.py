"""Figures beside the pictures keep a pace that can be read, and none lags behind once the pictures stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from aestudio.qt.bars.status import StatusBar
from aestudio.qt.running import seldom
from aestudio.spec.faults import UserError
from aestudio.training.events import Finished
from tests.qt.fakes import FakeEngine, snapshot
from tests.qt.views.screen import Painted
from tests.qt.windows import open_window_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from aestudio.qt.labels import ElidedLabel
    from aestudio.qt.pages.train import TrainPage
    from aestudio.qt.window import Window
    from aestudio.training.events import Snapshot


@pytest.fixture
def open_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeEngine], Window]:
    """Opens windows whose readings pass once, and then not before a minute is over."""
    monkeypatch.setattr(seldom, "_EVERY_MS", 60_000)

    return partial(open_window_on, qtbot)


def _figures(page: TrainPage) -> tuple[str, str]:
    return page.reconstructions.status.text(), page.chart.legend.swatches[0].value


def test_pictures_move_on_while_their_figures_rest(
    open_window: Callable[[FakeEngine], Window], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    page, trainer = window.page, window.session.trainer
    told: list[tuple[str, str]] = []
    steps: list[int] = []

    def note() -> None:
        told.append(_figures(page))
        steps.append(len(list(page.chart.table()[1])))

    trainer.readings.passed.connect(note)  # the first comes after the first snapshot
    trainer.snapshot.connect(note)
    window.session.train_or_pause()
    qtbot.waitUntil(lambda: len(told) > 6)
    assert len(set(told[2:])) == 1
    assert steps == sorted(steps)
    assert steps[-1] > steps[2]
    # A moment of the past stands still, and is read at once.
    page.timeline.track.setValue(len(page.timeline.reel) - 1)
    assert page.reconstructions.status.text() != told[-1][0]


@pytest.mark.parametrize("ends", ["stopped", "failed", "done"])
def test_when_a_run_is_over_they_are_of_its_last_pictures(
    open_window: Callable[[FakeEngine], Window], qtbot: QtBot, ends: str
) -> None:
    engine = FakeEngine(error=UserError("no more"))
    window = open_window(engine)
    page, trainer = window.page, window.session.trainer
    seen: list[Snapshot] = []
    trainer.snapshot.connect(seen.append)
    window.session.train_or_pause()
    qtbot.waitUntil(lambda: len(seen) > 3)
    if ends == "done":
        trainer.finished.emit(Finished(trainer.focus, "done", 1, 1.0, 1.0, 1, {}, {}))
    else:
        with qtbot.waitSignal(trainer.measured if ends == "stopped" else trainer.failed):
            if ends == "stopped":
                trainer.stop()
            else:
                engine.fail_at = engine.trained + 100_000
    pictures, _ = _figures(page)
    assert f"epoch {seen[-1].epoch:.2f}" in pictures
    assert f"epoch {seen[-1].epoch:,.2f}" in page.timeline.where.text()


def test_a_figure_that_changes_moves_nothing(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    status = StatusBar(window)
    window.setStatusBar(status)
    window.resize(900, 300)
    window.show()
    qtbot.waitExposed(window)
    status.draw(snapshot("r", 1, images_per_second=23_456.0))
    QApplication.processEvents()
    assert _is_whole(status.speed)
    width = status.speed.width()
    beside = Painted(status.memory)
    status.draw(snapshot("r", 2, images_per_second=9_456.0))
    QApplication.processEvents()
    assert status.speed.text() == "9,456 images/s"
    assert status.speed.width() == width
    assert status.speed.toolTip() == "Training images a second"
    assert beside.rect == QRect()
    status.draw(snapshot("r", 3, images_per_second=123_456.0))
    QApplication.processEvents()
    assert status.speed.width() > width
    assert _is_whole(status.speed)


def _is_whole(label: ElidedLabel) -> bool:
    room, elide = label.contentsRect().width(), Qt.TextElideMode.ElideRight
    return label.fontMetrics().elidedText(label.text(), elide, room) == label.text()
