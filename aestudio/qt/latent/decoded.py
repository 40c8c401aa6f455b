"""What the decoder makes of one place, beside the real image whose code is nearest."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.gallery import Gallery
from aestudio.qt.drawing.pictures import as_rgb, fitted, to_image
from aestudio.qt.drawing.view import View
from aestudio.qt.latent.works import Look
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

_SMALL = 0.5  # of the large picture's side


class _Two(QWidget):
    """A large picture and a smaller one beside it, each with its words below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(small_font())
        self._pictures = QImage(), QImage()
        self._words = "", ""

    def sizeHint(self) -> QSize:
        return QSize(320, 208)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def show_two(self, made: QImage, near: QImage, words: tuple[str, str]) -> None:
        """Show these; null images show nothing."""
        self._pictures, self._words = (made, near), words
        self.setAccessibleDescription(", ".join(filter(None, words)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.fontMetrics().height()
        room = QRectF(self.rect()).adjusted(SPACE, SPACE // 2, -SPACE, -SPACE)
        high = room.height() - line - SPACE // 2
        wide = (room.width() - 2 * SPACE) / (1 + _SMALL)
        sizes = [self._size(self._pictures[0], wide, high), QSize()]
        sizes[1] = self._size(self._pictures[1], sizes[0].width() * _SMALL, sizes[0].height() * _SMALL)
        left, foot = room.left(), room.top() + sizes[0].height()
        for picture, words, size in zip(self._pictures, self._words, sizes, strict=True):
            if picture.isNull():
                continue
            painter.drawImage(QRectF(left, foot - size.height(), size.width(), size.height()), picture)
            painter.setPen(QColor(theme().muted))
            below = QRectF(left, foot + SPACE // 2, room.right() - left, line)
            text = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(below.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += size.width() + 2 * SPACE

    def _size(self, picture: QImage, width: float, height: float) -> QSize:
        """As large as there is room, in whole pixels of the screen to each of the picture's, if that fits."""
        if picture.isNull():
            return QSize()
        ratio = self.devicePixelRatioF()
        times = int(min(width * ratio / picture.width(), height * ratio / picture.height()))
        if times >= 1:
            return QSize(round(picture.width() * times / ratio), round(picture.height() * times / ratio))
        return fitted(picture.size(), QSize(max(1, int(width)), max(1, int(height))))


class Decoded(View):
    """Draws a look; what is taken along as CSV is the code."""

    title = "Decoded"
    help = (
        "What the decoder makes of the place under the pointer, or of the one where you are. Beside it the "
        "real test image whose code is nearest: far from all of them the decoder was never taught anything."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.two = _Two()
        super().__init__(self.two, parent)
        self.gallery = Gallery()
        """Where real images are found."""
        self._look: Look | None = None

    @Slot(object)
    def show_look(self, look: Look) -> None:
        """Show what was decoded."""
        self._look = look
        kind = self.gallery.class_of(look.nearest)
        near = f"test image {look.nearest:,}" + (f", class {kind}" if kind else "")
        self.status.say(
            f"|z| = {float(np.linalg.norm(look.code)):.3g} · nearest code {look.distance:.3g} away"
        )
        picture = to_image(as_rgb(look.image[None])[0])
        self.two.show_two(picture, self.gallery.picture(look.nearest), ("decoded", near))

    def draw(self, snapshot: Snapshot) -> None:
        """Nothing: it is told what was decoded."""

    def clear(self) -> None:
        self._look = None
        self.status.say("")
        self.two.show_two(QImage(), QImage(), ("", ""))

    def table(self) -> Table:
        header = ("number", "value")
        if self._look is None:
            return header, []
        return header, [(f"z{i + 1}", value) for i, value in enumerate(self._look.code.tolist())]
