"""The picture files of a folder or zip: their names, kept small, and a way to open each."""

from __future__ import annotations

import bisect
import io
import os
import posixpath
import zipfile
from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING

import numpy as np

from aestudio.data.archive import open_archive
from aestudio.data.picture import SUFFIXES, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIELDS = ("header_offset", "compress_size", "file_size", "CRC", "compress_type", "flag_bits")
_ENTRY = np.dtype([*((name, "i8") for name in _FIELDS[:3]), *((name, "u4") for name in _FIELDS[3:])])
_ENTRY_LIMIT = 256 << 20  # bytes of one unpacked entry; it must lie in memory to be decoded


class Names:
    """Names in one block of bytes: a million as Python strings would take more than the images' tenth."""

    def __init__(self, names: list[str]) -> None:
        sizes = (len(name.encode("utf-8", "surrogateescape")) for name in names)
        self._ends = np.cumsum(np.fromiter(sizes, np.int64, len(names)))
        self._bytes = "".join(names).encode("utf-8", "surrogateescape")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self):
            raise IndexError(index)
        begin = self._ends[index - 1] if index else 0
        return self._bytes[begin : self._ends[index]].decode("utf-8", "surrogateescape")


class Pile(ABC):
    """Files below one place. ``names`` are relative, with ``/``, in an order that is equal everywhere."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> tuple[list[str], int]:
        """The names of the pictures, and how many files of other kinds there are."""
        pictures: list[str] = []
        others = 0
        for name in self._files():
            if posixpath.splitext(name)[1].lower() in SUFFIXES and not _is_hidden(name):
                pictures.append(name)
            else:
                others += not _is_hidden(name)
        return sorted(pictures), others

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file. Raises Refused where they cannot be had."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the place."""

    @abstractmethod
    def _files(self) -> Iterator[str]: ...


class FolderPile(Pile):
    """A folder and all below it; links to folders are not followed, since they may form a ring."""

    def open(self, name: str) -> IO[bytes]:
        try:
            return (self.path / name).open("rb")
        except OSError as fault:
            raise Refused(f"it cannot be opened ({fault.strerror})") from fault

    def close(self) -> None:
        """A folder is not held."""

    def _files(self) -> Iterator[str]:
        return _walk(os.fspath(self.path), "")


class ZipPile(Pile):
    """A zip file, read entry by entry into memory.

    zipfile keeps some 700 bytes an entry, which is as much as a small picture. Once the directory is read it
    is packed into an array, and each entry is made anew when it is wanted.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive = open_archive(path)
        entries = sorted((e for e in self._archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        self._names = Names([entry.filename for entry in entries])
        self._entries = np.empty(len(entries), _ENTRY)
        for i, entry in enumerate(entries):
            self._entries[i] = tuple(getattr(entry, field) for field in _FIELDS)
        self._archive.filelist.clear()
        self._archive.NameToInfo.clear()

    def open(self, name: str) -> IO[bytes]:
        try:
            entry = self._entry(name)
            if entry.file_size > _ENTRY_LIMIT:
                raise Refused(f"it would unpack to {entry.file_size / 1e6:,.0f} MB, as a zip bomb does")
            # zipfile stops at the size that the entry claims, so a false claim cannot fill the memory.
            return io.BytesIO(self._archive.read(entry))
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as fault:
            raise Refused(f"its entry in the zip is damaged or locked ({fault})") from fault

    def close(self) -> None:
        self._archive.close()

    def _files(self) -> Iterator[str]:
        return (self._names[i] for i in range(len(self._names)))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name)
        packed = self._entries[bisect.bisect_left(self._names, name)]
        for field in _FIELDS:
            setattr(entry, field, int(packed[field]))
        return entry


def open_pile(path: Path) -> Pile:
    """The pile in a folder or zip. Raises UserError where a zip is damaged or hostile."""
    return FolderPile(path) if path.is_dir() else ZipPile(path)


def _walk(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():  # no pipe or device, which would block when opened
                yield prefix + entry.name


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
