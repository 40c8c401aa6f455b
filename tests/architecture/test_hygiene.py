"""The suite's own guards: each leak that is planted fails its test with a message that teaches."""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]

LEAKY = """
from PySide6.QtCore import QThread, QTimer, qWarning
from PySide6.QtWidgets import QWidget

kept = []

def test_thread(qtbot):
    thread = QThread(objectName="trainer")
    thread.start()

def test_timer(qtbot):
    kept.append(QTimer(objectName="ticker"))
    kept[-1].start(1000)

def test_widget(qtbot):
    kept.append(QWidget(objectName="orphan"))
    kept[-1].show()

def test_warning(qtbot):
    qWarning("planted warning")

def test_tidy(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    QTimer(window).start(1000)
    passing = QTimer()
    passing.start(1000)
    thread = QThread(window)
    thread.start()
    thread.quit()
    thread.wait()
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest prints of the leaky tests, run with our own settings and guards."""
    folder = tmp_path_factory.mktemp("leaky")
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), "utf-8")
    (folder / "test_leaky.py").write_text(LEAKY, "utf-8")
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider", "-v"]
    command = [sys.executable, "-m", "pytest", *settings, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "lesson",
    [
        "QThread 'trainer' is still running; stop it and wait() for it",
        "QTimer 'ticker' is still active and has no parent; give it one",
        "QWidget 'orphan' is still visible; hand it to qtbot.addWidget()",
        "Qt messages with level WARNING or above emitted",
    ],
)
def test_a_leak_fails_with_a_lesson(lesson: str, report: str) -> None:
    assert lesson in report


def test_a_tidy_test_passes(report: str) -> None:
    assert "test_tidy PASSED" in report
    assert "4 passed, 3 errors" in report.replace("1 failed, ", "")


def test_cycles_wait_for_the_gui_thread(qtbot: QtBot) -> None:
    assert not gc.isenabled()


def test_without_qt_the_collector_is_left_alone() -> None:
    assert gc.isenabled()


def test_settings_are_this_tests_own(qtbot: QtBot, home: Path) -> None:
    from PySide6.QtCore import QSettings

    settings = QSettings("AE Studio", "test")
    assert not settings.allKeys()
    settings.setValue("window", 1)
    settings.sync()
    assert Path(settings.fileName()).is_relative_to(home)


def test_settings_do_not_outlive_their_test(qtbot: QtBot) -> None:
    from PySide6.QtCore import QSettings

    assert not QSettings("AE Studio", "test").contains("window")


def test_folders_are_this_tests_own(home: Path) -> None:
    own = [platformdirs.user_cache_path(), platformdirs.user_config_path(), platformdirs.user_data_path()]
    own += [platformdirs.user_documents_path(), platformdirs.user_state_path()]
    assert all(path.is_relative_to(home) for path in own)


def test_torch_has_one_thread() -> None:
    import torch

    assert torch.get_num_threads() == 1
    torch.set_num_threads(2)


def test_torch_has_one_thread_again() -> None:
    import torch

    assert torch.get_num_threads() == 1


def test_a_test_without_torch_pays_nothing_for_it() -> None:
    """The guards ask only whether torch is there."""
    code = "import sys; import tests.conftest; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_threads_spin_only_briefly() -> None:
    assert os.environ.keys() & {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME"}
    assert "OPENBLAS_THREAD_TIMEOUT" in os.environ


@pytest.mark.parametrize("name", ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME"])
def test_the_users_own_switch_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from aestudio.__main__ import set_switches

    switches = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME"}
    for switch in switches:
        monkeypatch.delenv(switch, raising=False)
    monkeypatch.setenv(name, "ACTIVE")
    set_switches()
    assert {s: os.environ.get(s) for s in switches if s in os.environ} == {name: "ACTIVE"}


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems have switches of their own")
def test_threads_are_given_memory_that_is_there_already() -> None:
    """Blocks as large as what a layer makes of a large tile."""
    code = """
import threading
from aestudio.__main__ import set_switches
set_switches()
import resource

def work():
    for _ in range(20):
        pair = b"a" * 90_000_000, b"b" * 90_000_000
    print(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt)

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 2 * 20 * 90_000_000 / 4096 / 5, "the system clears it each time anew"
