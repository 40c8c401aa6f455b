"""The timeline's slider: a place a frame, ticks at epochs, dots where weights are kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from aestudio.qt.theme import SPACE, small_font, theme

_LEAP = 10  # frames, with Shift
_KNOB = 6.0
_TICKS_APART = 6.0  # pixels between two ticks, at the least
_GROOVE = 2.0


class Track(QSlider):
    """Left and Right go a frame, with Shift ten; Home and End to the first and the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._epochs: Sequence[tuple[int, int]] = ()
        self._moments: Sequence[int] = ()
        self.empty = ""
        self.setPageStep(_LEAP)
        self.setFont(small_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_marks(self, epochs: Sequence[tuple[int, int]], moments: Sequence[int]) -> None:
        """Ticks ``(place, epoch)`` and dots (places), both ascending."""
        if (epochs, moments) != (self._epochs, self._moments):
            self._epochs, self._moments = epochs, moments
            self.update()

    @property
    def epochs(self) -> Sequence[tuple[int, int]]:
        """The ticks, ``(place, epoch)``."""
        return self._epochs

    @property
    def moments(self) -> Sequence[int]:
        """The dots' places."""
        return self._moments

    def sizeHint(self) -> QSize:
        return QSize(40 * SPACE, 4 * SPACE)

    def minimumSizeHint(self) -> QSize:
        return QSize(12 * SPACE, 4 * SPACE)

    def x_of(self, place: int) -> float:
        """Where a place lies, in the widget's pixels."""
        span = max(1, self.maximum() - self.minimum())
        return _KNOB + 1 + (place - self.minimum()) / span * (self.width() - 2 * _KNOB - 2)

    def place_at(self, x: float) -> int:
        """The place under a pixel."""
        share = (x - _KNOB - 1) / max(1.0, self.width() - 2 * _KNOB - 2)
        return round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum()))

    # -------------------------------------------------------------------------------------- painting

    def paintEvent(self, ev: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() * 0.4
        if not self.isEnabled():
            painter.setPen(QColor(t.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.empty)
            return
        self._paint_ticks(painter, middle)
        left, right, here = self.x_of(self.minimum()), self.x_of(self.maximum()), self.x_of(self.value())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.line))
        painter.drawRoundedRect(QRectF(left, middle - _GROOVE, right - left, 2 * _GROOVE), 2, 2)
        painter.setBrush(QColor(t.accent))
        painter.drawRoundedRect(QRectF(left, middle - _GROOVE, here - left, 2 * _GROOVE), 2, 2)
        painter.setBrush(QColor(t.text))
        for place in self._moments:
            painter.drawEllipse(QPointF(self.x_of(place), middle), 1.5, 1.5)
        painter.setPen(QPen(QColor(t.text if self.hasFocus() else t.window), 2))
        painter.setBrush(QColor(t.accent))
        painter.drawEllipse(QPointF(here, middle), _KNOB, _KNOB)

    def _paint_ticks(self, painter: QPainter, middle: float) -> None:
        """As many as there is room for, and as many numbers below them."""
        t, metrics = theme(), self.fontMetrics()
        every = _every(self._epochs, self.width(), _TICKS_APART)
        numbered = _every(self._epochs, self.width(), metrics.horizontalAdvance("0,000") + SPACE)
        for place, epoch in self._epochs:
            x = self.x_of(place)
            if epoch % every == 0:
                painter.setPen(QPen(QColor(t.line), 1))
                painter.drawLine(QLineF(x, middle + 4, x, middle + SPACE))
            if epoch % numbered == 0:
                painter.setPen(QColor(t.muted))
                width = metrics.horizontalAdvance(f"{epoch:,}") + 2
                left = min(max(0.0, x - width / 2), self.width() - width)
                room = QRectF(left, self.height() - metrics.height(), width, metrics.height())
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{epoch:,}")

    # ----------------------------------------------------------------------------------------- input

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self.place_at(ev.position().x()))

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.place_at(ev.position().x()))

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
        key = Qt.Key(ev.key())
        if key in steps:
            leap = _LEAP if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.setValue(self.value() + steps[key] * leap)
        else:
            super().keyPressEvent(ev)


def _every(epochs: Sequence[tuple[int, int]], width: int, apart: float) -> int:
    """Of how many epochs (1, 2, 5, 10 and so on) one is marked, so that marks are ``apart`` pixels apart."""
    most = max(1.0, width / apart)
    count = (epochs[-1][1] if epochs else 0) or 1
    every = 1
    while count / every > most:
        every = every * 5 // 2 if str(every)[0] == "2" else every * 2
    return every
