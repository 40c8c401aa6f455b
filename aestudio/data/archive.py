"""Zip files from anywhere, opened with suspicion. Nothing is ever unpacked to disk."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from pathlib import Path

_BOMB_RATIO = 200  # pictures and arrays of numbers rarely shrink by more than 20
_BOMB_BYTES = 1 << 30  # below a gigabyte no ratio does harm


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip file whose entries stay inside it and whose sizes are believable.

    Raises
    ------
    UserError
        It is damaged, a bomb, or names a path outside itself.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as fault:
        raise UserError(f"{path} is a damaged zip file ({fault}); fetch or pack it again") from fault
    try:
        _check(archive, path)
    except UserError:
        archive.close()
        raise
    return archive


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    for entry in entries:
        if _points_outside(entry.filename):
            raise UserError(
                f"{path} holds the entry {entry.filename!r}, which points outside it; pack it again"
            )
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / path.stat().st_size
    if unpacked > _BOMB_BYTES and ratio > _BOMB_RATIO:
        raise UserError(
            f"{path} would unpack to {unpacked / 1e9:,.1f} GB, {ratio:,.0f} times its size, "
            "as a zip bomb does; unpack it yourself if you trust it, and open the folder"
        )


def _points_outside(name: str) -> bool:
    return bool(re.match(r"[/\\]|[A-Za-z]:", name)) or ".." in re.split(r"[/\\]", name)
