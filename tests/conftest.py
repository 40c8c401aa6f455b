"""Every test runs offscreen, on one thread, in folders of its own, and leaves nothing of Qt behind."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from aestudio.__main__ import set_switches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QWidget

# Read when Qt and OpenMP are loaded, so they are set before any test imports anything.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["OMP_NUM_THREADS"] = "1"
set_switches()


@pytest.fixture(autouse=True)
def _one_torch_thread() -> Iterator[None]:
    """Undo what a test did to torch's threads, without importing torch for tests that do not."""
    yield
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        if torch.get_num_threads() != 1:
            torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _own_folders_from_the_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fixtures of a wider scope than one test must not find the user's folders either."""
    with pytest.MonkeyPatch.context() as patch:
        _move_home(tmp_path_factory.mktemp("home"), patch)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for this test: configuration, cache, data, state, documents and pictures lie below it."""
    folder = tmp_path_factory.mktemp("home")
    _move_home(folder, monkeypatch)
    return folder


def _move_home(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in ("config", "cache", "data", "state"):
        patch.setenv(f"XDG_{name.upper()}_HOME", str(folder / name))
    patch.delenv("AESTUDIO_CACHE", raising=False)
    (folder / "config").mkdir()
    lines = [f'XDG_{name.upper()}_DIR="{folder / name}"\n' for name in ("documents", "pictures")]
    # platformdirs and Qt read this file rather than the environment.
    (folder / "config" / "user-dirs.dirs").write_text("".join(lines), encoding="utf-8")


@pytest.fixture(autouse=True)
def _qt_hygiene(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    """In tests with Qt: settings of their own, cycles freed on the GUI thread, nothing left behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QSettings

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
    # Python's collector runs on whichever thread allocates, a trainer's too, and would free QObjects there.
    gc.disable()
    try:
        with _LeakGuard() as guard:
            yield
            gc.collect()  # pytest-qt has closed its widgets by now, and this is the GUI thread
        guard.complain()
    finally:
        gc.enable()


class _LeakGuard:
    """Watches what a test starts and shows, and fails it for what is still there at its end.

    Threads are held strongly: Qt aborts the process when a running one is destroyed, and a message is
    better than that. Timers are held weakly: one that went with its owner is no leak.
    """

    def __enter__(self) -> _LeakGuard:
        import weakref

        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QApplication

        self._threads: list[QThread] = []
        self._timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
        self._shown_before = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(QThread, "start", _noting(QThread.start, self._threads.append))
        self._patch.setattr(QTimer, "start", _noting(QTimer.start, self._timers.add))
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def complain(self) -> None:
        """Clear up what was left, so that the next test starts clean, and fail the one that left it."""
        __tracebackhide__ = True
        leaks = [*map(_stop, self._running()), *map(_halt, self._ticking()), *map(_close, self._shown())]
        self._threads.clear()
        if leaks:
            pytest.fail("this test left something of Qt behind:\n- " + "\n- ".join(leaks), pytrace=False)

    def _running(self) -> list[QThread]:
        import shiboken6

        # A thread whose loop was asked to end may need a moment to do so; it is no leak.
        return [t for t in self._threads if shiboken6.isValid(t) and t.isRunning() and not t.wait(100)]

    def _ticking(self) -> list[QTimer]:
        import shiboken6

        return [t for t in self._timers if shiboken6.isValid(t) and t.isActive() and t.parent() is None]

    def _shown(self) -> list[QWidget]:
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QApplication

        return [
            w
            for w in QApplication.topLevelWidgets()
            if w.isVisible() and w not in self._shown_before and w.windowType() != Qt.WindowType.ToolTip
        ]


def _noting(start: Callable[..., None], note: Callable[[Any], object]) -> Callable[..., None]:
    def noted(self: object, *args: object, **kwargs: object) -> None:
        note(self)
        start(self, *args, **kwargs)

    return noted


_unstoppable: list[QThread] = []
"""Threads that did not stop when asked: kept, because Qt aborts when a running one is destroyed."""


def _stop(thread: QThread) -> str:
    thread.requestInterruption()
    thread.quit()
    if not thread.wait(2000):
        _unstoppable.append(thread)
    return f"{_described(thread)} is still running; stop it and wait() for it, as closeEvent does"


def _halt(timer: QTimer) -> str:
    timer.stop()
    return f"{_described(timer)} is still active and has no parent; give it one, or stop it"


def _close(widget: QWidget) -> str:
    widget.hide()  # not close(): a closeEvent that asks a question would hang here
    widget.deleteLater()
    return f"{_described(widget)} is still visible; hand it to qtbot.addWidget(), or close it"


def _described(thing: QThread | QTimer | QWidget) -> str:
    name = thing.objectName()
    return f"{type(thing).__name__} {name!r}" if name else f"an unnamed {type(thing).__name__}"
