"""The log, and the hooks that send every error there: no traceback reaches a person."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import sys
import threading
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)

from aestudio import __version__

log = logging.getLogger(__name__)

_TAIL = 80
_MOST_BYTES = 500_000
_PACKAGES = ("torch", "numpy", "PySide6-Essentials", "pyqtgraph", "safetensors")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_path() -> Path:
    """Where the log is kept."""
    return platformdirs.user_state_path("aestudio") / "log.txt"


def start_log() -> None:
    """Write the log to its file; where that cannot be, the program goes on without one."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not print a traceback for every line
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        if log_path().exists() and log_path().stat().st_size > _MOST_BYTES:
            log_path().replace(log_path().with_suffix(".old.txt"))
        handler = logging.FileHandler(log_path(), encoding="utf-8")
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    log.info("AE Studio %s on %s", __version__, platform.platform())


def note_crashes() -> None:
    """Where the process itself dies, leave the stacks of all threads beside the log."""
    with contextlib.suppress(OSError):
        faulthandler.enable(log_path().with_name("crash.txt").open("w", encoding="utf-8"))


class Watchdog(QObject):
    """Catches what nobody else caught, on any thread: the log keeps it, the window says one sentence."""

    caught = Signal(str)

    def install(self) -> None:
        """Take over the interpreter's hooks and Qt's messages."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.error("not caught", exc_info=(kind, error, trace))
        self.caught.emit(f"something went wrong ({kind.__name__}); Help > Copy Diagnostics gives the details")

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        self._on_exception(hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback)


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.INFO), text)


def diagnostics() -> str:
    """What a bug report needs: versions, the device and the end of the log."""
    lines = [
        f"AE Studio {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Qt {qVersion()}",
        *(f"{name} {_version(name)}" for name in _PACKAGES),
        _device(),
        "",
        f"end of {log_path()}:",
        *_tail(),
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # 30 ms that the first window need not wait

    try:
        return version(name)
    except PackageNotFoundError:
        return "is not installed as a package"


def _device() -> str:
    if "torch" not in sys.modules:
        return "torch is not loaded yet"
    from aestudio.training.device import choose_device, device_name

    return f"device: {device_name(choose_device())}"


def _tail() -> list[str]:
    try:
        return log_path().read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL:]
    except OSError as error:
        return [f"(it cannot be read: {error.strerror})"]
