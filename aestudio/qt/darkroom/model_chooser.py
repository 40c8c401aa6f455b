"""Which model works: one that ships, or a run of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from aestudio.library.place import default_workspace
from aestudio.qt.darkroom.pieces import make_narrow

_OWN = "own"


class ModelChooser(QComboBox):
    """A box with the models that ship and the runs chosen so far; its last entry asks for a run.

    Args:
        shipped: names, keys, and what each is for.
        tip: what the box is for.
        parent: owner.
    """

    chosen = Signal(str)  # a key, or a run's folder, by the person's hand

    def __init__(self, shipped: Sequence[tuple[str, str, str]], tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        make_narrow(self, "Model", tip)
        for name, key, use in shipped:
            self.addItem(name, key)
            self.setItemData(self.count() - 1, use, Qt.ItemDataRole.ToolTipRole)
        self.addItem("A run of your own…", _OWN)
        self._shown = 0
        self.activated.connect(self._on_activated)

    def add_run(self, folder: Path) -> str:
        """Offer a run from now on; gives its key."""
        key = str(folder)
        if self.findData(key) < 0:
            self.insertItem(self.count() - 1, folder.name, key)
        return key

    def show_model(self, key: str) -> None:
        """Show which works, without telling anyone."""
        self._shown = max(0, self.findData(key))
        with QSignalBlocker(self):
            self.setCurrentIndex(self._shown)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        key = str(self.itemData(index))
        if key == _OWN:
            title = "Choose a run: its folder in the workspace"
            folder = QFileDialog.getExistingDirectory(self, title, str(default_workspace()))
            if not folder:
                self.setCurrentIndex(self._shown)
                return
            key = self.add_run(Path(folder))
        self.show_model(key)
        self.chosen.emit(key)
