"""Labels: one that cuts its text with an ellipsis rather than asking for room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from aestudio.qt.theme import SPACE, heading_font, small_font


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
            self._on_text(text)
            self.setAccessibleDescription(text)
            self.update()

    def _on_text(self, text: str) -> None:
        """What else follows from another text."""
        self.setToolTip(text)

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self._alignment | Qt.AlignmentFlag.AlignVCenter, text)


class FigureLabel(ElidedLabel):
    """A figure that changes: it has the room of the longest so far, so that nothing beside it moves."""

    def __init__(self, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.AlignmentFlag.AlignRight)
        self.setToolTip(tip)
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setContentsMargins(SPACE, 0, SPACE, 0)

    def _on_text(self, text: str) -> None:
        width = self.fontMetrics().horizontalAdvance(text) + 1 + 2 * SPACE  # which rounds down
        self.setMinimumWidth(max(self.minimumWidth(), width))


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """A title."""
    label = QLabel(text, parent)
    label.setFont(heading_font())
    return label


def aside(parent: QWidget | None = None) -> QLabel:
    """A small muted sentence, on as many lines as it takes."""
    label = QLabel(parent)
    label.setFont(small_font())
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def section(text: str, parent: QWidget) -> QLabel:
    """The head of a part of a panel."""
    label = heading(text, parent)
    label.setContentsMargins(0, SPACE // 2, 0, 0)
    return label
