"""What is done to the runs of a workspace, off the GUI thread; the list is read anew after each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from aestudio.library.archive import export_runs, import_runs
from aestudio.library.copies import copy_run
from aestudio.library.kept import KeptRun, open_run
from aestudio.library.workspace import Workspace, stage_of
from aestudio.qt.library.table import Shown
from aestudio.qt.running.background import Background, Progress

_SETTLE_MS = 400  # after something has changed in the folder: more is likely to follow


@dataclass(frozen=True)
class _Done:
    """What was done, in words, and how it is undone."""

    said: str = ""
    binned: tuple[Path, ...] = ()
    opened: tuple[KeptRun, ...] = ()


class Shelf(QObject):
    """One workspace. Reading and doing have a thread each, so that a long export holds up no list."""

    listed = Signal(tuple)  # of Shown
    opened = Signal(tuple)  # of KeptRun, with what they were opened for
    said = Signal(str)
    trouble = Signal(str)
    moved = Signal(object)  # Path: another workspace is shown
    undo_changed = Signal(bool)  # whether the last deletion can be undone

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = Workspace(folder)
        self._binned: tuple[Path, ...] = ()
        self._purpose = ""
        self._waiting: list[Callable[[Progress], Any]] = []
        self._reader, self._doer = Background(self), Background(self)
        self._reader.done.connect(self.listed)
        self._reader.failed.connect(self.trouble)
        self._doer.done.connect(self._on_done)
        self._doer.failed.connect(self._on_failed)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.refresh_soon)

    def use(self, folder: Path) -> None:
        """Show another workspace."""
        self.workspace = Workspace(folder)
        self._binned = ()
        self.undo_changed.emit(False)
        self.moved.emit(folder)
        self.refresh()

    @Slot()
    def refresh_soon(self) -> None:
        """Read the list when things have settled."""
        self._settle.start()

    @Slot()
    def refresh(self) -> None:
        """Read the list."""
        workspace = self.workspace
        watched = self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        if workspace.folder.is_dir():
            self._watcher.addPath(str(workspace.folder))
        self._reader.start(lambda progress: _read(workspace, progress))

    def open(self, folders: Sequence[Path], purpose: str) -> None:
        """Open these runs; ``opened`` tells them, and :attr:`purpose` what for."""
        self._purpose = purpose
        self._do(lambda _: _Done(opened=tuple(map(open_run, folders))))

    @property
    def purpose(self) -> str:
        """What the runs that were opened last were opened for."""
        return self._purpose

    def change(self, folder: Path, **changes: object) -> None:
        """Change a run's tags or note."""
        workspace = self.workspace
        self._do(lambda _: _Done(said=f"Kept with {workspace.change(folder, **changes).name}"))

    def rename(self, folder: Path, name: str) -> None:
        """Give a run another name."""
        workspace = self.workspace
        self._do(lambda _: _Done(said=f"Renamed to {workspace.rename(folder, name).name}"))

    def duplicate(self, folder: Path) -> None:
        """A copy of a run, weights and all, beside it."""
        workspace = self.workspace
        self._do(
            lambda _: _Done(said=f"Copied to {copy_run(folder, workspace.new_folder(folder.name)).name}")
        )

    def discard(self, folders: Sequence[Path]) -> None:
        """Move runs to the bin."""
        workspace = self.workspace

        def work(_: Progress) -> _Done:
            binned = tuple(workspace.discard(folder) for folder in folders)
            what = folders[0].name if len(folders) == 1 else f"{len(folders)} runs"
            return _Done(f"{what} moved to the bin; Undo Delete brings it back", binned)

        self._do(work)

    @Slot()
    def undo_discard(self) -> None:
        """Bring back what was deleted last."""
        workspace, binned = self.workspace, self._binned
        self._do(lambda _: _Done(f"Brought back {', '.join(workspace.restore(b).name for b in binned)}"))

    def export(self, folders: Sequence[Path], goal: Path) -> None:
        """Pack runs into one zip file."""
        self._do(lambda progress: _Done(said=f"Exported as {export_runs(folders, goal, progress)}"))

    def take_in(self, archive: Path) -> None:
        """Unpack a zip file of runs."""
        workspace = self.workspace
        self._do(
            lambda progress: _Done(said=f"Imported {len(import_runs(archive, workspace, progress))} runs")
        )

    def close(self) -> None:
        """Stop, and wait for what is under way."""
        self._settle.stop()
        self._reader.close()
        self._doer.close()

    def _do(self, work: Callable[[Progress], Any]) -> None:
        """One after the other: a newer deed does not take the place of one that is not done yet."""
        self._waiting.append(work)
        if not self._doer.is_busy:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            self._doer.start(self._waiting.pop(0))

    @Slot(object)
    def _on_done(self, done: _Done) -> None:
        self._next()
        if done.opened:
            self.opened.emit(done.opened)
            return
        self._binned = done.binned
        self.undo_changed.emit(bool(done.binned))
        self.said.emit(done.said)
        self.refresh()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._next()
        self.trouble.emit(sentence)
        self.refresh()


def _read(workspace: Workspace, progress: Progress) -> tuple[Shown, ...]:
    if not workspace.folder.exists():
        return ()  # it appears with the first run
    return tuple(Shown(entry, stage_of(entry)) for entry in workspace.entries(progress))
