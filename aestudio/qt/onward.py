"""What is done with kept runs, whichever page asks: go on with one, begin with its weights, pack, compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from aestudio.qt.running.background import Background
from aestudio.qt.running.launches import beginning_with, going_on
from aestudio.qt.running.session import Session


class Onward(QObject):
    """Opens folders in the background, and launches or hands on what lies there."""

    opened = Signal(object)  # tuple of KeptRun, to be compared

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._launcher, self._opener = Background(self), Background(self)
        self._launcher.done.connect(session.launch)
        self._opener.done.connect(self.opened)
        for worker in (self._launcher, self._opener):
            worker.failed.connect(session.trouble)

    def resume(self, folder: Path) -> None:
        """Go on with the run in a folder."""
        from aestudio.library.kept import open_run

        self._launcher.start(lambda _: going_on(open_run(folder)))

    @Slot(object, int)
    def begin_with(self, folder: Path, step: int) -> None:
        """Begin a run with the weights that another one had at a step."""
        from aestudio.library.kept import open_run

        workspace = self._session.workspace
        self._launcher.start(lambda _: beginning_with(open_run(folder), step, workspace))

    def open(self, folders: Sequence[Path]) -> None:
        """Open runs to be compared."""
        from aestudio.library.kept import open_run

        self._opener.start(lambda _: tuple(map(open_run, folders)))

    @Slot(tuple)
    def open_measured(self, folders: tuple[Path, ...]) -> None:
        """Open those that came to figures."""
        from aestudio.library.kept import open_run

        self._opener.start(lambda _: tuple(run for run in map(open_run, folders) if run.measured))

    @Slot(Path)
    def pack(self, folder: Path) -> None:
        """Ask how the open data's test images shall be packed through a run."""
        from aestudio.qt.dialogs.archive_dialog import ArchiveDialog

        if self._session.data is None:
            self._session.said.emit("The data are still on their way")
            return
        dialog = ArchiveDialog(folder, self._session.data, self._window)
        dialog.said.connect(self._session.said)
        dialog.open()

    def close(self) -> None:
        """Stop, and wait."""
        self._launcher.close()
        self._opener.close()
