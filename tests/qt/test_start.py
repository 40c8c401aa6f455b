"""From nothing to a window: quick, and one sentence where there can be none."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from aestudio.qt import display
from aestudio.qt.diagnostics import Watchdog, diagnostics, log_path, start_log
from aestudio.qt.display import why_no_window
from aestudio.qt.pages.train import CHARTS
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@pytest.mark.skipif(sys.platform != "linux", reason="a file of Linux")
def test_threads_wake_when_they_asked_to() -> None:
    """In a process of its own, since this one's threads are to stay as they are."""
    lines = (
        "import threading",
        "from aestudio.qt.app import hand_over_soon",
        "hand_over_soon()",
        "tell = lambda: print(open(f'/proc/{threading.get_native_id()}/timerslack_ns').read(), end='')",
        "threading.Thread(target=tell).start()",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == 1000, "nanoseconds, in threads begun later too"


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


def test_the_program_ends_without_a_word(tmp_path: Path) -> None:
    """Widgets that outlive the application are destroyed by Python, which Qt complains of, or dies."""
    lines = (
        "import sys",
        "from PySide6.QtWidgets import QApplication",
        "from aestudio.qt import app",
        "run = QApplication.exec",
        "def loop(*_):",
        "    from aestudio.qt.window import Window",
        "    now = QApplication.instance()",
        "    window = next(one for one in now.topLevelWidgets() if isinstance(one, Window))",
        "    window.session.opened.connect(now.closeAllWindows)",
        "    return run()",
        "QApplication.exec = loop",
        "sys.exit(app.main(['aestudio']))",
    )
    homes = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE")}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={**os.environ, **OFFSCREEN, **homes, "AESTUDIO_WORKSPACE": str(tmp_path / "workspace")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


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


# The real program, asked at its first paint for what it has imported on top of Qt's widgets and numpy.
AT_FIRST_PAINT = """
import json, linecache, os, sys
import numpy
from PySide6.QtWidgets import QApplication

before, run = set(sys.modules), QApplication.exec

def look():
    told = {"modules": sorted(set(sys.modules) - before), "sources": sorted(linecache.cache)}
    print(json.dumps(told), flush=True)
    os._exit(0)

def loop(*_):
    next(w for w in QApplication.topLevelWidgets() if hasattr(w, "painted")).painted.connect(look)
    return run()

QApplication.exec, sys.argv = loop, ["aestudio"]
from aestudio.__main__ import main
main()
"""
PACKAGES = {"aestudio", "platformdirs", "safetensors", "tomli", "tomli_w"}
"""What the first window may wait for beside Qt's widgets and numpy."""
ROOMS = ("spec", "models", "objectives", "qt.bars", "qt.builder", "qt.drawing", "qt.forms", "qt.running")
FILES = {
    "": ("__main__", "cli", "cli.commands", "data", "data.resources"),
    "training": ("events", "resting"),
    "library": ("curves", "disk", "film", "lane", "place", "presets"),
    "qt": (
        *("app", "window", "chapters", "book", "menus", "commands", "command_line", "files", "races"),
        *("settings", "theme", "glyphs", "labels", "collector", "diagnostics", "display", "sources"),
        *("onward", "pages", "pages.train", "views", "views.reconstructions", "dialogs", "dialogs.help"),
    ),
}
"""Of our own: the builder lists every part of a model; of pages, views and dialogs there is one each."""
SLOW = {
    *("asyncio", "email.message", "hashlib", "http.client", "importlib.metadata", "multiprocessing"),
    "numpy.random",
}
"""Python's own, and of a package that is there anyway: some ms each."""


@pytest.fixture(scope="module")
def at_first_paint(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The modules that the window has waited for when it is first painted, and the sources that are kept."""
    home = tmp_path_factory.mktemp("first")
    own = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE")}
    environment = {**os.environ, **OFFSCREEN, **own, "AESTUDIO_WORKSPACE": str(home / "runs")}
    command = [sys.executable, "-c", AT_FIRST_PAINT]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def first(at_first_paint: dict[str, list[str]]) -> set[str]:
    return set(at_first_paint["modules"])


def test_the_first_window_waits_for_no_torch(first: set[str]) -> None:
    assert first & {"torch", "sklearn", "pyqtgraph", "aestudio.data.door"} == set()


def test_the_first_window_waits_for_no_other_package(first: set[str]) -> None:
    brought = {name.partition(".")[0] for name in first}
    packages = {name for name in brought - sys.stdlib_module_names if not name.startswith("_")}
    assert packages - PACKAGES - {"PySide6", "numpy"} == set(), "import it after the first paint"


def test_the_first_window_waits_for_nothing_slow(first: set[str]) -> None:
    assert first & SLOW == set()


def test_the_first_window_waits_for_no_more_of_ours(first: set[str]) -> None:
    """A page, a dialog or a command that is imported at the top of a file shows here."""
    ours = {name.removeprefix("aestudio.") for name in first if name.startswith("aestudio.")}
    due = {f"{room}.{name}".strip(".") for room, names in FILES.items() for name in ("", *names)}
    late = {name for name in ours - due if not name.startswith(ROOMS)}
    assert late == set(), "import it after the first paint: in Chapters, or in the function that needs it"


def test_no_page_waits_for_torch() -> None:
    """They are made on the GUI thread, which torch's import would hold up for more than a second."""
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from aestudio.qt.window import Window; window = Window(); window.chapters.make_ready();"
        "print(sorted({'torch', 'sklearn', 'scipy', 'skimage'} & set(sys.modules)), flush=True);"
        "import os; os._exit(0)"
    )
    environment = {**os.environ, **OFFSCREEN}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_source_is_read_for_pysides_sake(at_first_paint: dict[str, list[str]]) -> None:
    assert not [name for name in at_first_paint["sources"] if name.endswith(f"qt{os.sep}window.py")]


@pytest.mark.parametrize("spared", [False, True])
def test_pyside_reads_sources_unless_it_is_told_not_to(*, spared: bool) -> None:
    """Where False fails, PySide has become better, and aestudio.qt.sources can go."""
    tell = "from aestudio.qt.sources import spare_sources; spare_sources();" if spared else ""
    code = (
        f"import linecache; import PySide6.QtCore; {tell} import wave;"
        "print(any(name.endswith('wave.py') for name in linecache.cache))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(not spared)


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


def test_what_the_first_paint_did_not_need_comes_piece_by_piece(qtbot: QtBot) -> None:
    """Between two pieces the window answers; all in one held it up for 0.4 s."""
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    window.show()
    answers: list[int] = []
    between = QTimer(window, interval=0)
    between.timeout.connect(lambda: answers.append(len(window.commands.all())))
    with qtbot.waitSignal(window.chapters.ready):
        window.chapters.make_ready_soon()
        assert window.chapters.runs_page is None
        between.start()
    between.stop()
    assert window.chapters.runs_page
    assert window.chapters.recovery
    assert len(set(answers)) > 1  # there was room before the Runs page, whose commands came last
    assert tuple(view.title for view in window.page.views[1:]) == CHARTS


def test_a_window_that_is_closed_at_once_makes_nothing_more(qtbot: QtBot) -> None:
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    window.show()
    window.chapters.make_ready_soon()
    window.close()
    for _ in range(5):
        QApplication.processEvents()
    assert window.chapters.runs_page is None


def test_data_that_somebody_asked_for_are_not_opened_twice(qtbot: QtBot, tmp_path: Path) -> None:
    """What is dropped while the pages are still being made comes first."""
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.session.trouble, timeout=60_000) as told:
        window.session.open_data(str(tmp_path / "nothing"))
        window.session.begin()
    assert told.args
    assert "nothing" in told.args[0]
