"""The size of the compressed file, large; below it what share that is, and how many bits a pixel."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from aestudio.qt.darkroom.squeezed import Measured
from aestudio.qt.theme import SPACE, heading_font, small_font, theme
from aestudio.spec.words import bytes_text

_LARGE = 2.0  # times the usual font


class SizeLabel(QWidget):
    """Two lines; what is only expected is muted and marked with ≈."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip("The size of the .aes file, and what it is of the file that was opened")
        self.text, self.below, self.is_exact = "", "", False
        self.show_measured(None)

    def show_measured(self, told: Measured | None) -> None:
        """Say what is known now."""
        size, bits, share = (told.size, told.bits_per_pixel, told.share) if told else (None, None, None)
        self.is_exact = told is not None and told.is_exact
        about = "" if self.is_exact else "≈ "
        self.text = "–" if size is None else f"{about}{bytes_text(size)}"
        parts: list[str] = []
        if share is not None:
            parts.append(f"{_percent(share)} of the file")
        if bits is not None:
            parts.append(f"{bits:.3g} bits a pixel")
        self.below = "   ".join(parts)
        self.setAccessibleName(f"Compressed size: {self.text}; {', '.join(parts)}")
        self.update()

    def sizeHint(self) -> QSize:
        height = QFontMetricsF(_large()).height() + QFontMetricsF(small_font()).height()
        return QSize(20 * SPACE, round(height) + SPACE // 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), QPainter(self)
        painter.setFont(_large())
        large = painter.fontMetrics()
        painter.setPen(QColor(t.text if self.is_exact else t.muted))
        painter.drawText(QPointF(0, large.ascent()), self.text)
        painter.setFont(small_font())
        painter.setPen(QColor(t.muted))
        small = painter.fontMetrics()
        text = small.elidedText(self.below, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, large.height() + small.ascent()), text)


def _large() -> QFont:
    font = heading_font()
    font.setPointSizeF(_LARGE * font.pointSizeF())
    return font


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:,.0f} %"
