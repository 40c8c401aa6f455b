"""Races: asked for in a dialog, run one after the other for each seed, and told in a report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from aestudio.library.lane import Lane
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.running.launches import racing
from aestudio.qt.running.session import Session
from aestudio.qt.running.trainer import State
from aestudio.spec.faults import SpecError, UserError

if TYPE_CHECKING:
    from aestudio.library.kept import KeptRun


class Races(QObject):
    """Starts races, the next when one has ended by itself, and saves reports in the background."""

    begun = Signal()
    ended = Signal(tuple)  # of Path: the runs of all repeats that were kept

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._now: tuple[Lane, ...] = ()
        self._begun: list[Lane] = []  # of this race and of those that it repeats
        self._to_come: list[tuple[Lane, ...]] = []
        self._writer = Background(self)
        self._writer.done.connect(self._on_written)
        self._writer.failed.connect(session.trouble)
        session.trainer.state_changed.connect(self._on_state_changed)
        session.trainer.rested.connect(self._on_rested)

    @Slot()
    def ask(self) -> None:
        """Ask who races, and start."""
        from aestudio.qt.dialogs.race_dialog import RaceDialog

        if self._session.data is None:
            self._session.said.emit("The data are still on their way")
            return
        dialog = RaceDialog(self._session.document.spec, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        opened, workspace = self._session.data, self._session.workspace
        try:
            lanes = racing(dialog.runs, dialog.budget, opened.spec, opened.data.shape, workspace)
        except SpecError as error:
            self._session.trouble.emit(str(error))
            return
        self.start([_reseeded(lanes, seed) for seed in range(dialog.seeds.value())])

    def start(self, races: list[tuple[Lane, ...]]) -> None:
        """Run these one after the other."""
        self._begun, self._to_come = [], list(races)
        self._launch_next()
        self.begun.emit()

    def _launch_next(self) -> None:
        self._now = self._to_come.pop(0)
        self._begun += self._now
        self._session.launch(self._now)

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        if state is State.STOPPING:
            self._to_come = []  # whoever stops one race wants no other

    @Slot()
    def _on_rested(self) -> None:
        if self._session.lanes != self._now:
            return  # a run of another kind, or one on other data
        if self._to_come:
            self._launch_next()
            return
        kept = (self._session.folders.get(lane.run_id) for lane in self._begun)
        folders = tuple(folder for folder in kept if folder)
        self._now, self._begun = (), []
        if len(folders) > 1:
            self.ended.emit(folders)

    @Slot(tuple)
    def save_report(self, runs: tuple[KeptRun, ...]) -> None:
        """Ask for a file, and write the comparison of these runs there."""
        opened = self._session.data
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save the report", "report.html", "*.html")
        if not chosen or opened is None:
            return
        from aestudio.qt.file_names import place_chosen

        try:
            path = place_chosen(chosen, ".html", ".htm")
        except UserError as error:
            self._session.trouble.emit(str(error))
            return

        def work(progress: Progress) -> Path:
            from aestudio.evaluation.comparison import compare
            from aestudio.report.page import write_report

            comparison = compare(runs, opened.data, progress=progress)
            write_report(path, comparison, runs, opened.data, progress)
            return path

        self._writer.start(work)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._session.said.emit(f"The report is saved as {path}")

    def close(self) -> None:
        """Forget what is to come, and wait for what is being written."""
        self._to_come = []
        self._writer.close()


def _reseeded(lanes: tuple[Lane, ...], by: int) -> tuple[Lane, ...]:
    """The same race with other seeds; the repeats of a variant have a group in common, and become one row."""
    return tuple(
        Lane(
            replace(lane.run, training=replace(lane.run.training, seed=lane.run.training.seed + by)),
            workspace=lane.workspace,
            group=f"{lane.group}-{place}",
        )
        for place, lane in enumerate(lanes)
    )
