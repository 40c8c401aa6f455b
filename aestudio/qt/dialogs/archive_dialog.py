"""The test images of the open data as one file, through a trained run: how many bytes an image, how near."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from aestudio.pictures.codec.settings import MOST_BITS, USUAL_BITS
from aestudio.qt.file_names import place_chosen
from aestudio.qt.labels import aside
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.running.errands import Errands
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import SPACE, heading_font
from aestudio.spec.faults import UserError
from aestudio.spec.outline import shape_text
from aestudio.spec.run import DataSpec
from aestudio.spec.words import bytes_text, counted

if TYPE_CHECKING:
    from aestudio.pictures.codec.archive import ArchiveEncoder

_SETTLE_MS = 80
_SUFFIX = ".aes"
_ABOUT = (
    "Each image becomes its code, rounded and entropy-coded; what the codes have in common is written once. "
    "The same run opens the file again: drop it on the Pictures page."
)


@dataclass(frozen=True, eq=False)
class Packed:
    """An archive: its bytes, the bits of a number in its codes, and the PSNR in dB of its images."""

    file: bytes
    bits: int
    psnr: float


class ArchiveDialog(QDialog):
    """Turn the bits, see size and quality follow, save.

    Args:
        folder: of the run.
        opened: the data whose test images are packed.
        parent: the window.
    """

    said = Signal(str)

    def __init__(self, folder: Path, opened: Opened, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compress Test Images")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder, self._opened = folder, opened
        self.packed: Packed | None = None
        self._pack = _packer(folder, opened)
        self._packing, self._errands = Background(self), Errands(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.bits = QSpinBox(self)
        self.bits.setRange(1, MOST_BITS)
        self.bits.setValue(USUAL_BITS)
        self.bits.setMaximumWidth(10 * SPACE)
        self.bits.setAccessibleName("Bits of a number")
        self.bits.setToolTip("What each number of a code is rounded to, before it is entropy-coded")
        self.weight, self.each, self.near = QLabel(self), QLabel(self), QLabel(self)
        self.weight.setFont(heading_font())
        self.note = aside(self)
        self.note.hide()
        self._lay_out()
        self._packing.done.connect(self._on_packed)
        self._packing.failed.connect(self._on_failed)
        self._errands.failed.connect(self._tell)
        self._settle.timeout.connect(self._on_settled)
        self.bits.valueChanged.connect(self._on_bits)
        self._show(None)
        self._on_settled()

    def _lay_out(self) -> None:
        count, data = len(self._opened.test_images), self._opened.data
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE)
        form.addRow("Run", QLabel(self._folder.name, self))
        form.addRow("Images", QLabel(f"{counted(count, 'test image')} of {data.name}", self))
        form.addRow("Bits of a number", self.bits)
        form.addRow("File", self.weight)
        form.addRow("An image", self.each)
        form.addRow("Quality", self.near)
        about = aside(self)
        about.setText(_ABOUT)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.save = self.buttons.addButton("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        self.save.setToolTip("Write the file")
        self.save.setDefault(True)
        self.copy = self.buttons.addButton("Copy as Command", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Put the command on the clipboard that writes this file without a window")
        if not _is_usual(self._opened.spec):
            self.copy.setEnabled(False)
            self.copy.setToolTip(
                "The data were split by a seed or share of their own, which no command tells"
            )
        self.save.clicked.connect(self._on_save)
        self.copy.clicked.connect(self._on_copy)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        self.setMinimumWidth(56 * SPACE)

    def done(self, result: int) -> None:
        """Wait for the work under way, then close."""
        self._settle.stop()
        self._packing.close()
        self._errands.close()
        super().done(result)

    @property
    def command(self) -> str:
        """What does the same without a window."""
        words = ["aestudio", "compress", self._opened.spec.source, "--model", str(self._folder)]
        return shlex.join([*words, "--bits", str(self.bits.value()), "--measure"])

    def _show(self, packed: Packed | None) -> None:
        """Say what is known of the file."""
        self.packed = packed
        self.save.setEnabled(packed is not None)
        for label in (self.weight, self.each, self.near):
            label.setText("…")
        if packed:
            images = self._opened.test_images
            raw = math.prod(images.shape[1:]) * images.itemsize
            each = len(packed.file) / max(len(images), 1)
            self.weight.setText(bytes_text(len(packed.file)))
            self.each.setText(f"{each:.1f} bytes, {100 * each / raw:.1f} % of its {raw:,}")
            self.near.setText(f"PSNR {packed.psnr:.2f} dB")

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    @Slot()
    def _on_bits(self) -> None:
        self._tell("")
        self._show(None)
        self._settle.start()

    @Slot()
    def _on_settled(self) -> None:
        bits = self.bits.value()
        self._packing.start(lambda progress: self._pack(bits, progress))

    @Slot(object)
    def _on_packed(self, packed: Packed) -> None:
        if packed.bits == self.bits.value():
            self._show(packed)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        for label in (self.weight, self.each, self.near):
            label.setText("–")
        self._tell(sentence[:1].upper() + sentence[1:])

    @Slot()
    def _on_save(self) -> None:
        packed = self.packed
        proposed = str(Path.home() / f"{self._folder.name}-test{_SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the archive", proposed, f"*{_SUFFIX}")
        if not chosen or packed is None:
            return
        try:
            path = place_chosen(chosen, _SUFFIX)
        except UserError as fault:
            self._tell(str(fault))
            return
        self._errands.do(lambda _: _written(packed.file, path), self._on_written)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._tell(f"Saved as {path}")
        self.said.emit(self.note.text())

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command)
        self._tell(f"On the clipboard: {self.command}")


def _is_usual(spec: DataSpec) -> bool:
    """Whether the command line would take the same images for the test."""
    usual = DataSpec()
    return (spec.seed, spec.test) == (usual.seed, usual.test)


def _packer(folder: Path, opened: Opened) -> Callable[[int, Progress], Packed]:
    """Packs on a worker's thread; the run looks at the images once."""
    found: list[ArchiveEncoder] = []

    def pack(bits: int, progress: Progress) -> Packed:
        import torch

        from aestudio.pictures.codec.archive import ArchiveEncoder
        from aestudio.pictures.own_runs import open_own_run
        from aestudio.pictures.quality import psnr

        images = opened.test_images
        if images.ndim != 4:
            shape = shape_text(images.shape[1:])
            raise UserError(f"{opened.data.name} holds vectors ({shape}), not images; open images first")
        if not found:
            run = open_own_run(folder)
            if run.model.data_shape != images.shape[1:]:
                theirs, ours = shape_text(run.model.data_shape), shape_text(images.shape[1:])
                raise UserError(
                    f"this run takes images of {theirs}, and those of {opened.data.name} are {ours}; "
                    f"open the data that it was trained on"
                )
            found.append(ArchiveEncoder(run, torch.from_numpy(images.copy())))
        progress(0.5, "writing")
        encoder = found[0]
        return Packed(encoder.file(bits), bits, psnr(images, encoder.preview(bits), 255))

    return pack


def _written(file: bytes, path: Path) -> Path:
    from aestudio.library.disk import write_whole

    write_whole(path, file)
    return path
