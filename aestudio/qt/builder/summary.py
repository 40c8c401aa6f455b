"""What the model comes to: code, bytes, parameters, and how long an epoch will take."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.spec.outline import Outline
from aestudio.spec.words import counted, time_text

USUAL_SPEED = 1.2e10
"""Forward multiply-adds a second that one core gets through while it trains a dense net, measured."""

_BYTES = 4  # of a float32


class Summary(QWidget):
    """Two lines below the builder that follow every edit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code, self.cost = QLabel(self), QLabel(self)
        self.cost.setFont(small_font())
        self.cost.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, 2, SPACE, SPACE - 2)
        column.setSpacing(0)
        for label in (self.code, self.cost):
            label.setWordWrap(True)
            column.addWidget(label)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, self.width(), 1, QColor(theme().line))  # above it things scroll by

    def show_outline(self, outline: Outline | None, images: int, speed: float | None) -> None:
        """Show the figures of a laid-out model that trains on so many images an epoch."""
        if outline is None:
            self.code.setText("No data is open yet")
            self.cost.setText("")
            return
        size = outline.code_size
        runs = all(fault.advice for fault in outline.faults)
        self.code.setText(code_text(size) if size else "Code: known once the fault above it is mended")
        self.code.setToolTip(tooltip(_ratio(outline)))
        cost = [f"{outline.parameters:,} parameters"] if runs else []
        if images and outline.macs and runs:
            cost.append(epoch_text(outline.macs, images, speed))
        self.cost.setText(", ".join(cost))
        known = "as measured here" if speed else "as is usual on one core; the first run measures it"
        self.cost.setToolTip(tooltip(f"{outline.macs:,} multiply-adds an image, {images:,} images, {known}"))


def code_text(size: int) -> str:
    """A code's size in numbers and in bytes."""
    return f"{counted(size, 'number')} → {size * _BYTES:,} bytes a code (float32)"


def epoch_text(macs: int, images: int, speed: float | None) -> str:
    """How long an epoch takes; ``speed`` in forward multiply-adds a second, None while not measured."""
    seconds = time_text(macs * images / (speed or USUAL_SPEED))
    return f"{seconds} an epoch" if speed else f"about {seconds} an epoch"


def _ratio(outline: Outline) -> str:
    numbers = math.prod(outline.data_shape)
    if not outline.code_size:
        return ""
    ratio = numbers / outline.code_size
    return f"An image has {numbers:,} numbers, its code {outline.code_size:,}: {ratio:.3g} to 1"
