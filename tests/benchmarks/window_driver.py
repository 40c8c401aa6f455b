"""What a person does to the window, for window_child.py: it presses, waits and looks at the clock."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from aestudio.library.presets import load_preset
from aestudio.qt.bars.status import resident_mb
from aestudio.qt.running.launches import racing
from aestudio.qt.window import Window
from aestudio.spec.fairness import Budget

TIMER_MS = 5
RACERS = ("undercomplete", "sparse-l1", "denoising-gaussian", "vae-20")


class Driver(QObject):
    """Sits beside the one window of the program."""

    def __init__(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        super().__init__(app)
        self.app = app
        self.window = next(w for w in app.topLevelWidgets() if isinstance(w, Window))
        self.pressed = self.seconds = 0.0
        self._then: Callable[[], None] | None = None
        self._late: list[float] = []
        self._pictures = self._step = self._first_step = 0
        self._most = 0.0
        self._speed: dict[str, float] = {}
        self._timer = QTimer(self, interval=TIMER_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self.window.session.trainer.snapshot.connect(self._on_snapshot)

    def after(self, milliseconds: int, do: Callable[[], None]) -> None:
        """Do something later."""
        QTimer.singleShot(milliseconds, self, do)

    @Slot()
    def press_soon(self) -> None:
        """Press Train once what goes on now is done."""
        self.after(500, self.press)

    @Slot()
    def press(self) -> None:
        """Press Train with the mouse."""
        self.pressed = time.monotonic()
        QTest.mouseClick(self.window.page.transport.train, Qt.MouseButton.LeftButton)

    @Slot()
    def race_soon(self) -> None:
        """Race four variants once what goes on now is done."""
        self.after(500, self.race)

    @Slot()
    def race(self) -> None:
        """What the race dialog does when it is agreed to."""
        session = self.window.session
        assert session.data
        runs = [load_preset(name) for name in RACERS]
        lanes = racing(
            runs, Budget("epochs", 1000), session.data.spec, session.data.data.shape, session.workspace
        )
        self.window.races.start([lanes])

    def on_picture(self, do: Callable[[], None]) -> None:
        """Do something when the first picture of the model's has been painted."""
        self._then = do

    @Slot()
    def tell_on(self) -> None:
        """Print the time and the images trained on whenever the window hears of its run."""
        run = self.window.session.run
        assert run
        batch = run.training.batch

        def tell(snapshot: object) -> None:
            print(time.monotonic(), getattr(snapshot, "step", 0) * batch, flush=True)

        self.window.session.trainer.snapshot.connect(tell)

    @Slot()
    def begin(self) -> None:
        """Watch how fast it trains, then the timer, which wants the interpreter 200 times a second."""
        self._began = time.perf_counter()
        self._first_step, self._pictures = self._step, 0
        self.after(int(1000 * self.seconds), self._watch_timer)

    @Slot()
    def _watch_timer(self) -> None:
        run = self.window.session.run
        assert run
        now = time.perf_counter()
        spent = now - self._began
        self._speed = {
            "updates_per_second": self._pictures / spent,
            "images_per_second": (self._step - self._first_step) * run.training.batch / spent,
        }
        self._began = self._last = now
        self._timer.start()

    @Slot(object)
    def _on_snapshot(self, snapshot: object) -> None:
        self._step = getattr(snapshot, "step", 0)
        if getattr(snapshot, "pictures", None) is not None:
            self._pictures += 1
            if self._then:
                then, self._then = self._then, None
                self.after(0, then)  # after the paint events that this snapshot causes

    @Slot()
    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._late.append(max(0.0, 1000 * (now - self._last) - TIMER_MS))
        self._last = now
        if len(self._late) % 200 == 0:
            self._most = max(self._most, resident_mb())
        if now - self._began > self.seconds:
            self._tell()

    def _tell(self) -> None:
        figures = {
            "late_ms": [round(late, 3) for late in self._late],
            "resident_mb": max(self._most, resident_mb()),
            **self._speed,
        }
        print(json.dumps(figures), flush=True)
        os._exit(0)
