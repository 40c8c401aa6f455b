"""From nothing to a window: quick, and one sentence where there can be none."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aestudio.qt import display
from aestudio.qt.diagnostics import Watchdog, diagnostics, log_path, start_log
from aestudio.qt.display import why_no_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def test_no_display_is_one_sentence() -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    if sys.platform != "linux":
        pytest.skip("only Linux does without a display")
    done = subprocess.run(
        [sys.executable, "-m", "aestudio"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("aestudio: there is no display; ")
    assert "aestudio --help" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_dead_display_is_one_sentence() -> None:
    assert "cannot be reached" in why_no_window({"DISPLAY": ":9999"}, "linux")


def test_missing_libraries_name_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_is_there", lambda library: "GL" not in library)
    sentence = why_no_window(OFFSCREEN, "linux")
    assert "apt-get install libegl1 libgl1" in sentence
    assert "libxcb-cursor0" not in sentence


def test_a_window_under_x_needs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_is_there", lambda library: False)
    assert "libxcb-cursor0" in why_no_window({"DISPLAY": ":0"}, "linux")


def test_a_window_can_be_shown_here() -> None:
    assert why_no_window(OFFSCREEN, sys.platform) == ""


def test_the_first_window_waits_for_no_torch() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from aestudio.qt.window import Window; window = Window(); window.show(); app.processEvents();"
        "print([name for name in ('torch', 'sklearn', 'aestudio.data.door') if name in sys.modules])"
    )
    environment = {**os.environ, **OFFSCREEN}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def watchdog(qtbot: QtBot) -> Iterator[Watchdog]:
    dog = Watchdog()
    yield dog
    dog.remove()
    dog.deleteLater()


def test_what_nobody_caught_is_a_sentence_and_in_the_log(
    watchdog: Watchdog, qtbot: QtBot, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    watchdog.install()
    with qtbot.waitSignal(watchdog.caught) as told:
        try:
            raise KeyError("secret detail")  # noqa: TRY301  # what an event handler might do
        except KeyError as error:
            sys.excepthook(KeyError, error, error.__traceback__)
    assert told.args
    assert told.args[0].startswith("something went wrong (KeyError)")
    assert "secret detail" in caplog.text
    assert capsys.readouterr().err == ""


def test_the_log_is_in_the_state_folder_and_in_the_diagnostics(home: Path) -> None:
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    try:
        start_log()
        logging.getLogger("test").error("a line to be found")
        assert log_path().is_relative_to(home)
        text = diagnostics()
    finally:
        _close_new_handlers(handlers)
        logging.getLogger().setLevel(level)
    assert "a line to be found" in text
    assert "PySide6-Essentials 6." in text


def test_without_room_for_a_log_the_program_goes_on(home: Path) -> None:
    (home / "state").write_text("a file where a folder belongs", encoding="utf-8")
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    try:
        start_log()
        assert "cannot be read" in diagnostics()
    finally:
        _close_new_handlers(handlers)
        logging.getLogger().setLevel(level)


def _close_new_handlers(before: list[logging.Handler]) -> None:
    for handler in list(logging.getLogger().handlers):
        if handler not in before:
            logging.getLogger().removeHandler(handler)
            handler.close()
