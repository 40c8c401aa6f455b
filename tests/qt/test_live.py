"""The whole way once, nothing faked: the window, the real engine and MNIST."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from aestudio.library.folder import BEST, HISTORY, SPEC
from aestudio.qt.running.trainer import State
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from aestudio.spec.toml import load_spec

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

LONG = 60_000


def test_train_watch_pin_stop_and_save(qtbot: QtBot, tmp_path: Path) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    session, page = window.session, window.page
    small = with_value(with_value(session.document.spec, "training.epochs", 2), "data.train_limit", 4000)
    session.document.load(with_value(small, "training.batch", 64))
    finished = QSignalSpy(session.trainer.finished)
    qtbot.mouseClick(page.transport.train, Qt.MouseButton.LeftButton)  # before torch and the data are here
    with qtbot.waitSignals([session.opened, session.trainer.started], timeout=LONG):
        session.begin()
    with qtbot.waitSignal(
        session.trainer.snapshot, timeout=LONG, check_params_cb=lambda s: s.pictures is not None
    ):
        pass
    assert page.reconstructions.table()[1]
    with qtbot.waitSignal(session.trainer.snapshot, timeout=LONG, check_params_cb=lambda s: s.complete):
        session.train_or_pause()
    assert session.trainer.state is State.PAUSED
    with qtbot.waitSignal(
        session.trainer.snapshot, timeout=LONG, check_params_cb=lambda s: s.pictures and 77 in s.pictures.pins
    ):
        page.scatter.picked.emit(77)
    with qtbot.waitSignal(session.trainer.measured, timeout=LONG):
        session.train_or_pause()
    with qtbot.waitSignal(session.looks.looked, timeout=LONG, check_params_cb=lambda s: 5 in s.pictures.pins):
        page.reconstructions.pin(5)  # after the run, the best weights draw
    assert session.measured
    assert "PSNR" in window.status.message.text()
    with qtbot.waitSignal(session.said, timeout=LONG, check_params_cb=lambda s: "is saved in" in s):
        window.files.save_copy(tmp_path / "run")
    assert load_spec(tmp_path / "run" / SPEC) == session.run
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {BEST, HISTORY}
    told = page.builder.summary.cost.text()
    (last,) = finished.at(0)
    session.trainer.finished.emit(replace(last, seconds=0.1, images_per_second=3.0))
    assert page.builder.summary.cost.text() == told  # so few steps say nothing of the next run's
    session.trainer.finished.emit(replace(last, seconds=10.0, images_per_second=3.0))
    assert page.builder.summary.cost.text() != told
