"""The data card: what is open, how it is split, what it looks like, and what was left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from aestudio.qt.drawing.pictures import as_rgb
from aestudio.qt.labels import heading
from aestudio.qt.running.background import Background, Progress
from aestudio.qt.running.loader import Opened
from aestudio.qt.theme import SPACE, small_font
from aestudio.spec.outline import shape_text

if TYPE_CHECKING:
    from aestudio.data.card import DataCard

_MEAN_SIDE = 112
_SAMPLE_SIDE = 28
_CLASSES = 12


class DataPanel(QDialog):
    """Shows the card of one data set; it is made in the background, since it looks through all of it."""

    def __init__(self, opened: Opened, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Data: {opened.data.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.card: DataCard | None = None
        self.body = QWidget(self)
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._column.setSpacing(2 * SPACE)
        self.waiting = QLabel("Looking through the data…", self.body)
        self._column.addWidget(self.waiting)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.body)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy = buttons.addButton("Copy as Text", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(area, 1)
        column.addWidget(buttons)
        self.resize(QSize(640, 560))
        self._worker = Background(self)
        self._worker.done.connect(self._on_card)
        self._worker.failed.connect(self.waiting.setText)
        self._worker.start(_carding(opened))

    def done(self, result: int) -> None:
        """Wait for the look under way, then close."""
        self._worker.close()
        super().done(result)

    @Slot(object)
    def _on_card(self, card: DataCard) -> None:
        self.card = card
        self.waiting.hide()
        self.copy.setEnabled(True)
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addLayout(_facts(card), 1)
        top.addWidget(_mean(card), 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(top)
        self._column.addWidget(heading("Samples"))
        self._column.addWidget(_samples(card))
        if lines := card.report.lines():
            self._column.addWidget(heading("Report"))
            report = QPlainTextEdit("\n".join(lines), self.body)
            report.setReadOnly(True)
            report.setAccessibleName("What was resized, converted or left out")
            report.setMinimumHeight(96)
            self._column.addWidget(report)
        self._column.addStretch(1)

    @Slot()
    def _on_copy(self) -> None:
        if self.card:
            QGuiApplication.clipboard().setText(self.card.as_text())


def _carding(opened: Opened) -> Any:
    def work(progress: Progress) -> DataCard:
        from aestudio.data.card import data_card

        card = data_card(opened.data)
        progress(1.0, "")
        return card

    return work


def _facts(card: DataCard) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(2 * SPACE)
    form.setVerticalSpacing(SPACE)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    splits = ", ".join(f"{count:,} {part}" for part, count in card.splits.items())
    facts = [
        ("Examples", f"{card.count:,} of {shape_text(card.shape)}, {card.bytes / 1e6:,.1f} MB"),
        ("Split", splits),
        ("Rule", card.split_rule),
        ("Classes", _classes(card)),
        ("SHA-256", " ".join(re.findall(".{16}", card.content_hash))),
    ]
    for name, text in facts:
        value = QLabel(text)
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form.addRow(name, value)
    return form


def _classes(card: DataCard) -> str:
    if not card.class_counts:
        return "none"
    shown = [f"{name} ({count:,})" for name, count in card.class_counts[:_CLASSES]]
    more = len(card.class_counts) - len(shown)
    return f"{len(card.class_counts)}: {', '.join(shown)}{f' and {more:,} more' if more else ''}"


def _mean(card: DataCard) -> QLabel:
    label = QLabel()
    label.setPixmap(_pixmap(card.mean_image[None], _MEAN_SIDE))
    label.setToolTip("The mean of the training images: what a model answers that has learnt nothing else")
    return label


def _samples(card: DataCard) -> QWidget:
    """One column a class, its first training images below each other."""
    home = QWidget()
    row = QHBoxLayout(home)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE // 2)
    names = [name for name, _ in card.class_counts] or [""]
    for name, pictures in list(zip(names, card.samples, strict=False))[:_CLASSES]:
        column = QVBoxLayout()
        column.setSpacing(SPACE // 2)
        title = QLabel(name)
        title.setFont(small_font())
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        for picture in pictures[:4]:
            label = QLabel()
            label.setPixmap(_pixmap(picture[None], _SAMPLE_SIDE + 12))
            column.addWidget(label)
        column.addStretch(1)
        row.addLayout(column)
    row.addStretch(1)
    return home


def _pixmap(batch: NDArray[Any], side: int) -> QPixmap:
    rgb = np.ascontiguousarray(as_rgb(batch)[0])
    height, width = rgb.shape[:2]
    image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    return QPixmap.fromImage(
        image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
    )
