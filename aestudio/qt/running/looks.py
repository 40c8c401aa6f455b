"""Looks at pinned images while nothing trains: noise on real images, and the last run's model at work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.qt.running.background import Background
from aestudio.qt.running.preview import Trained, picturing
from aestudio.training.events import Curves, Finished, Pictures, Snapshot, frozen

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.library.kept import KeptRun
    from aestudio.spec.run import RunSpec

_SETTLE_MS = 60


class Looks(QObject):
    """Asks for one look at a time, shortly after the last change, off the GUI thread."""

    previewed = Signal(object)  # Pictures: nothing is trained yet
    looked = Signal(object)  # Snapshot: the last run's model, pictures only
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.pins: tuple[int, ...] = ()
        self._trained: Trained | None = None
        self._last: Snapshot | None = None
        self._wanted: tuple[RunSpec, Dataset] | None = None
        self._shown: tuple[object, ...] = ()
        self._uses_model = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._worker = Background(self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self.failed)

    def show(self, run: RunSpec, data: Dataset) -> None:
        """Look at the pins with this run's corruptions, unless that is what is shown."""
        key = (run.corruptions, self.pins, self._trained, id(data))
        if key != self._shown:
            self._shown = key
            self._wanted = run, data
            self._settle.start()

    def keep(self, run: RunSpec, finished: Finished) -> None:
        """Use the weights of a run that is over, until the next begins or other data come."""
        best = finished.best
        self._trained = Trained(run, lambda: best)
        if self._last and finished.best_epoch:
            self._last = replace(self._last, epoch=float(finished.best_epoch))

    def revive(self, kept: KeptRun) -> None:
        """Use a kept run's best weights, likewise."""
        from aestudio.qt.running.reopening import last_of  # with all that reads runs, so not at the start

        self.forget()
        self._trained = Trained(kept.run, kept.weights)
        best = next((ended.epoch for ended in reversed(kept.epochs) if ended.best), kept.card.epochs_done)
        self._last = replace(last_of(kept), epoch=float(best))

    def forget(self) -> None:
        """A run begins, whose own snapshots show the pins, or other data have come."""
        self._settle.stop()
        self._worker.cancel()
        self._trained, self._last, self._shown = None, None, ()

    @Slot(object)
    def note(self, snapshot: Snapshot) -> None:
        """Remember where the run stands; not while a kept one is looked at."""
        if self._trained is None:
            self._last = snapshot

    def close(self) -> None:
        """Stop looking, and wait for the look under way."""
        self._settle.stop()
        self._worker.close()

    @Slot()
    def _on_settled(self) -> None:
        if self._wanted:
            run, data = self._wanted
            self._uses_model = self._trained is not None
            self._worker.start(picturing(run, data, self.pins, self._trained))

    @Slot(object)
    def _on_done(self, pictures: Pictures) -> None:
        if not self._uses_model or self._last is None:
            self.previewed.emit(pictures)
            return
        empty = frozen(np.empty(0, np.float32))
        curves = Curves(frozen(np.empty(0, np.int64)), empty, {})
        self.looked.emit(replace(self._last, curves=curves, pictures=pictures, scatter=None))
