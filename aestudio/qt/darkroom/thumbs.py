"""Thumbnails of the pictures on the roll, read in the background when a row comes into sight."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from aestudio.qt.darkroom.intake import CODED
from aestudio.qt.darkroom.opening import THUMB
from aestudio.qt.darkroom.roll import Entry
from aestudio.qt.running.background import Background, Progress

_BATCH, _WAITING = 4, 40
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError)
Read = list[tuple[Entry, QImage]]


class Thumbs(QObject):
    """Reads them, the row asked for last first; who has been asked once is not asked again."""

    arrived = Signal(object)  # Entry

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[Entry] = []
        self._asked: set[int] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)  # all rows of one painting in one batch
        self._soon.timeout.connect(self._start)
        self._background = Background(self)
        self._background.done.connect(self._on_done)

    @Slot(object)
    def want(self, entry: Entry) -> None:
        """A row without a thumbnail is painted."""
        if id(entry) not in self._asked:
            self._asked.add(id(entry))
            self._wanted = [*self._wanted, entry][-_WAITING:]
            self._soon.start()

    def close(self) -> None:
        """Stop, and wait."""
        self._soon.stop()
        self._wanted = []
        self._background.close()

    @Slot()
    def _start(self) -> None:
        if self._wanted and not self._background.is_busy:
            batch, self._wanted = self._wanted[-_BATCH:], self._wanted[:-_BATCH]
            self._background.start(lambda progress: _read(batch, progress))

    @Slot(object)
    def _on_done(self, read: Read) -> None:
        for entry, image in read:
            if entry.thumbnail is None and not image.isNull():
                entry.thumbnail = image
                self.arrived.emit(entry)
        self._start()


def _read(batch: list[Entry], progress: Progress) -> Read:
    read: Read = []
    for entry in batch:
        progress(0.0, "thumbnails")
        read.append((entry, _image(entry.source)))
    return read


def _image(source: Path | bytes) -> QImage:
    """A picture in at most 2 x 40 pixels a side; a null image where that cannot be."""
    if isinstance(source, Path) and source.suffix.lower() == CODED:
        return QImage()
    try:
        with Image.open(source if isinstance(source, Path) else io.BytesIO(source)) as image:
            image.draft("RGB", (2 * THUMB, 2 * THUMB))  # JPEG is decoded at an eighth of its size, at once
            small = ImageOps.exif_transpose(image)
            small.thumbnail((2 * THUMB, 2 * THUMB))
            small = small.convert("RGB")
    except _BROKEN:
        return QImage()
    width, height = small.size
    return QImage(small.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
