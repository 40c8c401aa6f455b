"""How pictures get onto the page: files, folders, the clipboard, and what is dragged out of a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QImage

from aestudio.pictures.picture import SUFFIXES
from aestudio.qt.darkroom.roll import Entry
from aestudio.qt.running.background import Progress
from aestudio.qt.running.errands import Errands
from aestudio.spec.faults import UserError
from aestudio.spec.words import counted

CODED = ".aes"
KINDS = (*SUFFIXES, CODED)
_MOST = 20_000  # pictures of a folder


def is_picture(path: Path) -> bool:
    """Whether a file's name says that it is a picture, coded ones too."""
    return path.suffix.lower() in KINDS


def can_take(mime: QMimeData) -> bool:
    """Whether pictures may be in what is dragged or on the clipboard."""
    return mime.hasImage() or any(url.isLocalFile() or _is_web(url.scheme()) for url in mime.urls())


class Intake(QObject):
    """Finds the pictures in what it is given, in the background."""

    found = Signal(list)  # of Entry
    trouble = Signal(str)
    told = Signal(float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands, self._web = Errands(self), Errands(self)  # a slow server keeps no file waiting
        for worker in (self._errands, self._web):
            worker.failed.connect(self.trouble)
            worker.told.connect(self.told)

    def take_files(self, paths: list[Path]) -> None:
        """Files, and the pictures in folders at any depth."""
        self._errands.do(lambda progress: _searched(paths, progress), self._on_searched)

    def take_mime(self, mime: QMimeData, name: str) -> None:
        """What was dropped or pasted: files first, else the image itself, else what a web address names.

        A browser gives the picture as it shows it, the address of its file, or both; the file is better.
        """
        urls = mime.urls()
        files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        web = [url.toString() for url in urls if _is_web(url.scheme())]
        if files:
            self.take_files(files)
        elif mime.hasImage():
            image = QImage(mime.imageData())
            web_name = Path(urls[0].fileName()).stem if web else ""
            self._errands.do(lambda _: [Entry(_bytes_of(image), f"{web_name or name}.png")], self._on_found)
        elif web:
            self._web.do(lambda progress: [_fetched(web[0], progress)], self._on_found)
        else:
            self.trouble.emit("There is no picture in it; give a picture, or a file or folder of pictures")

    @Slot()
    def cancel(self) -> None:
        """Give up what is being fetched or looked for."""
        self._web.cancel()
        self._errands.cancel()

    def close(self) -> None:
        """Stop, and wait."""
        self.cancel()
        self._web.close()
        self._errands.close()

    @Slot(object)
    def _on_found(self, entries: list[Entry]) -> None:
        if entries:
            self.found.emit(entries)

    @Slot(object)
    def _on_searched(self, searched: _Searched) -> None:
        self._on_found(searched.entries)
        if searched.empty:  # after the pictures, which take away what was said before
            self.trouble.emit("; ".join(searched.empty))


def _is_web(scheme: str) -> bool:
    return scheme in ("http", "https")


@dataclass
class _Searched:
    """The pictures found, and a sentence for each folder that held none."""

    entries: list[Entry] = field(default_factory=list[Entry])
    empty: list[str] = field(default_factory=list[str])


def _searched(paths: list[Path], progress: Progress) -> _Searched:
    searched = _Searched()
    found = searched.entries
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if is_picture(p) and p.is_file())
            if not inside:
                kinds = ", ".join(SUFFIXES)
                searched.empty.append(f"{path}: holds no pictures; give a folder with {kinds} files")
            found += [Entry(p, str(p.relative_to(path))) for p in inside]
        else:
            found.append(Entry(path, path.name))
        progress(0.0, f"{counted(len(found), 'picture')} found")
        if len(found) > _MOST:
            raise UserError(f"more than {_MOST:,} pictures; give fewer folders at a time")
    return searched


def _bytes_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]  # the stubs want bytes, Qt takes both
    return bytes(buffer.data().data())


def _fetched(address: str, progress: Progress) -> Entry:
    from aestudio.pictures.fetching import fetched_picture

    data, name = fetched_picture(address, progress)
    return Entry(data, name)
