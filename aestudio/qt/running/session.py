"""What the window is about: a document, data and a run, and what pressing Train means. No widget in here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.library.runs import Record, save_run
from aestudio.qt.builder.document import Document
from aestudio.qt.running.background import Background
from aestudio.qt.running.loader import Opened, fitting, opening
from aestudio.qt.running.looks import Looks
from aestudio.qt.running.trainer import State, Trainer
from aestudio.spec.check import refuse_faults
from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.run import DataSpec, RunSpec
from aestudio.training.events import EpochEnded, Finished, Measured

_REOPEN_MS = 400
_FIT_MS = 700  # after the data are there: what is pressed at once must not share the processor with the fit


class Session(QObject):
    """Joins the document, its data and its run. Views and bars only show what it tells."""

    opened = Signal(object)  # Opened
    loading = Signal(float, str)
    loaded = Signal()  # loading is over, well or not
    waiting = Signal(bool)  # Train was pressed, and the data are still on their way
    began = Signal(object)  # RunSpec
    said = Signal(str)
    trouble = Signal(str)

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.trainer = document, trainer
        self.data: Opened | None = None
        self.run: RunSpec | None = None
        self.record = Record()
        self.looks = Looks(self)
        self._queued: Literal["", "run", "step"] = ""
        self._loader = Background(self)
        self._loader.told.connect(self.loading)
        self._loader.done.connect(self._on_opened)
        self._loader.failed.connect(self._on_not_opened)
        self._fitter = Background(self)
        self._fit_soon = QTimer(self, singleShot=True, interval=_FIT_MS)
        self._fit_soon.timeout.connect(self._on_fit_soon)
        self._reopen = QTimer(self, singleShot=True, interval=_REOPEN_MS)
        self._reopen.timeout.connect(self._on_reopen)
        self.looks.failed.connect(self.trouble)
        document.changed.connect(self._on_document_changed)
        trainer.epoch_ended.connect(self._on_epoch_ended)
        trainer.snapshot.connect(self.looks.note)
        trainer.finished.connect(self._on_finished)
        trainer.measured.connect(self._on_measured)
        trainer.failed.connect(self.trouble)

    # ------------------------------------------------------------------------------------------ data

    @Slot()
    def begin(self) -> None:
        """Bring in torch and the document's data; the window is on the screen by now."""
        self._open(self.document.spec.data)

    def open_data(self, source: str, *, download: bool = False) -> None:
        """Open other data. The old ones stay until the new ones are there, and if they never come."""
        asked = replace(self.document.spec.data, source=source, size=0, channels="auto")
        self._open(asked, download=download)

    @Slot()
    def cancel_loading(self) -> None:
        """Give up opening data."""
        if self._loader.is_busy:
            self._loader.cancel()
            self._queue("")
            self.said.emit("Opening the data was cancelled")
            self.loaded.emit()

    def _open(self, spec: DataSpec, *, download: bool = False) -> None:
        self._reopen.stop()
        self.loading.emit(0.0, f"opening {spec.source}")
        self._loader.start(opening(spec, download=download))

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        self.data, self.run = opened, None
        self.looks.forget()
        self.document.edit(f"Open {opened.data.name}", replace(self.document.spec, data=opened.spec))
        self.loaded.emit()
        self.opened.emit(opened)
        self.said.emit(f"{opened.data.name}: {len(opened.data):,} examples")
        self.looks.show(self.document.spec, opened.data)
        queued = self._queued
        if queued:
            self._queue("")
            self._start(paused=queued == "step")
        else:
            self._fit_soon.start()

    @Slot()
    def _on_fit_soon(self) -> None:
        if self.data is not None and self.trainer.state is State.IDLE:
            self._fitter.start(fitting(self.data.data))

    @Slot(str)
    def _on_not_opened(self, sentence: str) -> None:
        self._queue("")
        self.loaded.emit()
        self.said.emit("")
        self.trouble.emit(sentence)

    @Slot()
    def _on_reopen(self) -> None:
        if not self._is_current():
            self._open(self.document.spec.data)

    def _is_current(self) -> bool:
        return self.data is not None and self.data.spec == self.document.spec.data

    # ------------------------------------------------------------------------------------------- run

    @Slot()
    def train_or_pause(self) -> None:
        """The one button: start, pause or resume."""
        if self._queued:
            self._queue("")
        elif self.trainer.state is State.RUNNING:
            self.trainer.pause()
        elif self.trainer.state is State.PAUSED:
            self.trainer.resume()
        else:
            self._start(paused=False)

    @Slot()
    def step(self) -> None:
        """One batch; without a run, the first batch of a new one."""
        if self.trainer.state is State.IDLE:
            self._start(paused=True)
        else:
            self.trainer.step()

    @Slot()
    def stop(self) -> None:
        """End the run, or forget that one was to start."""
        self._queue("")
        self.trainer.stop()

    @Slot()
    def restart(self) -> None:
        """Begin again with the document as it stands."""
        self._start(paused=False)

    @Slot(tuple)
    def pin(self, pins: tuple[int, ...]) -> None:
        """Show these test images from now on."""
        self.trainer.watch(pins=pins)
        self.looks.pins = pins
        self._look()

    def save_run(self, folder: Path) -> None:
        """Write the last run into a new folder. Raises UserError."""
        if self.run is None:
            raise UserError("there is no run to save yet; train first")
        save_run(folder, self.run, self.record)
        self.said.emit(f"The run is saved in {folder}")

    def close(self) -> None:
        """Stop everything and wait for it."""
        self._reopen.stop()
        self._fit_soon.stop()
        self.trainer.close()  # first: it goes on working until it is told
        self._loader.close()
        self.looks.close()
        self._fitter.close()

    def _start(self, *, paused: bool) -> None:
        if self.data is None or not self._is_current():
            self._queue("step" if paused else "run")
            if not self._loader.is_busy:
                self._open(self.document.spec.data)
            return
        run = self.document.spec
        try:
            refuse_faults(run, self.data.data.shape)
        except SpecError as error:
            self.trouble.emit(str(error))
            return
        self.run, self.record = run, Record()
        self.looks.forget()
        self.began.emit(run)
        self.trainer.start(run, self.data.data, paused=paused)
        if paused:
            self.trainer.step()

    def _queue(self, what: Literal["", "run", "step"]) -> None:
        if what != self._queued:
            self._queued = what
            self.waiting.emit(bool(what))

    @Slot(object)
    def _on_epoch_ended(self, ended: EpochEnded) -> None:
        self.record.note(ended)

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        self.record.note(finished)
        if self.run:
            self.looks.keep(self.run, finished)
        self._look()
        self.said.emit("Trained" if finished.reason == "done" else "Stopped; what was learnt is kept")

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        self.record.note(measured)
        mse, decibels = measured.metrics.get("test_mse"), measured.metrics.get("test_psnr_db")
        if isinstance(mse, float) and isinstance(decibels, float):
            self.said.emit(f"On the test images: MSE {mse:.5f}, PSNR {decibels:.2f} dB")

    @Slot(object)
    def _on_document_changed(self, spec: RunSpec) -> None:
        if self.data is not None and not self._is_current():
            self._reopen.start()
        self._look()

    def _look(self) -> None:
        """While a run is under way its own snapshots show the pins; else look in the background."""
        if self.data is not None and self.trainer.state is State.IDLE:
            self.looks.show(self.document.spec, self.data.data)
