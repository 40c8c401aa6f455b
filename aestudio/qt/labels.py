"""Labels: one that cuts its text with an ellipsis rather than asking for room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from aestudio.qt.theme import heading_font, small_font


class ElidedLabel(QWidget):
    """One muted line that gives way: what does not fit ends in an ellipsis, and the tooltip has it all.

    No QLabel, which has the whole window laid out anew for each new text: that of a run changes ten times a
    second.
    """

    def __init__(
        self, parent: QWidget | None = None, alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    ) -> None:
        super().__init__(parent)
        self._text, self._alignment = "", alignment
        self.setFont(small_font())
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        """What is said, all of it."""
        return self._text

    def say(self, text: str) -> None:
        """Show ``text``; saying the same again costs nothing."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.setAccessibleDescription(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._alignment | Qt.AlignmentFlag.AlignVCenter, text)


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """A title."""
    label = QLabel(text, parent)
    label.setFont(heading_font())
    return label
