"""What the Runs page does with the chosen runs where something must be asked first, or told elsewhere."""

from __future__ import annotations

import shlex
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from aestudio.qt.library.shelf import Shelf
from aestudio.qt.library.table import Shown


class Errands(QObject):
    """Asks for a name or a place, and has the shelf do the rest."""

    said = Signal(str)

    def __init__(self, shelf: Shelf, page: QWidget) -> None:
        super().__init__(page)
        self._shelf, self._page = shelf, page
        self._chosen: tuple[Shown, ...] = ()
        self._compared: tuple[Path, ...] = ()

    def concern(self, chosen: tuple[Shown, ...], compared: tuple[Path, ...]) -> None:
        """From now on it is about these runs, and these would be compared."""
        self._chosen, self._compared = chosen, compared

    @Slot()
    def rename(self) -> None:
        """Ask for another name."""
        run = self._chosen[0]
        before = run.entry.card.name if run.entry.card else ""
        name, agreed = QInputDialog.getText(
            self._page, "Rename", "What is this run to be called?", text=before
        )
        if agreed and name != before:
            self._shelf.rename(run.folder, name)

    @Slot()
    def duplicate(self) -> None:
        """Copy the chosen run."""
        self._shelf.duplicate(self._chosen[0].folder)

    @Slot()
    def delete(self) -> None:
        """Move the chosen runs to the bin."""
        self._shelf.discard([run.folder for run in self._chosen])

    @Slot()
    def export(self) -> None:
        """Ask for a file, and pack the chosen runs into it."""
        folders = [run.folder for run in self._chosen if run.entry.card]
        proposed = f"{folders[0].name if len(folders) == 1 else 'runs'}.zip"
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export runs as one file", proposed, "*.zip")
        if chosen:
            self._shelf.export(folders, Path(chosen))

    @Slot()
    def take_in(self) -> None:
        """Ask for a file of runs, and unpack it."""
        chosen, _ = QFileDialog.getOpenFileName(self._page, "Import runs", "", "Runs (*.zip)")
        if chosen:
            self._shelf.take_in(Path(chosen))

    @Slot()
    def reveal(self) -> None:
        """Open the chosen run's folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._chosen[0].folder)))

    @Slot()
    def copy_command(self) -> None:
        """Put on the clipboard what compares or resumes these runs without a window."""
        word = "compare" if len(self._compared) > 1 else "resume"
        command = shlex.join(["aestudio", word, *map(str, self._compared)])
        QGuiApplication.clipboard().setText(command)
        self.said.emit(f"On the clipboard: {command}")

    @Slot()
    def choose_workspace(self) -> None:
        """Ask for another folder of runs."""
        before = str(self._shelf.workspace.folder)
        if chosen := QFileDialog.getExistingDirectory(self._page, "Choose a workspace", before):
            self._shelf.use(Path(chosen))
