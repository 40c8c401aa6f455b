"""The stage under mouse and keys: the wheel zooms, a drag pans, draws with the brush or moves the line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from aestudio.qt.darkroom.canvas import Canvas
from aestudio.qt.darkroom.looks import Look

_ZOOM = 1.25
_PAN = 64.0  # pixels of the screen at each press of an arrow
_NUDGE = 0.02
_NEAR = 10.0  # pixels from the line at which it is taken


class Stage(Canvas):
    """Takes what a hand does; all that is shown is the canvas's."""

    stroked = Signal(tuple)  # of (x, y) in the picture, when the brush is lifted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held = ""
        self._at = QPointF()
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            "Wheel, + and - zoom, arrows pan, 0 fits, 1 shows each pixel; Shift with an arrow moves the line"
        )

    def _at_line(self, at: QPointF) -> bool:
        return self.look is Look.WIPE and abs(at.x() - self.share * self.width()) <= _NEAR

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sides or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._at = event.position()
        left = event.button() == Qt.MouseButton.LeftButton
        self._held = (
            "line" if left and self._at_line(self._at) else "brush" if left and self.brush else "hand"
        )
        if self._held == "brush":
            self.stroke = [self.place(self._at)]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved, self._at = event.position() - self._at, event.position()
        if self._held == "line":
            self.set_share(self._at.x() / max(1, self.width()))
        elif self._held == "brush":
            self.stroke.append(self.place(self._at))
            self.update()
        elif self._held == "hand":
            self.pan(-moved.x(), -moved.y())
        else:
            self._point()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        stroke, self.stroke, held, self._held = tuple(self.stroke), [], self._held, ""
        if held == "brush" and stroke:
            self.stroked.emit(stroke)
        self._point()

    def _point(self) -> None:
        shapes = Qt.CursorShape
        over_line = self.sides is not None and self._at_line(self._at)
        self.setCursor(
            shapes.SplitHCursor if over_line else shapes.CrossCursor if self.brush else shapes.ArrowCursor
        )
        self.pointed = self._at
        if self.loupe:
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at_line(event.position()):
            self.set_share(0.5)
        elif self.fits:
            self.zoom(1.0 / self.sight.scale, event.position())
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_ZOOM ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinched = isinstance(event, QNativeGestureEvent)
        if pinched and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if key in ways and shift:
            self.set_share(self.share + _NUDGE * ways[key][0])
        elif key in ways:
            self.pan(_PAN * ways[key][0], _PAN * ways[key][1])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed = None
        self.update()
