"""What the window is about: a document, data and a run, and what pressing Train means. No widget in here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.lane import Lane
from aestudio.qt.builder.document import Document
from aestudio.qt.running.loader import Opened
from aestudio.qt.running.looks import Looks
from aestudio.qt.running.supply import Launch, Supply
from aestudio.qt.running.trainer import State, Trainer
from aestudio.spec.check import refuse_faults
from aestudio.spec.faults import SpecError
from aestudio.spec.run import RunSpec
from aestudio.training.events import Event, Finished, Kept, LaneFailed, Measured, NotKept

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun


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
        self.lanes: tuple[Lane, ...] = ()
        self.folders: dict[str, Path] = {}  # of lanes and of what was opened, by run id, once they are kept
        self.measured: Measured | None = None
        self.looks = Looks(self)
        self._shown: KeptRun | None = None  # that is looked at, its data perhaps still on their way
        self._supply = Supply(document, trainer, self)
        self._supply.loading.connect(self.loading)
        self._supply.loaded.connect(self._on_loaded)
        self._supply.waiting.connect(self.waiting)
        self._supply.came.connect(self._on_came)
        self._supply.failed.connect(self.trouble)
        self.looks.failed.connect(self.trouble)
        document.changed.connect(self._look)
        trainer.told.connect(self._on_told)
        trainer.snapshot.connect(self.looks.note)
        trainer.finished.connect(self._on_finished)
        trainer.measured.connect(self._on_measured)
        trainer.failed.connect(self.trouble)

    # ------------------------------------------------------------------------------------------ data

    @property
    def data(self) -> Opened | None:
        """The data that are open, None before the first are there."""
        return self._supply.opened

    @Slot()
    def begin(self) -> None:
        """Bring in torch and the document's data, unless somebody has asked for data by now."""
        self._supply.begin()

    def open_data(self, source: str, *, download: bool = False) -> None:
        """Open other data. The old ones stay until the new ones are there, and if they never come.

        Refused while a run is under way, or waits for data of its own.
        """
        launch = self._supply.launch
        if self.trainer.state is not State.IDLE or (launch and launch.lanes):
            self._refuse("other data", Path(source).name)
        else:
            self._supply.ask(source, download=download)

    def _refuse(self, what: str, name: str) -> None:
        why = f"{what} cannot be opened while a run is under way"
        self.trouble.emit(f"{why}; stop it first, then open {name}")

    @Slot()
    def cancel_loading(self) -> None:
        """Give up opening data."""
        if self._supply.cancel():
            self.said.emit("Opening the data was cancelled")

    @Slot(object)
    def _on_came(self, opened: Opened) -> None:
        launch = self._supply.keep(opened)
        self.lanes = ()
        self.looks.forget()
        self.opened.emit(opened)
        self.said.emit(f"{opened.data.name}: {len(opened.data):,} examples")
        if launch:
            self._start(launch)
            if not self.lanes:
                self.trainer.stop()  # what was to take its place cannot begin, and its data are gone
        elif kept := self._kept:
            self._show_again(kept)
        self._look()

    @Slot()
    def _on_loaded(self) -> None:
        self.said.emit("")  # nothing is being opened
        self.loaded.emit()

    # ------------------------------------------------------------------------------------------- run

    @property
    def _kept(self) -> KeptRun | None:
        """The kept run that the views show, if they show one."""
        return self._shown if self._shown and self._supply.has(self._shown.run.data) else None

    @property
    def on_view(self) -> str:
        """The id of the run that the views show: a kept one that was opened, else the one in focus."""
        return self._kept.id if self._kept else self.trainer.focus

    @property
    def run(self) -> RunSpec | None:
        """The spec of the run on view, None before one has begun on these data."""
        if self._kept:
            return self._kept.run
        return next((lane.run for lane in self.lanes if lane.run_id == self.trainer.focus), None)

    @property
    def folder(self) -> Path | None:
        """Where the run on view is kept, None while it is not."""
        return self.folders.get(self.on_view)

    @Slot()
    def train_or_pause(self) -> None:
        """The one button: start, pause or resume."""
        if self._supply.launch:
            self._supply.wait(None)
        elif self.trainer.state is State.RUNNING:
            self.trainer.pause()
        elif self.trainer.state is State.PAUSED:
            self.trainer.resume()
        else:
            self._start(Launch())

    @Slot()
    def step(self) -> None:
        """One batch; without a run, the first batch of a new one."""
        if self.trainer.state is State.IDLE:
            self._start(Launch(paused=True))
        else:
            self.trainer.step()

    @Slot()
    def stop(self) -> None:
        """End the run, or forget that one was to start."""
        self._supply.wait(None)
        self.trainer.stop()

    @Slot()
    def restart(self) -> None:
        """Begin again with the document as it stands."""
        self._start(Launch())

    @Slot(object)
    def launch(self, lanes: Sequence[Lane]) -> None:
        """Train these: a run that goes on, one that begins with another's weights, or several in a race."""
        if len(lanes) == 1:
            self.document.load(lanes[0].run)
        self._start(Launch(tuple(lanes)))

    def show_kept(self, kept: KeptRun) -> None:
        """Bring a kept run into the builder, with its figures and its history.

        One that trains is followed again; one on other data is refused while a run is under way.
        """
        trains = self.trainer.state is not State.IDLE
        if trains and not self._supply.has(kept.run.data):
            self._refuse("a run on other data", kept.card.name)
            return
        self.document.load(kept.run)
        self._shown = None if trains and kept.id == self.trainer.focus else kept
        self.folders[kept.id] = kept.folder
        if self._supply.has(kept.run.data):
            self._show_again(kept)
            self._look()
        else:
            self._supply.hurry()

    def _show_again(self, kept: KeptRun) -> None:
        self.measured = kept.measured
        self.looks.forget()
        if self._kept:
            self.looks.revive(kept)
        self.reopened.emit(kept)

    @Slot(tuple)
    def pin(self, pins: tuple[int, ...]) -> None:
        """Show these test images from now on."""
        self.trainer.watch(pins=pins)
        self.looks.pins = pins
        self._look()

    def close(self) -> None:
        """Stop everything and wait for it."""
        self.trainer.close()  # first: it goes on working until it is told
        self._supply.close()
        self.looks.close()

    def _start(self, launch: Launch) -> None:
        self.document.settle()
        opened = self._supply.opened
        if opened is None or not self._supply.is_ready(launch):
            self._supply.wait(launch)
            return
        lanes = launch.lanes or (Lane(self.document.spec, workspace=self.workspace),)
        try:
            for lane in lanes:
                refuse_faults(lane.run, opened.data.shape)
        except SpecError as error:
            self.trouble.emit(str(error))
            return
        self._supply.rest()
        self.lanes, self.measured, self._shown = lanes, None, None
        self.looks.forget()
        self.trainer.start(lanes, opened.data, paused=launch.paused)
        self.began.emit(lanes)
        if launch.paused:
            self.trainer.step()

    @Slot(object)
    def _on_told(self, event: Event) -> None:
        if isinstance(event, Kept):
            self.folders[event.run_id] = event.folder
            self.kept.emit(event)
        elif isinstance(event, NotKept | LaneFailed):
            self.trouble.emit(event.sentence)

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        if (run := self.run) and finished.run_id == self.on_view:
            self.looks.keep(run, finished)
        self._look()
        self.said.emit("Trained" if finished.reason == "done" else "Stopped; what was learnt is kept")

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        if measured.run_id == self.on_view:
            self.measured = measured
        mse, decibels = measured.metrics.get("test_mse"), measured.metrics.get("test_psnr_db")
        if isinstance(mse, float) and isinstance(decibels, float):
            self.said.emit(f"On the test images: MSE {mse:.5f}, PSNR {decibels:.2f} dB")

    @Slot()
    def _look(self) -> None:
        """Show the pins by a look in the background, unless a run on view does so by its own snapshots."""
        if self.data is not None and (self.trainer.state is State.IDLE or self._kept):
            self.looks.show(self.document.spec, self.data.data)
