"""What is done with results: one is saved, copied or dragged out, or all pictures get theirs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from aestudio.qt.darkroom.actions import PictureActions
from aestudio.qt.darkroom.batch import Batch
from aestudio.qt.darkroom.choice import Choice
from aestudio.qt.darkroom.foot import Foot
from aestudio.qt.darkroom.roll import Roll
from aestudio.qt.darkroom.saving import Saving
from aestudio.qt.darkroom.table import Table


class Outcome(QObject):
    """Stands between the page's actions and what saves; knows which of them make sense now.

    Args:
        table: whose tool has the result.
        choice: which picture is on it.
        actions: the page's.
        foot: which has buttons and the handle.
        parent: the page.
    """

    said = Signal(str)
    trouble = Signal(str)

    def __init__(
        self, table: Table, choice: Choice, actions: PictureActions, foot: Foot, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._table, self._choice, self._actions, self._foot = table, choice, actions, foot
        self._roll: Roll = choice.roll
        self._window, self._last = parent, ""
        self.saving, self.batch = Saving(parent), Batch(choice.roll, self)
        actions.save.triggered.connect(self._on_save)
        actions.copy.triggered.connect(self._on_copy)
        actions.copy_command.triggered.connect(self._on_copy_command)
        actions.all_beside.triggered.connect(self._on_all_beside)
        actions.all_into.triggered.connect(self._on_all_into)
        foot.handle.wanted.connect(self._on_drag_wanted)
        self.saving.ready.connect(self._on_ready)
        self.saving.said.connect(self.said)
        self.saving.trouble.connect(self.trouble)
        self.batch.progressed.connect(foot.show_progress)
        self.batch.ended.connect(self._on_batch_ended)
        choice.changed.connect(self.look)
        choice.kept.connect(self._on_kept)
        table.told.connect(self.look)
        table.ended.connect(self.look)
        table.stopped.connect(self.look)
        self.look()

    @Slot()
    def look(self) -> None:
        """Something has changed: offer what can be done now."""
        result = self._table.result()
        self._actions.enable(
            has_result=result is not None, count=len(self._roll.entries), busy=self.batch.is_busy
        )
        self._foot.handle.setEnabled(result is not None)
        self._foot.handle.file = ""
        self.saving.forget()

    def settle(self, sentence: str) -> None:
        """What the foot told of has ended; work on the table that has not can be begun again."""
        unfinished = self._table.opened is not None and self._table.result() is None
        self._foot.say(sentence, again=unfinished)
        self.look()

    def start_batch(self, folder: Path | None) -> None:
        """Do with every picture what is done with the one on the table; None puts results beside them."""
        job = self._table.tool.batch_job() if self._table.tool else None
        if job:
            self._table.cancel()
            self.batch.start(job, folder)
            self.look()

    def close(self) -> None:
        """Stop, and wait."""
        self.batch.close()
        self.saving.close()

    @Slot()
    def _on_kept(self) -> None:
        self.settle("")

    @Slot()
    def _on_save(self) -> None:
        shown = self._choice.shown
        source = shown.source if shown and isinstance(shown.source, Path) else None
        if result := self._table.result():
            self.saving.ask(result, source, self._roll.files)

    @Slot()
    def _on_copy(self) -> None:
        if result := self._table.result():
            self.saving.copy(result)

    @Slot()
    def _on_copy_command(self) -> None:
        if self._table.tool:
            command = self._table.tool.command()
            QGuiApplication.clipboard().setText(command)
            self.said.emit(f"On the clipboard: {command}")

    @Slot()
    def _on_drag_wanted(self) -> None:
        if result := self._table.result():
            self.saving.prepare(result)

    @Slot(Path)
    def _on_ready(self, path: Path) -> None:
        self._foot.handle.file = str(path)

    @Slot()
    def _on_all_beside(self) -> None:
        self.start_batch(None)

    @Slot()
    def _on_all_into(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, "Save all results into a folder", self._last)
        if chosen:
            self._last = chosen
            self.start_batch(Path(chosen))

    @Slot(str)
    def _on_batch_ended(self, sentence: str) -> None:
        self.settle(sentence)
        self.said.emit(sentence)
