"""Taking a result along: saved, copied, dragged out. Files are made in the background."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QColorSpace, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from aestudio.library.disk import write_whole
from aestudio.pictures.picture import Picture, eight_bits, refuse_overwriting
from aestudio.qt.darkroom.tool import Result
from aestudio.qt.drawing.pictures import to_image
from aestudio.qt.file_names import place_chosen
from aestudio.qt.running.background import Background
from aestudio.qt.running.errands import Errands
from aestudio.spec.faults import UserError

_SAME = {".jpeg": ".jpg", ".jfif": ".jpg", ".tiff": ".tif"}  # other suffixes of one kind


class Saving(QObject):
    """Asks where, and writes there; an original is never overwritten."""

    said = Signal(str)
    trouble = Signal(str)
    ready = Signal(Path)  # a file that can be dragged out

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._last = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._errands, self._packer = Errands(self), Background(self)
        self._errands.failed.connect(self.trouble)
        self._packer.done.connect(self._on_packed)
        self._packer.failed.connect(self.trouble)

    def ask(self, result: Result, source: Path | None, originals: Iterable[Path]) -> None:
        """Ask for a place, and save there; beside ``source`` is proposed."""
        originals = [*originals, *([source] if source else [])]
        folder = source.parent if source else Path(self._last)
        kinds = ";;".join(f"{s[1:].upper()} (*{s})" for s in result.suffixes)
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, "Save the result", str(folder / result.name), kinds
        )
        if not chosen:
            return
        wanted = [s for s in result.suffixes if f"*{s})" in kind]
        others = [s for s, same in _SAME.items() if same in result.suffixes]
        try:
            self.save(result, place_chosen(chosen, *wanted, *result.suffixes, *others), originals)
        except UserError as fault:
            self.trouble.emit(str(fault))

    def save(self, result: Result, path: Path, originals: Iterable[Path]) -> None:
        """Write a result, over another file too, but never over an original."""
        self._last = str(path.parent)

        def write(_: object) -> Path:
            refuse_overwriting(path, originals, overwrite=True)
            write_whole(path, result.packed(path.suffix.lower()))
            return path

        self._errands.do(write, self._on_written)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self.said.emit(f"Saved as {path}, {path.stat().st_size / 1000:,.0f} kB")

    def copy(self, result: Result) -> None:
        """Put the result on the clipboard, as an image."""
        mime = QMimeData()
        mime.setImageData(_image_of(result.picture))
        QGuiApplication.clipboard().setMimeData(mime)
        self.said.emit("The result is on the clipboard")

    def prepare(self, result: Result) -> None:
        """Write the result to a temporary file, so that it can be dragged out; tells ``ready``."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="aestudio-")
        path = Path(self._folder.name) / result.name

        def write(_: object) -> Path:
            write_whole(path, result.packed(path.suffix))
            return path

        self._packer.start(write)

    def forget(self) -> None:
        """What is being prepared is the result no more."""
        self._packer.cancel()

    @Slot(object)
    def _on_packed(self, path: Any) -> None:
        self.ready.emit(path)

    def close(self) -> None:
        """Finish what is being saved; what was dragged out has been copied by now."""
        self._packer.close()
        self._errands.close()
        if self._folder:
            self._folder.cleanup()
            self._folder = None


def _image_of(picture: Picture) -> QImage:
    """With its transparency, and with its colour profile where Qt can read that."""
    pixels = eight_bits(picture.pixels)
    if picture.alpha is not None:
        colours = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
        pixels = np.concatenate([colours, eight_bits(picture.alpha)[..., None]], axis=2)
    image = to_image(pixels)
    if picture.icc:
        image.setColorSpace(QColorSpace.fromIccProfile(QByteArray(picture.icc)))
    return image
