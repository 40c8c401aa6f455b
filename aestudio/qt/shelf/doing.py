"""What each action of the Runs page does: it asks where a person must be asked, and hands on the rest."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from aestudio.library.queue import MOST_SEEDS
from aestudio.qt.file_names import place_chosen
from aestudio.qt.shelf import command_lines
from aestudio.qt.shelf.actions import RunActions
from aestudio.qt.shelf.deeds import Deeds
from aestudio.qt.shelf.queue_panel import QueuePanel
from aestudio.qt.shelf.shelf import Shelf
from aestudio.qt.shelf.table import RunsTable
from aestudio.qt.shelf.table_model import MOST_TICKED
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec

_ZIP = "Runs in a zip file (*.zip)"


class Doing(QObject):
    """Joins the actions with the table that says which runs, and with what is done to them.

    Args:
        does: the actions.
        table: which runs are chosen and ticked.
        deeds: what is done on disk.
        shelf: which workspace is shown.
        queue: what waits.
        page: above it dialogs open.
    """

    resume_wanted = Signal(Path)
    compare_wanted = Signal(tuple)  # of Path
    duplicate_wanted = Signal(object)  # RunSpec
    pack_wanted = Signal(Path)
    explore_wanted = Signal(Path)
    workspace_chosen = Signal(Path)
    said = Signal(str)
    trouble = Signal(str)

    def __init__(
        self,
        does: RunActions,
        table: RunsTable,
        deeds: Deeds,
        shelf: Shelf,
        queue: QueuePanel,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._does, self._table, self._deeds = does, table, deeds
        self._shelf, self._queue, self._page = shelf, queue, page
        deeds.spec_read.connect(self._on_spec_read)
        table.runs.too_many.connect(self._on_too_many)
        for action, slot in (
            (does.open, self._on_open),
            (does.resume, self._on_resume),
            (does.compare, self._on_compare),
            (does.rename, table.rename),
            (does.duplicate, self._on_duplicate),
            (does.queue, self._on_queue),
            (does.delete, self._on_delete),
            (does.undo, deeds.undo),
            (does.restore, self._on_restore),
            (does.export, self._on_export),
            (does.pack, self._on_pack),
            (does.explore, self._on_explore),
            (does.bring_in, self._on_bring_in),
            (does.reveal, self._on_reveal),
            (does.tick, table.toggle_ticks),
            (does.untick, self._on_untick),
            (does.refresh, shelf.refresh),
            (does.choose, self._on_choose_workspace),
            *((action, self._on_copy) for action in does.copies),
        ):
            action.triggered.connect(slot)

    def enqueue(self, run: RunSpec, name: str = "") -> None:
        """Ask with how many seeds a run shall be trained, and queue it."""
        tip = "Seeds, counted up from the run's own; several are repeats for mean and spread:"
        title = f"Queue {name or run.name}"
        seeds, agreed = QInputDialog.getInt(self._page, title, tip, 1, 1, MOST_SEEDS)
        if agreed:
            self._queue.add(run, seeds, name)

    def compared(self) -> tuple[Path, ...]:
        """The ticked runs, else the chosen ones."""
        return self._table.runs.ticked or self._folders()[:MOST_TICKED]

    def _folders(self) -> tuple[Path, ...]:
        return tuple(row.folder for row in self._table.rows())

    @Slot()
    def _on_open(self) -> None:
        self._deeds.open(self._folders()[0])

    @Slot()
    def _on_resume(self) -> None:
        self.resume_wanted.emit(self._folders()[0])

    @Slot()
    def _on_compare(self) -> None:
        self.compare_wanted.emit(self.compared())

    @Slot()
    def _on_duplicate(self) -> None:
        self._deeds.read_spec(self._folders()[0])

    @Slot()
    def _on_queue(self) -> None:
        row = self._table.rows()[0]
        self._deeds.read_spec(row.folder, queued_as=row.name)

    @Slot(object, str)
    def _on_spec_read(self, run: RunSpec, queued_as: str) -> None:
        if queued_as:
            self.enqueue(run, queued_as)
        else:
            self.duplicate_wanted.emit(run)

    @Slot()
    def _on_delete(self) -> None:
        self._deeds.discard(self._folders())

    @Slot()
    def _on_restore(self) -> None:
        self._deeds.restore(self._folders())

    @Slot()
    def _on_export(self) -> None:
        folders = self._folders()
        proposed = str(Path.home() / (f"{folders[0].name}.zip" if len(folders) == 1 else "runs.zip"))
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export runs", proposed, _ZIP)
        if not chosen:
            return
        try:
            self._deeds.export(folders, place_chosen(chosen, ".zip"))
        except UserError as error:
            self.trouble.emit(str(error))

    @Slot()
    def _on_pack(self) -> None:
        self.pack_wanted.emit(self._folders()[0])

    @Slot()
    def _on_explore(self) -> None:
        self.explore_wanted.emit(self._folders()[0])

    @Slot()
    def _on_bring_in(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._page, "Import runs", str(Path.home()), _ZIP)
        if chosen:
            self._deeds.bring_in(Path(chosen))

    @Slot()
    def _on_reveal(self) -> None:
        folder = (*self._folders(), self._shelf.folder)[0]
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.trouble.emit(f"{folder}: no file manager answered; open the folder by hand")

    @Slot()
    def _on_untick(self) -> None:
        self._table.runs.set_ticked(())

    @Slot()
    def _on_too_many(self) -> None:
        self.said.emit(f"{MOST_TICKED} runs are the most that can be told apart; take a tick away first")

    @Slot()
    def _on_choose_workspace(self) -> None:
        above = str(self._shelf.folder)
        if chosen := QFileDialog.getExistingDirectory(self._page, "Choose a workspace", above):
            self.workspace_chosen.emit(Path(chosen))

    @Slot()
    def _on_copy(self) -> None:
        command = self._command(self.sender())
        QGuiApplication.clipboard().setText(command)
        self.said.emit(f"On the clipboard: {command}")

    def _command(self, action: QObject) -> str:
        does, folders, workspace = self._does, self._folders(), self._shelf.folder
        if action is does.copy_resume:
            return command_lines.resume_command(folders[0])
        if action is does.copy_compare:
            return command_lines.compare_command(self.compared())
        if action is does.copy_race:
            return command_lines.race_command(folders, workspace)
        if action is does.copy_export:
            return command_lines.export_command(folders)
        return command_lines.runs_command(workspace, binned=self._shelf.shows_bin)
