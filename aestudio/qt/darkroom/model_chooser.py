"""Which model works: one that ships, or a run of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from aestudio.library.place import default_workspace
from aestudio.qt.forms.boxes import make_narrow
from aestudio.qt.forms.manners import Patience

Offered = tuple[Path, str]
"""A run's folder, and what it is in a line."""

_OWN = "own"
_ASK, _ANOTHER = "A run of your own…", "Another run…"


class ModelChooser(QComboBox):
    """A box with the models that ship and the workspace's newest runs; its last entry asks for a run.

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
        self.insertSeparator(self.count())
        self._first = self.count()  # from here on lie runs
        self.addItem(_ASK, _OWN)
        self._shown, self._is_passing = 0, False
        self._patience = Patience(self, self._take)
        self.workspace = default_workspace()
        """Where the dialog begins."""
        self.activated.connect(self._on_activated)

    @property
    def key(self) -> str:
        """Of what works: that of a model that ships, or a run's folder."""
        return str(self.itemData(self._shown))

    def choose(self, key: str) -> None:
        """Have another one work, as by the person's hand."""
        self.show_model(key)
        self.chosen.emit(key)

    def add_run(self, folder: Path, about: str = "") -> str:
        """Offer a run from now on; gives its key."""
        key = str(folder)
        if self.findData(key) < 0:
            place, name = self.count() - 1, folder.name
            text = name if self.findText(name) < 0 else f"{name} ({folder.parent.name})"
            self.insertItem(place, text, key)
            self.setItemData(place, about or key, Qt.ItemDataRole.ToolTipRole)
        return key

    @Slot(tuple)
    def show_runs(self, runs: tuple[Offered, ...]) -> None:
        """Offer these runs in place of those before; the one that works stays, wherever it lies.

        Where it is gone, the first that ships takes its place. While somebody is choosing, the list stays.
        """
        self._patience.offer(runs)

    def _take(self, runs: tuple[Offered, ...]) -> None:
        works = self.key
        is_gone = self._shown >= self._first and not Path(works).is_dir()
        works = str(self.itemData(0)) if is_gone else works
        with QSignalBlocker(self):
            for place in reversed(range(self._first, self.count() - 1)):
                self.removeItem(place)
            for folder, about in runs:
                self.add_run(folder, about)
            if self.findData(works) < 0:
                self.add_run(Path(works))
            self.setItemText(self.count() - 1, _ANOTHER if self.count() - 1 > self._first else _ASK)
        (self.choose if is_gone else self.show_model)(works)

    def show_model(self, key: str) -> None:
        """Show which works, without telling anyone."""
        self._shown = max(0, self.findData(key))
        with QSignalBlocker(self):
            self.setCurrentIndex(self._shown)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        self._is_passing = True  # from line to line; while the box is open, its list takes the keys
        super().keyPressEvent(e)
        self._is_passing = False

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        key = str(self.itemData(index))
        if key == _OWN and self._is_passing:
            self.setCurrentIndex(self._shown)  # an arrow or a letter got here, which asks for nothing yet
            return
        if key == _OWN:
            title = "Choose a run: its folder in the workspace"
            folder = QFileDialog.getExistingDirectory(self, title, str(self.workspace))
            if not folder:
                self.setCurrentIndex(self._shown)
                return
            key = self.add_run(Path(folder))
        self.choose(key)
