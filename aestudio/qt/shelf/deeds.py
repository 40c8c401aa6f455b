"""What is done to runs on disk, off the GUI thread, one thing after the other; a deletion can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from aestudio.library.folder import SPEC
from aestudio.library.kept import open_run
from aestudio.library.lock import is_held
from aestudio.library.workspace import Workspace
from aestudio.qt.running.errands import Errands
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import load_spec


class Deeds(QObject):
    """Changes one workspace. Each deed tells one sentence when it is done, or why it could not be."""

    changed = Signal()  # look at the disk again
    said = Signal(str)
    trouble = Signal(str)
    discarded = Signal(tuple, str)  # folders, and "Deleted 3 runs"
    restored = Signal()  # what could be brought back from the bin was
    moved = Signal(Path, Path)  # a run that lay in the first lies in the second
    opened = Signal(object)  # KeptRun
    spec_read = Signal(object, str)  # RunSpec, and the name to queue it as, or nothing
    working = Signal(float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = Workspace(Path())
        self._bins: list[tuple[Path, ...]] = []
        self._unwritten: dict[Path, Mapping[str, Any]] = {}
        self._held: set[Path] = set()  # runs that somebody else wrote to when their turn came
        self._errands = Errands(self)
        self._errands.told.connect(self.working)
        self._errands.failed.connect(self._on_failed)

    @property
    def can_undo(self) -> bool:
        """Whether anything was deleted here that can be brought back by one key."""
        return bool(self._bins)

    @property
    def unwritten(self) -> Mapping[Path, Mapping[str, Any]]:
        """Notes and tags that are not on disk yet, by run."""
        return self._unwritten

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be done."""
        return self._errands.is_busy

    def use(self, folder: Path) -> None:
        """Change another workspace from now on."""
        self._workspace = Workspace(folder)
        self._bins.clear()

    def rename(self, folder: Path, name: str) -> None:
        """Give a run another name."""
        workspace = self._workspace
        self._do(lambda: (folder, workspace.rename(folder, name)), self._on_renamed)

    def change(self, folder: Path, **changes: object) -> None:
        """Change ``tags`` or ``note`` of a run; of one that trains, when it rests."""
        self._unwritten[folder] = {**self._unwritten.get(folder, {}), **changes}
        self._write(folder)

    def write_held(self) -> None:
        """Try again what could not be written while somebody else held a run."""
        for folder in tuple(self._held):
            self._write(folder)

    def _write(self, folder: Path) -> None:
        workspace, changes = self._workspace, self._unwritten[folder]
        self._do(lambda: _written(workspace, folder, changes), self._on_written)

    def discard(self, folders: Sequence[Path]) -> None:
        """Move runs to the bin."""
        workspace = self._workspace
        self._do(lambda: _each(workspace.discard, folders), self._on_discarded)

    def restore(self, binned: Sequence[Path]) -> None:
        """Bring runs back from the bin."""
        workspace = self._workspace
        self._do(lambda: _each(workspace.restore, binned), self._on_restored)

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self._bins:
            self.restore(self._bins.pop())

    def open(self, folder: Path) -> None:
        """Read a run whole, for who shows it."""
        self._do(lambda: open_run(folder), self.opened.emit)

    def read_spec(self, folder: Path, queued_as: str = "") -> None:
        """Read a run's spec, for who changes one thing in it or queues it under a name."""
        self._do(lambda: (load_spec(folder / SPEC), queued_as), self._on_spec)

    def export(self, folders: Sequence[Path], path: Path) -> None:
        """Pack runs into one zip file."""
        from aestudio.library.archive import export_runs

        self._errands.do(lambda progress: export_runs(folders, path, progress), self._on_exported)

    def bring_in(self, path: Path) -> None:
        """Unpack the runs of a zip file into the workspace."""
        from aestudio.library.archive import import_runs

        workspace = self._workspace
        self._errands.do(lambda progress: import_runs(path, workspace, progress), self._on_brought_in)

    def close(self) -> None:
        """Finish what was asked for."""
        for folder in self._unwritten:
            self._write(folder)
        self._errands.close()

    def _do(self, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        self._errands.do(lambda progress: work(), then)

    @Slot(object)
    def _on_renamed(self, moved: tuple[Path, Path]) -> None:
        old, new = moved
        if old in self._unwritten:
            self._unwritten[new] = self._unwritten.pop(old)
        if old in self._held:
            self._held = self._held - {old} | {new}
        self.moved.emit(old, new)
        self.changed.emit()

    @Slot(object)
    def _on_written(self, done: tuple[Path, Mapping[str, Any], bool]) -> None:
        folder, changes, held = done
        if not held:
            self._held.discard(folder)
            if self._unwritten.get(folder) is changes:
                del self._unwritten[folder]
            self.changed.emit()
        elif folder not in self._held:
            self._held.add(folder)
            self.said.emit(f"“{folder.name}” is in use; its note and tags are written as soon as it rests")

    @Slot(object)
    def _on_spec(self, found: tuple[RunSpec, str]) -> None:
        self.spec_read.emit(*found)

    @Slot(object)
    def _on_discarded(self, done: _Done) -> None:
        if done.folders:
            self._bins.append(done.results)
            self.discarded.emit(done.folders, f"Deleted {_named(done.folders)}")
        self._tell(done)

    @Slot(object)
    def _on_restored(self, done: _Done) -> None:
        back = set(done.folders)
        self._bins = [left for bins in self._bins if (left := tuple(b for b in bins if b not in back))]
        self.restored.emit()
        if done.results:
            self.said.emit(f"{_named(done.results)} is back".capitalize())
        self._tell(done)

    def _tell(self, done: _Done) -> None:
        if done.trouble:
            self.trouble.emit(done.trouble)
        self.changed.emit()

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        self.said.emit(f"Exported to {path}")

    @Slot(object)
    def _on_brought_in(self, folders: Sequence[Path]) -> None:
        self.said.emit(f"{_named(folders)} came in".capitalize())
        self.changed.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.trouble.emit(sentence)
        self.changed.emit()


class _Done:
    """What became of several folders: those that went well with their results, and the first that did not."""

    def __init__(self) -> None:
        self.folders: tuple[Path, ...] = ()
        self.results: tuple[Path, ...] = ()
        self.trouble = ""

    def try_(self, deed: Callable[[Path], Path], folder: Path) -> None:
        """Do it to one more; one that is held by somebody must not keep the others."""
        try:
            self.results += (deed(folder),)
            self.folders += (folder,)
        except UserError as error:
            self.trouble = self.trouble or str(error)


def _written(
    workspace: Workspace, folder: Path, changes: Mapping[str, Any]
) -> tuple[Path, Mapping[str, Any], bool]:
    """Write changes of a run's card, and say whether somebody else held it, so that nothing was written."""
    held = is_held(folder)
    if not held:
        workspace.change(folder, **changes)
    return folder, changes, held


def _each(deed: Callable[[Path], Path], folders: Sequence[Path]) -> _Done:
    done = _Done()
    for folder in folders:
        done.try_(deed, folder)
    return done


def _named(folders: Sequence[Path]) -> str:
    return f"“{folders[0].name}”" if len(folders) == 1 else f"{len(folders)} runs"
