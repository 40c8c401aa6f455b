"""A picture of the roll onto the table: opened in the background, small ones and large ones alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

from aestudio.pictures.picture import Picture, open_picture
from aestudio.pictures.pyramid import Pyramid, pyramid_of
from aestudio.qt.darkroom.intake import CODED
from aestudio.qt.darkroom.roll import Entry
from aestudio.qt.darkroom.tool import Opened
from aestudio.qt.drawing.pictures import fitted, to_image
from aestudio.qt.running.background import Background, Progress
from aestudio.spec.faults import UserError

THUMB = 40


class Opening(QObject):
    """Opens what was chosen last; who chose before that is not waited for."""

    opened = Signal(object, object)  # Entry, Opened
    failed = Signal(object, str)  # Entry, a sentence
    told = Signal(float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._background = Background(self)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._background.told.connect(self.told)

    def open(self, entry: Entry, workspace: Path) -> None:
        """Open a picture, with the runs of the workspace at hand."""
        self._entry = entry
        self._background.start(lambda progress: _opened(entry, workspace, progress))

    def cancel(self) -> None:
        """Open nothing."""
        self._entry = None
        self._background.cancel()

    def close(self) -> None:
        """Stop, and wait."""
        self._background.close()

    @Slot(object)
    def _on_done(self, done: Any) -> None:
        opened, thumbnail = done
        if self._entry:
            self._entry.thumbnail = thumbnail
            self.opened.emit(self._entry, opened)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._entry:
            self.failed.emit(self._entry, sentence)


def _opened(entry: Entry, workspace: Path, progress: Progress) -> tuple[Opened, QImage]:
    progress(0.0, f"opening {entry.name}")
    picture = picture_of(entry, workspace, progress)
    progress(1.0, f"opening {entry.name}")
    pyramid = pyramid_of(picture)
    return Opened(entry.name, picture, pyramid, entry.bytes), thumbnail_of(pyramid)


def picture_of(entry: Entry, workspace: Path, progress: Progress) -> Picture:
    """The picture itself; what a run of the workspace has coded is opened by it.

    Raises UserError where it cannot be had.
    """
    if not entry.name.lower().endswith(CODED):
        return open_picture(entry.source)
    from aestudio.pictures.codec.opening import open_coded, runs_in

    source = entry.source
    try:
        data = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise UserError(f"{source}: cannot be read ({error.strerror}); give another file") from error
    return open_coded(data, str(entry.file or "the file"), runs_in(workspace), progress)


def thumbnail_of(pyramid: Pyramid) -> QImage:
    """A small image of a picture, its sides at most 2 x 40 pixels for screens with fine ones."""
    image = to_image(pyramid.levels[-1])
    side = min(2 * THUMB, max(image.width(), image.height()))
    return image.scaled(
        fitted(image.size(), QSize(side, side)), mode=Qt.TransformationMode.SmoothTransformation
    )
