"""A small card beside the pointer: a picture, and lines about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from aestudio.qt.theme import SPACE, small_font, theme

_SIDE = 84


class Thumbnail(QWidget):
    """Floats above its parent, takes no clicks, and keeps inside."""

    def __init__(self, parent: QWidget, side: int = _SIDE) -> None:
        super().__init__(parent)
        self._side = side
        self._room = parent
        self._image = QImage()
        self.lines: Sequence[str] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(small_font())
        self.hide()

    def show_beside(self, place: QPointF, image: QImage, lines: Sequence[str]) -> None:
        """Show ``image`` (null for none) and ``lines``, to the right of ``place`` or where there is room."""
        self._image, self.lines = image, lines
        metrics = self.fontMetrics()
        picture = self._picture_size()
        words = max((metrics.horizontalAdvance(line) for line in lines), default=0)
        width = round(max(picture[0], words)) + 2 * SPACE
        height = (
            round(picture[1] + (SPACE // 2 if picture[1] else 0) + len(lines) * metrics.height()) + 2 * SPACE
        )
        room = self._room.rect()
        x = place.x() + 2 * SPACE
        if x + width > room.width():
            x = place.x() - 2 * SPACE - width
        y = min(max(0.0, place.y() - height / 2), max(0.0, float(room.height() - height)))
        self.setGeometry(round(max(0.0, x)), round(y), width, height)
        self.show()
        self.raise_()
        self.update()

    def _picture_size(self) -> tuple[float, float]:
        if self._image.isNull():
            return 0.0, 0.0
        largest = max(self._image.width(), self._image.height())
        ratio = self.devicePixelRatioF()
        words = len(self.lines) * self.fontMetrics().height() + 3 * SPACE
        side = max(1, min(self._side, self._room.height() - words))
        scale = side / largest if largest > side * ratio else int(side * ratio / largest) / ratio
        return self._image.width() * scale, self._image.height() * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(t.line), 1))
        painter.setBrush(QColor(t.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        width, height = self._picture_size()
        y = float(SPACE)
        if height:
            painter.drawImage(QRectF((self.width() - width) / 2, y, width, height), self._image)
            y += height + SPACE // 2
        line = self.fontMetrics().height()
        for number, text in enumerate(self.lines):
            painter.setPen(QColor(t.muted if number else t.text))
            box = QRectF(SPACE, y, self.width() - 2 * SPACE, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, text)
            y += line
