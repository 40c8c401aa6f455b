"""What the File menu opens and saves: dialogs in front, the session's and the library's functions behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from aestudio.library.presets import load_preset
from aestudio.qt.command_line import as_command
from aestudio.qt.running.background import Background
from aestudio.qt.running.session import Session
from aestudio.spec.faults import UserError
from aestudio.spec.toml import dump_spec, load_spec

_TOML = "Presets and runs (*.toml)"


class Files(QObject):
    """Each slot asks for a place and does one thing with it; what fails is told, and nothing changes."""

    data_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._window = parent
        self._copier = Background(self)
        self._copier.done.connect(self._on_copied)
        self._copier.failed.connect(session.trouble)

    @Slot()
    def open_data_file(self) -> None:
        """Ask for a file with data."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open data: a zip, CSV, NPY, NPZ or IDX file")
        if chosen:
            self.data_chosen.emit(chosen)

    @Slot()
    def open_data_folder(self) -> None:
        """Ask for a folder with images or IDX files."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Open data: a folder of images or IDX files")
        if chosen:
            self.data_chosen.emit(chosen)

    def open_preset(self, name: str) -> None:
        """Open a preset that ships."""
        self._try(lambda: self._session.document.load_preset(load_preset(name)))

    @Slot()
    def open_spec(self) -> None:
        """Ask for a TOML file."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open a preset or run", "", _TOML)
        if chosen:
            self.open_spec_file(Path(chosen))

    def open_spec_file(self, path: Path) -> None:
        """Open a TOML file."""
        self._try(lambda: self._session.document.load(load_spec(path)))

    def drop(self, paths: list[str]) -> None:
        """Open what was dropped on the window: a TOML file as a run, anything else as data."""
        if len(paths) > 1:
            self._session.said.emit(f"Opening the first of {len(paths)}; drop a folder to open all in it")
        for path in paths[:1]:
            if path.casefold().endswith(".toml"):
                self.open_spec_file(Path(path))
            else:
                self.data_chosen.emit(path)

    @Slot()
    def save_spec(self) -> None:
        """Ask for a name, and write the document as TOML."""
        self._session.document.settle()
        spec = self._session.document.spec
        proposed = f"{_file_name(spec.name)}.toml"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as TOML", proposed, _TOML)
        if chosen:
            from aestudio.qt.file_names import place_chosen

            self._try(lambda: self._write(place_chosen(chosen, ".toml"), dump_spec(spec)))

    @Slot()
    def save_run(self) -> None:
        """Ask for a new folder, and write the last run there."""
        run = self._session.run
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = str(Path(home) / _file_name(run.name if run else "run"))
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save the run as a new folder", proposed)
        if chosen:
            self._try(lambda: self.save_copy(Path(chosen)))

    def save_copy(self, goal: Path) -> None:
        """Copy the run in focus to a new folder, in the background. Raises UserError where there is none."""
        from aestudio.library.copies import copy_run

        folder = self._session.folder
        if folder is None:
            raise UserError("there is no run to save yet; train first")
        self._copier.start(lambda _: copy_run(folder, goal))

    @Slot(object)
    def _on_copied(self, goal: Path) -> None:
        self._session.said.emit(f"The run is saved in {goal}")

    def close(self) -> None:
        """Wait for the copy under way."""
        self._copier.close()

    @Slot()
    def copy_command(self) -> None:
        """Put the command line that trains this document on the clipboard."""
        self._session.document.settle()
        command = as_command(self._session.document.spec)
        if command is None:
            self._session.said.emit("The layers were changed, so a command needs a file: save as TOML first")
            return
        QGuiApplication.clipboard().setText(command)
        self._session.said.emit(f"On the clipboard: {command}")

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            why = error.strerror or str(error)
            raise UserError(f"{path} could not be written ({why}); choose another folder") from error
        self._session.said.emit(f"Saved as {path}")

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except UserError as error:
            self._session.trouble.emit(str(error))


def are_pictures(paths: list[str]) -> bool:
    """Whether all that was dropped are files of pictures; a folder of them is data to train on."""
    from aestudio.qt.darkroom.intake import is_picture  # with all that opens pictures, so not at the start

    return bool(paths) and all(is_picture(Path(path)) and Path(path).is_file() for path in paths)


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "untitled"
