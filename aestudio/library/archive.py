"""Runs as one zip file, out and in; an archive from anybody is opened with the same care as a web page."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from aestudio.library.card import CARD, read_card
from aestudio.library.disk import PART, telling
from aestudio.library.folder import remove_tree
from aestudio.library.lock import held
from aestudio.library.workspace import Workspace
from aestudio.spec.faults import UserError

Progress = Callable[[float, str], None]

MOST_BYTES = 20_000_000_000
"""What an archive may unpack to; a bomb of a few kilobytes would fill any disk."""
_MOST_RATIO = 200  # unpacked to packed; weights hardly shrink at all


def export_runs(folders: Sequence[Path], path: Path, progress: Progress = lambda share, doing: None) -> Path:
    """Write runs into one new zip file, each once and in a folder of its own, whole or not at all.

    Raises
    ------
    UserError
        a run is being written to, or ``path`` cannot be written.
    """
    part = path.with_name(f".{path.name}{PART}")
    with telling(path):
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for i, (folder, name) in enumerate(_named(folders).items()):
                    progress(i / len(folders), f"packing {folder.name}")
                    _pack(archive, folder, name)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path


def _named(folders: Sequence[Path]) -> dict[Path, str]:
    """What each run's folder is called in an archive; the second of a name gets a number."""
    names: dict[Path, str] = {}
    for folder in map(Path.resolve, folders):
        free = (f"{folder.name}{'' if i == 1 else f' {i}'}" for i in itertools.count(1))
        if folder not in names:
            names[folder] = next(name for name in free if name not in names.values())
    return names


def _pack(archive: zipfile.ZipFile, folder: Path, name: str) -> None:
    read_card(folder)  # a folder that is no run has no place in the archive
    with held(folder, "packing"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")


def import_runs(
    path: Path, workspace: Workspace, progress: Progress = lambda share, doing: None
) -> list[Path]:
    """Unpack the runs of an archive into a workspace, and say where they lie.

    A run that is there already comes in as a copy, with an id of its own.

    Raises
    ------
    UserError
        it is no archive of runs, is damaged, would unpack to too much or outside its folder.
    """
    if not path.is_file():
        raise UserError(f"{path}: is no file; choose one that Export Runs wrote")
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            _refuse_danger(path, members)
            return _unpack(path, archive, members, workspace.open(), progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{path}: is damaged or no zip file ({error}); export the runs again") from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UserError(f"{path}: could not be unpacked ({why}); make room and try again") from error


def _refuse_danger(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    for item in members:
        place = PurePosixPath(item.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in item.filename or len(place.parts) < 2:
            raise UserError(
                f"{path}: has a file outside a run's folder ({item.filename!r}); it is not opened"
            )
    size, packed = (sum(getattr(item, name) for item in members) for name in ("file_size", "compress_size"))
    if size > MOST_BYTES or size > _MOST_RATIO * max(packed, 1_000):
        raise UserError(
            f"{path}: would unpack to {size / 1e9:.1f} GB from {packed / 1e6:.1f} MB; it is not opened"
        )
    if not any(PurePosixPath(item.filename).name == CARD for item in members):
        raise UserError(f"{path}: holds no run of AE Studio; choose a file that Export Runs wrote")


def _unpack(
    path: Path,
    archive: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    workspace: Workspace,
    progress: Progress,
) -> list[Path]:
    part = Path(tempfile.mkdtemp(dir=workspace.folder, prefix=".import-", suffix=PART))
    try:
        for i, item in enumerate(members):
            progress(i / len(members), f"unpacking {path.name}")
            _extract(archive, item, part / PurePosixPath(item.filename.replace("\\", "/")))
        known = {entry.card.id for entry in workspace.entries() if entry.card}
        return [_settle(folder, workspace, known) for folder in sorted(part.iterdir())]
    finally:
        remove_tree(part)


def _extract(archive: zipfile.ZipFile, item: zipfile.ZipInfo, goal: Path) -> None:
    """The bytes that the archive told of, and no more."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(item) as packed, goal.open("wb") as file:
        shutil.copyfileobj(packed, file)


def _settle(folder: Path, workspace: Workspace, known: set[str]) -> Path:
    card = read_card(folder)
    if card.id in known:
        dataclasses.replace(card, id=uuid.uuid4().hex).write(folder)
    return folder.rename(workspace.new_folder(folder.name))
