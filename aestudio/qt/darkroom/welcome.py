"""What the Pictures page shows while no picture is there: what it does, and three ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from aestudio.qt.labels import heading
from aestudio.qt.theme import SPACE, icon, theme

_WORDS = (
    "See them clean at once, or as small as you like. Originals are never touched.\n"
    "PNG, JPEG, WebP, AVIF, TIFF, BMP and .aes, whole folders too; Ctrl+V pastes."
)
_SAMPLE = "A picture that comes with AE Studio, with damage done to it"


class Welcome(QWidget):
    """A frame to drop onto, and buttons."""

    open_wanted = Signal()
    folder_wanted = Signal()
    photograph_wanted = Signal()
    scan_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title, words = heading("Drop pictures here to denoise or compress them", self), QLabel(_WORDS, self)
        words.setForegroundRole(words.palette().ColorRole.PlaceholderText)
        for label in (title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        glyph = QLabel(self)
        glyph.setPixmap(icon("image", "muted").pixmap(6 * SPACE))
        glyph.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACE)
        column.addStretch(1)
        column.addWidget(glyph)
        column.addWidget(title)
        column.addWidget(words)
        files = _button("Open Pictures…", "Choose files (Ctrl+Alt+O)", self)
        folder = _button("Open a Folder…", "All pictures in it, at any depth", self)
        files.clicked.connect(self.open_wanted)
        folder.clicked.connect(self.folder_wanted)
        column.addLayout(_row(files, folder))
        samples = [_button(text, _SAMPLE, self) for text in ("Try a Photograph", "Try a Scan")]
        samples[0].clicked.connect(self.photograph_wanted)
        samples[1].clicked.connect(self.scan_wanted)
        column.addLayout(_row(*samples))
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme().base))
        painter.setPen(QPen(QColor(theme().line), 2, Qt.PenStyle.DashLine))
        width, height = min(self.width() - 6 * SPACE, 80 * SPACE), min(self.height() - 6 * SPACE, 42 * SPACE)
        frame = QRectF(0, 0, width, height)
        frame.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(frame, SPACE, SPACE)


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tip)
    return button
