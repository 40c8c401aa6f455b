"""The plus between two rows, and the line that shows where a layer goes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import theme

_SIDE = 16


class GapLine(QWidget):
    """A line in the accent colour across the hourglass; the mouse passes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, y: int) -> None:
        """Lay the line over the gap at ``y``."""
        self.setGeometry(0, y - 2, self._ground.width(), 4)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(8, 1, self.width() - 16, 2), QColor(theme().accent))


class PlusButton(QAbstractButton):
    """A small round plus in the middle of a gap."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setFixedSize(self.sizeHint())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the Insert key does the same
        self.setToolTip(tooltip("Add a layer here (Insert)"))
        self.setAccessibleName("Add a layer here")
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def show_at(self, y: int) -> None:
        """Put the plus on the gap at ``y``."""
        self.move((self._ground.width() - _SIDE) // 2, y - _SIDE // 2)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now, middle = theme(), _SIDE / 2
        painter.setPen(QPen(QColor(now.accent), 1.5))
        painter.setBrush(QColor(now.accent if self.underMouse() else now.base))
        painter.drawEllipse(QPointF(middle, middle), middle - 1, middle - 1)
        painter.setPen(QPen(QColor(now.accent_text if self.underMouse() else now.accent), 1.5))
        painter.drawLine(QPointF(middle - 3.5, middle), QPointF(middle + 3.5, middle))
        painter.drawLine(QPointF(middle, middle - 3.5), QPointF(middle, middle + 3.5))
