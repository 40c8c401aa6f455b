"""A window with a run under way, for a test that kills it: python -m tests.qt.dying_window WORKSPACE

It says ``ready`` once its journal holds everything, and goes on until it is killed.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import torch
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from aestudio.evaluation.lane import Lane, drive, new_lane
from aestudio.library.folder import STATE
from aestudio.qt.desk import Asked, Desk, Told
from aestudio.qt.recovery import Recovery
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine
from tests.small import small_mnist, small_run


def _train(lane: Lane) -> None:
    for _ in drive(lane, small_mnist(), device=torch.device("cpu")):
        pass


def main(workspace: Path) -> None:
    """Train for ever, edit the builder, tick a run, and wait for the end."""
    app = QApplication([])
    window = Window(FakeEngine())
    lane = new_lane(small_run(("training.epochs", 100_000)), workspace / "live", small_mnist(), name="live")
    threading.Thread(target=_train, args=(lane,), daemon=True).start()
    asked = Asked(
        page=lambda: "runs",
        workspace=lambda: workspace,
        runs=lambda: (workspace / "live",),
        ticks=lambda: (workspace / "a", workspace / "b"),
        queue=lambda: ("first", "second"),
        pictures=lambda: ((workspace / "cat.png", workspace / "cup.jpg"), workspace / "cup.jpg"),
    )
    told = Told(page=print, workspace=print, ticks=print, pictures=print)
    document = window.session.document
    desk = Desk(window, document, {"right": window.page.right}, asked, told)
    recovery = Recovery(desk, document.undo_stack, lambda: True, window)
    window.resize(980, 620)
    window.show()
    window.page.right.setSizes([400, 120])
    recovery.begin()
    document.set_value("training.lr", 0.0123)
    document.set_value("training.epochs", 77)

    def tell() -> None:
        if recovery.journaling.is_busy or not (workspace / "live" / STATE).exists():
            return
        print("ready", window.page.right.sizes(), flush=True)  # noqa: T201
        timer.stop()

    timer = QTimer(window, interval=20)
    timer.timeout.connect(tell)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
