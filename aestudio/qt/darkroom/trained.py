"""The runs of the workspace that can work on pictures, for the boxes that offer them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from aestudio.library.catalogue import Catalogue
from aestudio.library.folder import BEST
from aestudio.library.workspace import Entry, Workspace
from aestudio.qt.darkroom.model_chooser import ModelChooser, Offered
from aestudio.qt.darkroom.roll import Roll
from aestudio.qt.running.background import Background, Progress

_MOST = 20  # a longer list is no shorter a way than the dialog
_CHANNELS = (1, 3)


class Trained(QObject):
    """Looks through one workspace in the background, and has the boxes offer its newest runs of pictures.

    Args:
        roll: what the workspace's runs have coded is opened by them.
        choosers: the boxes.
        page: looks are for who sees it.
    """

    found = Signal(tuple)  # of Offered

    def __init__(self, roll: Roll, choosers: tuple[ModelChooser, ...], page: QWidget) -> None:
        super().__init__(page)
        self._roll, self._choosers, self._page = roll, choosers, page
        for chooser in choosers:
            self.found.connect(chooser.show_runs)
        self._catalogue: Catalogue | None = None
        self._background = Background(self)
        self._background.done.connect(self.found)
        self._background.failed.connect(self._on_unreadable)

    @property
    def is_busy(self) -> bool:
        """Whether it looks now."""
        return self._background.is_busy

    def use(self, workspace: Path) -> None:
        """Offer the runs in this folder from now on; none where it cannot be read, as the Runs page tells."""
        self._roll.workspace = workspace
        for chooser in self._choosers:
            chooser.workspace = workspace
        self._catalogue = Catalogue(Workspace(workspace))
        self.refresh()

    def move(self, old: Path, new: Path) -> None:
        """A run lies in another folder from now on; where it works, it goes on working."""
        for chooser in self._choosers:
            if chooser.key == str(old):
                chooser.choose(chooser.add_run(new))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look again, if the page is seen, which looks when it is shown; known cards are not read anew."""
        catalogue = self._catalogue
        if catalogue and self._page.isVisible():
            self._background.start(lambda progress: _offered(catalogue, progress))

    @Slot()
    def _on_unreadable(self) -> None:
        self.found.emit(())

    def close(self) -> None:
        """Stop, and wait."""
        self._background.close()


def _offered(catalogue: Catalogue, progress: Progress) -> tuple[Offered, ...]:
    apt = (entry for entry in catalogue.read(progress).entries if _takes_pictures(entry))
    return tuple((entry.folder, _in_a_line(entry)) for entry, _ in zip(apt, range(_MOST), strict=False))


def _takes_pictures(entry: Entry) -> bool:
    """Whether it was trained on pictures, to a result that was kept."""
    shape = entry.card.shape if entry.card else None
    return bool(shape and len(shape) == 3 and shape[0] in _CHANNELS and (entry.folder / BEST).is_file())


def _in_a_line(entry: Entry) -> str:
    card = entry.card
    return f"{card.name}: {card.in_a_line}" if card else ""
