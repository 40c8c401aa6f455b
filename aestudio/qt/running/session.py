"""What the window is about: a document, data and a run, and what pressing Train means. No widget in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from aestudio.library.lane import Lane
from aestudio.qt.builder.document import Document
from aestudio.qt.running.background import Background
from aestudio.qt.running.loader import Opened, fitting, opening
from aestudio.qt.running.looks import Looks
from aestudio.qt.running.trainer import State, Trainer
from aestudio.spec.check import refuse_faults
from aestudio.spec.faults import SpecError
from aestudio.spec.run import DataSpec, RunSpec
from aestudio.training.events import Event, Finished, Kept, LaneFailed, Measured, NotKept

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun

_REOPEN_MS = 400
_FIT_MS = 700  # after the data are there: what is pressed at once must not share the processor with the fit


@dataclass(frozen=True)
class _Launch:
    """What is to begin as soon as the data are there: these lanes, or the document as it then stands."""

    lanes: tuple[Lane, ...] = ()
    paused: bool = False


class Session(QObject):
    """Joins the document, its data and its runs. Views and bars only show what it tells.

    Args:
        document: the run under edit.
        trainer: what trains.
        workspace: the folder of runs in which everything that is trained is kept; None keeps nothing.
    """

    opened = Signal(object)  # Opened
    loading = Signal(float, str)
    loaded = Signal()  # loading is over, well or not
    waiting = Signal(bool)  # Train was pressed, and the data are still on their way
    began = Signal(object)  # tuple[Lane, ...], the first of them in focus
    kept = Signal(object)  # Kept: a run has got its folder
    reopened = Signal(object)  # KeptRun: to be looked at
    said = Signal(str)
    trouble = Signal(str)

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        parent: QObject | None = None,
        *,
        workspace: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self.trainer, self.workspace = document, trainer, workspace
        self.data: Opened | None = None
        self.lanes: tuple[Lane, ...] = ()
        self.folders: dict[str, Path] = {}  # of the lanes, by run id, once they are kept
        self.measured: Measured | None = None
        self.looks = Looks(self)
        self._launch: _Launch | None = None
        self._shown: KeptRun | None = None  # that is looked at, its data perhaps still on their way
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
        trainer.told.connect(self._on_told)
        trainer.snapshot.connect(self.looks.note)
        trainer.finished.connect(self._on_finished)
        trainer.measured.connect(self._on_measured)
        trainer.failed.connect(self.trouble)

    # ------------------------------------------------------------------------------------------ data

    @Slot()
    def begin(self) -> None:
        """Bring in torch and the document's data, unless somebody has asked for data by now."""
        if self.data is None and not self._loader.is_busy:
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
            self._await(None)
            self.said.emit("Opening the data was cancelled")
            self.loaded.emit()

    def _open(self, spec: DataSpec, *, download: bool = False) -> None:
        self._reopen.stop()
        self.loading.emit(0.0, f"opening {spec.source}")
        self._loader.start(opening(spec, download=download))

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        self.data, self.lanes = opened, ()
        self.looks.forget()
        self.document.edit(f"Open {opened.data.name}", replace(self.document.spec, data=opened.spec))
        self.loaded.emit()
        self.opened.emit(opened)
        self.said.emit(f"{opened.data.name}: {len(opened.data):,} examples")
        self.looks.show(self.document.spec, opened.data)
        if launch := self._launch:
            self._await(None)
            self._start(launch)
        else:
            self._fit_soon.start()
            if self._shown and self._shown.run.data == opened.spec:
                self.reopened.emit(self._shown)

    @Slot()
    def _on_fit_soon(self) -> None:
        if self.data is not None and self.trainer.state is State.IDLE:
            self._fitter.start(fitting(self.data.data))

    @Slot(str)
    def _on_not_opened(self, sentence: str) -> None:
        self._await(None)
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

    @property
    def run(self) -> RunSpec | None:
        """The spec of the run in focus, None before one has begun on these data."""
        return next((lane.run for lane in self.lanes if lane.run_id == self.trainer.focus), None)

    @property
    def folder(self) -> Path | None:
        """Where the run in focus is kept, None while it is not."""
        return self.folders.get(self.trainer.focus)

    @Slot()
    def train_or_pause(self) -> None:
        """The one button: start, pause or resume."""
        if self._launch:
            self._await(None)
        elif self.trainer.state is State.RUNNING:
            self.trainer.pause()
        elif self.trainer.state is State.PAUSED:
            self.trainer.resume()
        else:
            self._start(_Launch())

    @Slot()
    def step(self) -> None:
        """One batch; without a run, the first batch of a new one."""
        if self.trainer.state is State.IDLE:
            self._start(_Launch(paused=True))
        else:
            self.trainer.step()

    @Slot()
    def stop(self) -> None:
        """End the run, or forget that one was to start."""
        self._await(None)
        self.trainer.stop()

    @Slot()
    def restart(self) -> None:
        """Begin again with the document as it stands."""
        self._start(_Launch())

    @Slot(object)
    def launch(self, lanes: Sequence[Lane]) -> None:
        """Train these: a run that goes on, one that begins with another's weights, or several in a race."""
        if len(lanes) == 1:
            self.document.load(lanes[0].run)
        self._start(_Launch(tuple(lanes)))

    def show_kept(self, kept: KeptRun) -> None:
        """Bring a kept run into the builder, with its figures and its history."""
        self.document.load(kept.run)
        self.measured = kept.measured
        self._shown = kept
        if self._is_current():
            self.reopened.emit(kept)

    @Slot(tuple)
    def pin(self, pins: tuple[int, ...]) -> None:
        """Show these test images from now on."""
        self.trainer.watch(pins=pins)
        self.looks.pins = pins
        self._look()

    def close(self) -> None:
        """Stop everything and wait for it."""
        self._reopen.stop()
        self._fit_soon.stop()
        self.trainer.close()  # first: it goes on working until it is told
        self._loader.close()
        self.looks.close()
        self._fitter.close()

    def _start(self, launch: _Launch) -> None:
        if self.data is None or not self._is_current():
            self._await(launch)
            if not self._loader.is_busy:
                self._open(self.document.spec.data)
            return
        lanes = launch.lanes or (Lane(self.document.spec, workspace=self.workspace),)
        try:
            for lane in lanes:
                refuse_faults(lane.run, self.data.data.shape)
        except SpecError as error:
            self.trouble.emit(str(error))
            return
        self.lanes, self.measured, self._shown = lanes, None, None
        self.looks.forget()
        self.trainer.start(lanes, self.data.data, paused=launch.paused)
        self.began.emit(lanes)
        if launch.paused:
            self.trainer.step()

    def _await(self, launch: _Launch | None) -> None:
        if launch != self._launch:
            self._launch = launch
            self.waiting.emit(launch is not None)

    @Slot(object)
    def _on_told(self, event: Event) -> None:
        if isinstance(event, Kept):
            self.folders[event.run_id] = event.folder
            self.kept.emit(event)
        elif isinstance(event, NotKept | LaneFailed):
            self.trouble.emit(event.sentence)

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        if run := self.run:
            self.looks.keep(run, finished)
        self._look()
        self.said.emit("Trained" if finished.reason == "done" else "Stopped; what was learnt is kept")

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        self.measured = measured
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
