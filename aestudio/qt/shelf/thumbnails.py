"""The runs' small pictures, read in the background when a row comes into sight, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from aestudio.library.folder import THUMBNAIL
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.shelf.row import Row

_MOST, _BATCH, _WAITING = 600, 12, 60


class Thumbnails(QObject):
    """Hands out pixmaps. What is not there yet is read, the row asked for last first.

    Args:
        size: what pictures are brought into.
        parent: owner.
    """

    arrived = Signal(tuple)  # of Path: their pictures are there, or known to be missing

    def __init__(self, size: QSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size, self._ratio = size, 1.0
        self._kept: OrderedDict[Path, tuple[object, QPixmap]] = OrderedDict()
        self._wanted: OrderedDict[Path, object] = OrderedDict()
        self._soon = QTimer(self, singleShot=True, interval=0)  # all rows of one painting in one batch
        self._soon.timeout.connect(self._start)
        self._background = Background(self)
        self._background.done.connect(self._on_done)

    def of(self, row: Row, ratio: float) -> QPixmap | None:
        """A run's picture for a screen of ``ratio`` pixels a unit; the old one while it is read anew."""
        if ratio != self._ratio:
            self._ratio = ratio
            self._kept.clear()
        stamp, pixmap = self._kept.get(row.folder, (None, None))
        if pixmap is None or stamp != row.card:
            self._want(row)
        else:
            self._kept.move_to_end(row.folder)
        return pixmap

    def close(self) -> None:
        """Stop reading."""
        self._soon.stop()
        self._wanted.clear()
        self._background.close()

    def _want(self, row: Row) -> None:
        self._wanted[row.folder] = row.card
        self._wanted.move_to_end(row.folder)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)  # scrolled out of sight long ago
        if not self._background.is_busy:
            self._soon.start()

    @Slot()
    def _start(self) -> None:
        if self._background.is_busy:
            return
        batch = [self._wanted.popitem() for _ in range(min(_BATCH, len(self._wanted)))]
        size = self._size * self._ratio
        if batch:
            self._background.start(lambda progress: _read(batch, size, progress))

    @Slot(object)
    def _on_done(self, read: Sequence[tuple[Path, object, QImage]]) -> None:
        for folder, stamp, image in read:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self._ratio)
            self._kept[folder] = stamp, pixmap
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        self._start()
        self.arrived.emit(tuple(folder for folder, _, _ in read))


def _read(
    batch: Sequence[tuple[Path, object]], size: QSize, progress: Progress
) -> list[tuple[Path, object, QImage]]:
    return [(folder, stamp, _image(folder / THUMBNAIL, size)) for folder, stamp in batch]


def _image(path: Path, size: QSize) -> QImage:
    """The picture, as large as fits into ``size``; a null one where there is none."""
    image = QImage(str(path))
    if image.isNull():
        return image
    return image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
