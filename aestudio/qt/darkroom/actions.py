"""What can be done on the Pictures page, each with a name, a key and a hint; menus and palette have them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from aestudio.qt.commands import make_action
from aestudio.qt.darkroom.intake import KINDS


class PictureActions:
    """The page's actions. Keys work while the page is open."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self.add_files = self._action(
            "&Open Pictures…", "folder", "Put pictures on the page; dropping them works too", "Ctrl+Alt+O"
        )
        self.add_folder = self._action(
            "Open a &Folder of Pictures…", "", "All pictures in it, at any depth", ""
        )
        self.paste = self._action(
            "&Paste a Picture", "", "From the clipboard: an image, or copied files", "Ctrl+V"
        )
        self.save = self._action(
            "&Save…", "save", "Write the result to a file; the original is never touched", "Ctrl+Alt+S"
        )
        self.copy = self._action("&Copy", "copy", "Put the result on the clipboard, as an image", "Ctrl+C")
        self.copy_command = self._action(
            "Copy as Co&mmand", "command", "Put the same on the clipboard as a command line", ""
        )
        self.all_into = self._action(
            "Save &All…",
            "layers",
            "Do the same with every picture of the list, into a folder; what is there already is kept",
            "Ctrl+Alt+A",
        )
        self.all_beside = self._action(
            "Save All &Beside the Originals",
            "",
            "The same with every picture, under a name of its own",
            "",
        )
        self.stop = self._action("S&top Working", "", "Stop the work or the batch; what is done stays", "")
        self.remove = self._action(
            "&Remove From the List", "", "The file is not touched (Delete, in the list)", ""
        )
        self.clear = self._action("C&lear the List", "", "No file is touched", "")

    @property
    def of_result(self) -> list[QAction]:
        """What the bar below the stage has buttons for."""
        return [self.copy, self.save, self.all_into]

    @property
    def all(self) -> list[QAction]:
        """Everything, in the order of the menu."""
        return [
            *(self.add_files, self.add_folder, self.paste),
            *(self.save, self.copy, self.copy_command),
            *(self.all_into, self.all_beside, self.stop, self.remove, self.clear),
        ]

    def enable(self, *, has_result: bool, count: int, busy: bool) -> None:
        """What can be done now."""
        for action in (self.save, self.copy):
            action.setEnabled(has_result)
        for action in (self.all_into, self.all_beside):
            action.setEnabled(count > 0 and not busy)
        for action in (self.remove, self.clear):
            action.setEnabled(count > 0)

    def ask_files(self, parent: QWidget) -> list[Path]:
        """Ask for files."""
        kinds = " ".join(f"*{suffix}" for suffix in KINDS)
        chosen, _ = QFileDialog.getOpenFileNames(parent, "Open pictures", "", f"Pictures ({kinds});;All (*)")
        return [Path(name) for name in chosen]

    def ask_folder(self, parent: QWidget) -> list[Path]:
        """Ask for a folder."""
        chosen = QFileDialog.getExistingDirectory(parent, "Open a folder of pictures")
        return [Path(chosen)] if chosen else []

    def _action(self, text: str, glyph: str, tip: str, key: str) -> QAction:
        return make_action(self._page, text, glyph, key, tip, within=self._page)
