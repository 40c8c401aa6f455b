"""The workspace's runs that were trained on the open data, to choose one from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from aestudio.library.catalogue import Catalogue
from aestudio.library.disk import stamp
from aestudio.library.folder import BEST, STATE
from aestudio.library.workspace import Workspace
from aestudio.qt.forms.boxes import make_narrow
from aestudio.qt.forms.manners import Patience
from aestudio.qt.running.background import Background, Progress

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset

_MOST = 1_000
_WEIGHTS = Qt.ItemDataRole.UserRole + 1
_Row = tuple[Path, str, str, str]  # folder, name, what it is in a line, which weights


class RunsBox(QComboBox):
    """Lists runs in the background, the newest first; keeps to the one chosen."""

    chosen = Signal(Path)  # another run, or other weights of the same
    emptied = Signal()  # there is none
    missed = Signal(Path)  # the one that was asked for is none of these

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_narrow(
            self, "Run", "Which run's latent space: those of the workspace that were trained on these data"
        )
        self._catalogue: Catalogue | None = None
        self._data: Dataset | None = None
        self._wanted: Path | None = None
        self._must = False
        self._told: tuple[Path, str] | None = None
        self._background = Background(self)
        self._patience = Patience(self, self._show)
        self._background.done.connect(self._patience.offer)
        self._background.failed.connect(self._on_unreadable)
        self.activated.connect(self._on_activated)

    @property
    def is_busy(self) -> bool:
        """Whether it looks now."""
        return self._background.is_busy

    @property
    def folder(self) -> Path | None:
        """Of the run that is chosen."""
        return Path(self.currentData()) if self.count() else None

    def use(self, workspace: Path) -> None:
        """List the runs in this folder from now on."""
        self._catalogue = Catalogue(Workspace(workspace))

    def set_data(self, data: Dataset) -> None:
        """List the runs on these data from now on."""
        self._data, self._told = data, None

    def want(self, folder: Path, *, must: bool = False) -> None:
        """Choose this run when runs are listed next; if it ``must`` be, tell where it is none of them."""
        self._wanted, self._must = folder, must

    def move_run(self, old: Path, new: Path) -> None:
        """A run lies in another folder from now on; its weights are the same."""
        place = self.findData(str(old))
        if place >= 0:
            self.setItemData(place, str(new))
        if self._told and self._told[0] == old:
            self._told = new, self._told[1]

    def refresh(self) -> None:
        """Look at the workspace, and tell which run is chosen if that is another one, or was trained on."""
        catalogue, data = self._catalogue, self._data
        if catalogue and data:
            self._background.start(lambda progress: _listed(catalogue, data, progress))

    def close_work(self) -> None:
        """Stop, and wait."""
        self._background.close()

    def _show(self, rows: list[_Row]) -> None:
        before = self.folder
        with QSignalBlocker(self):
            self.clear()
            alike = Counter(name for _, name, _, _ in rows)
            for folder, name, about, weights in rows:
                self.addItem(name if alike[name] == 1 else folder.name, str(folder))
                self.setItemData(self.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
                self.setItemData(self.count() - 1, weights, _WEIGHTS)
            folders = [row[0] for row in rows]
            chosen = next((f for f in (self._wanted, before) if f in folders), None)
            self.setCurrentIndex(folders.index(chosen) if chosen else 0)
        wanted, self._wanted = self._wanted, None
        self._tell()
        if wanted and self._must and wanted not in folders:
            self.missed.emit(wanted)

    @Slot(str)
    def _on_unreadable(self, sentence: str) -> None:
        self._patience.offer([])

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._tell()

    def _tell(self) -> None:
        if self.folder is None:
            self._told = None
            self.emptied.emit()
            return
        now = self.folder, self.itemData(self.currentIndex(), _WEIGHTS)
        if now != self._told:
            self._told = now
            self.chosen.emit(self.folder)


def _listed(catalogue: Catalogue, data: Dataset, progress: Progress) -> list[_Row]:
    from aestudio.data.card import content_hash

    theirs = f"sha256:{content_hash(data)}"
    rows: list[_Row] = []
    for entry in catalogue.read(progress).entries:
        card = entry.card
        weights = stamp(entry.folder / BEST)
        is_there = weights or (entry.folder / STATE).is_file()  # which has them until the run ends
        if card and card.data.get("content_hash") == theirs and is_there:
            rows.append((entry.folder, card.name, card.in_a_line, str(weights)))
    return rows[:_MOST]
