"""The window as a person uses it: real keys, clicks and drops, a stand-in for the training."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from aestudio.objectives.corruptions.gaussian import Gaussian
from aestudio.qt.dialogs.figures_panel import FiguresPanel
from aestudio.qt.running import supply
from aestudio.qt.running.trainer import State
from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.spec.toml import dump_spec
from tests.qt.fakes import FakeEngine
from tests.qt.windows import open_window_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


@pytest.fixture
def open_window(qtbot: QtBot) -> Callable[..., Window]:
    """Opens windows on an engine; at the end they are closed, whatever their engine waits for."""
    return partial(open_window_on, qtbot)


def _press(qtbot: QtBot, window: Window) -> None:
    qtbot.mouseClick(window.page.transport.train, Qt.MouseButton.LeftButton)


def _drop(window: Window, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(200, 200), copy, mime, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(200, 200), copy, mime, left, none))


def test_train_runs_to_the_end(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine(steps=5, epochs=2))
    bar = window.page.transport
    assert bar.train.text() == "Train"
    with qtbot.waitSignal(window.session.trainer.measured):
        _press(qtbot, window)
    assert bar.where.text() == "Trained"
    assert bar.train.text() == "Train"
    assert "MSE 0.02" in window.status.message.text() or "Trained" in window.status.message.text()


def test_a_press_before_the_data_are_here_is_remembered(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine(steps=5), data=False)
    _press(qtbot, window)
    assert window.page.transport.train.text() == "Waiting…"
    assert "as soon as the data are here" in window.page.transport.where.text()
    with qtbot.waitSignal(window.session.trainer.measured, timeout=60_000):
        window.session.begin()
    assert window.page.transport.train.text() == "Train"


def test_space_pauses_and_resumes(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    window.setFocus()
    for state in (State.RUNNING, State.PAUSED, State.RUNNING):
        qtbot.keyClick(window, Qt.Key.Key_Space)
        assert window.session.trainer.state is state


def test_space_in_a_field_is_a_space(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    field = QLineEdit(window.page)
    field.show()
    qtbot.keyClicks(field, "a b")
    assert field.text() == "a b"
    assert window.session.trainer.state is State.IDLE


def test_step_trains_one_batch_from_rest(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    with qtbot.waitSignal(
        window.session.trainer.snapshot, check_params_cb=lambda s: s.complete and s.step == 1
    ):
        window.step.trigger()
    assert engine.trained == 1
    assert window.page.transport.train.text() == "Resume"
    assert "step 1 of" in window.page.transport.left.text()


def test_stop_keeps_what_was_learnt(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    assert not window.stop.isEnabled()
    _press(qtbot, window)
    assert window.stop.isEnabled()
    with qtbot.waitSignal(window.session.trainer.measured):
        window.stop.trigger()
    assert window.session.measured
    assert window.page.transport.where.text() == "Stopped"


def test_figures_are_there_after_a_run(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine(steps=2))
    assert not window.figures.isEnabled()
    with qtbot.waitSignal(window.session.trainer.measured):
        _press(qtbot, window)
    assert window.figures.isEnabled()
    window.figures.trigger()
    (panel,) = window.findChildren(FiguresPanel)
    assert "on the test split" in panel.text()
    panel.close()


def test_close_in_mid_run_stops_and_waits(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    with qtbot.waitSignal(window.session.trainer.snapshot):
        _press(qtbot, window)
    window.close()
    assert engine.closed == [window.session.lanes[0].run_id]


def test_close_while_data_load_waits_for_them(
    open_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def endless(progress: Callable[[float, str], None]) -> None:
        try:
            while True:
                progress(0.5, "reading")
        finally:
            ended.append(True)

    monkeypatch.setattr(supply, "opening", lambda spec, download: endless)
    window = open_window(FakeEngine(), data=False)
    window.session.begin()
    window.close()
    assert ended == [True]


def test_sliders_change_the_run_on_its_way(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    with qtbot.waitSignal(window.session.trainer.snapshot):
        _press(qtbot, window)
    knob = window.page.transport.knobs.knobs["training.lr"]
    before = window.session.document.spec.training.lr
    qtbot.keyClick(knob.slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: engine.wanted[-1].lr is not None)
    assert engine.wanted[-1].lr == pytest.approx(10 * before)
    assert window.session.document.spec.training.lr == before


def test_after_a_slider_has_gone_space_trains(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    with qtbot.waitActive(window):
        window.activateWindow()
    with qtbot.waitSignal(window.session.trainer.snapshot):
        _press(qtbot, window)
    window.page.transport.knobs.knobs["training.lr"].slider.setFocus()
    with qtbot.waitSignal(window.session.trainer.rested):
        window.stop.trigger()
    assert QApplication.focusWidget() is window.page.transport.train


def test_a_pin_is_marked_among_the_points_after_a_run(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine(steps=3))
    with qtbot.waitSignal(window.session.trainer.rested):
        _press(qtbot, window)
    scatter = window.page.scatter
    for _ in range(7):
        qtbot.keyClick(scatter.plot, Qt.Key.Key_Right)
    assert "pinned" not in scatter.card.lines
    told, pins = QSignalSpy(window.page.reconstructions.pins_changed), window.page.reconstructions.pins
    x, y = np.asarray(list(scatter.table()[1])[6][2:], dtype=np.float64)
    place = scatter.plot.to_widget(QPointF(x, y)).toPoint()
    where = Qt.KeyboardModifier.NoModifier, scatter.plot.viewport().mapTo(window, place)
    QTest.mouseDClick(window.windowHandle(), Qt.MouseButton.LeftButton, *where)
    assert told.count() == 2, "what its first click pinned is taken back"
    assert window.page.reconstructions.pins == pins
    qtbot.keyClick(scatter.plot, Qt.Key.Key_Return)
    assert "pinned" in scatter.card.lines


def test_what_is_not_seen_is_not_asked_for(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    engine = FakeEngine(gate=threading.Semaphore(0))
    window = open_window(engine)
    _press(qtbot, window)
    for hide, wanted in (("scatter", (True, False)), ("reconstructions", (False, False))):
        getattr(window.page, hide).hide()
        asked = len(engine.wanted)
        assert engine.gate
        engine.gate.release(4)
        qtbot.waitUntil(lambda n=asked: len(engine.wanted) >= n + 3)
        watched = window.session.trainer._watched
        assert (watched["pictures"], watched["scatter"]) == wanted
        assert not any(w.scatter for w in engine.wanted[asked + 1 :])


def test_a_minimised_window_asks_for_nothing(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    window.showMinimized()
    qtbot.waitUntil(lambda: not window.session.trainer._watched["pictures"])
    window.showNormal()
    qtbot.waitUntil(lambda: window.session.trainer._watched["pictures"])


def test_an_error_in_a_run_is_a_quiet_sentence(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine(fail_at=3, error=UserError("loss is nan at step 3 (lr 10); try 0.01")))
    with qtbot.waitSignal(window.session.trainer.failed):
        _press(qtbot, window)
    assert window.banner.isVisible()
    assert window.banner.sentence.text() == "Loss is nan at step 3 (lr 10); try 0.01"
    assert QApplication.activeModalWidget() is None
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.banner.isVisible()


def test_bad_data_are_told_and_the_old_stay(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(FakeEngine())
    before = window.session.data
    bad = tmp_path / "broken.csv"
    bad.write_text("1,2\nthree,4\n5\n", encoding="utf-8")
    with qtbot.waitSignal(window.session.trouble):
        _drop(window, bad)
    assert "broken.csv" in window.banner.sentence.text()
    assert window.session.data is before
    assert window.session.document.spec.data.source == "mnist"


def test_dropped_vectors_are_opened_and_faults_shown(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(FakeEngine(steps=2))
    table = tmp_path / "table.csv"
    table.write_text("\n".join(f"{i % 7},{i % 5},{i % 3}" for i in range(60)), encoding="utf-8")
    with qtbot.waitSignal(window.session.opened):
        _drop(window, table)
    assert window.session.data
    assert window.session.data.data.shape == (3,)
    assert window.session.document.spec.data.source == str(table)
    assert window.settings.recent == [str(table)]
    assert any(str(table) in command.name for command in window.commands.all())
    window.session.document.undo_stack.undo()
    with qtbot.waitSignal(window.session.opened):
        pass  # undo brings the data back, too
    assert window.session.data.data.shape == (1, 28, 28)


def test_a_preset_keeps_the_open_data(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(FakeEngine())
    table = tmp_path / "table.csv"
    table.write_text("\n".join(f"{i % 7},{i % 5},{i % 3}" for i in range(60)), encoding="utf-8")
    with qtbot.waitSignal(window.session.opened):
        window.session.open_data(str(table))
    preset = next(c for c in window.commands.all() if c.action.data() == "linear")
    preset.action.trigger()
    assert window.session.document.base.name == "linear"
    assert window.session.document.spec.data.source == str(table)
    combo = window.page.builder.chooser.combo
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert window.session.document.base.name != "linear"
    assert window.session.document.spec.data.source == str(table)


def test_an_impossible_run_is_refused_with_its_fault(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    window.session.document.set_value("model.output", "tanh")
    window.session.document.set_value("loss", _bce())
    _press(qtbot, window)
    assert window.banner.isVisible()
    assert engine.jobs == []


def _bce() -> object:
    from aestudio.objectives.losses.bce import BCE

    return BCE()


def test_a_dropped_toml_is_opened_as_a_run(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(FakeEngine())
    path = tmp_path / "mine.toml"
    spec = with_value(window.session.document.spec, "name", "mine")
    path.write_text(dump_spec(spec), encoding="utf-8")
    _drop(window, path)
    assert window.session.document.spec.name == "mine"
    path.write_text("epochs = [", encoding="utf-8")
    _drop(window, path)
    assert "mine.toml" in window.banner.sentence.text()
    assert window.session.document.spec.name == "mine"


def test_noise_is_previewed_before_training(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    document = window.session.document
    with qtbot.waitSignal(
        window.session.looks.previewed, check_params_cb=lambda pictures: pictures.corrupted is not None
    ) as told:
        document.set_value("corruptions", (Gaussian(sigma=0.4),))
    assert told.args
    pictures = told.args[0]
    assert tuple(pictures.pins) == window.page.reconstructions.pins
    assert abs(pictures.corrupted - pictures.clean).mean() > 0.05


def test_theme_and_layout_are_kept(open_window: Callable[..., Window], qtbot: QtBot) -> None:
    first = open_window(FakeEngine(), data=False)
    first.use_dark_theme()
    first.resize(960, 640)  # the offscreen screen is no larger
    first.page.right.setSizes([400, 100])
    sizes = first.page.right.sizes()
    first.close()
    second = open_window(FakeEngine(), data=False)
    assert second.settings.theme == "dark"
    assert second.size() == first.size()
    assert second.page.right.sizes() == sizes
    second.reset_layout()
    assert second.page.right.sizes() != sizes
    second.use_light_theme()


def test_the_last_preset_is_opened_again(open_window: Callable[..., Window]) -> None:
    first = open_window(FakeEngine(), data=False)
    first.files.open_preset("linear")
    first.close()
    assert open_window(FakeEngine(), data=False).session.document.spec.name == "linear"


def test_diagnostics_go_to_the_clipboard(open_window: Callable[..., Window]) -> None:
    window = open_window(FakeEngine(), data=False)
    window.help.copy_diagnostics()
    text = QGuiApplication.clipboard().text()
    assert "Qt 6" in text
    assert "torch" in text
    assert "end of" in text


def test_a_click_on_the_middle_of_nothing_changes_nothing(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine(), data=False)
    before = window.session.document.spec
    qtbot.mouseClick(window.page.scatter, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert window.session.document.spec == before


def test_dropped_pictures_open_their_page_and_folders_stay_data(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(FakeEngine())
    window.chapters.make_ready()
    picture = tmp_path / "cat.png"
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(picture)
    _drop(window, picture)
    assert window.book.place == window.chapters.pictures
    page = window.chapters.pictures_page
    assert page
    qtbot.waitUntil(lambda: page.table.opened is not None, timeout=60_000)
    window.book.turn_to(window.chapters.train)
    with qtbot.waitSignal(window.files.data_chosen) as told:
        _drop(window, tmp_path)
    assert told.args == [str(tmp_path)]
    assert window.book.place == window.chapters.train
