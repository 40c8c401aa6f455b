"""One test image large, by two runs at once, with a line to drag between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from aestudio.qt.drawing.export import Table
from aestudio.qt.drawing.pictures import as_rgb, draw_part, error_heat, to_image
from aestudio.qt.drawing.racers import Racer
from aestudio.qt.drawing.view import View, header_switch
from aestudio.qt.theme import SPACE, small_font, theme
from aestudio.training.events import Snapshot

_STEP, _NUDGE = 1.25, 0.02


class ComparisonWipe(View):
    """Two of the columns over each other: drag the line, zoom both at once."""

    title = "Wipe"
    help = (
        "One test image by two runs: drag the line between them (or use the arrows), wheel to zoom, drag "
        "with the right button to move."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        self.pane = WipePane()
        super().__init__(self.pane, parent)
        self.sides = (QComboBox(), QComboBox())
        for combo, side in zip(self.sides, ("left", "right"), strict=True):
            combo.setAccessibleName(f"What is shown {side} of the line")
            combo.setToolTip(f"What is shown {side} of the line")
            combo.currentIndexChanged.connect(self._compose)
            self.add_control(combo)
        self.heat = header_switch("Error", "Show where each differs from the clean image")
        self.heat.toggled.connect(self._compose)
        self.add_control(self.heat)
        self._names: tuple[str, ...] = ()
        self._images: NDArray[Any] = np.zeros((0, 1, 1, 1), np.float32)

    def show_image(self, racers: Sequence[Racer], images: NDArray[Any]) -> None:
        """One image ``(1 + racers, *shape)``: as it is, and by each racer."""
        names = ("Clean", *(racer.name for racer in racers))
        self._images = images
        if names != self._names:
            self._names = names
            for place, combo in enumerate(self.sides):
                combo.blockSignals(True)
                combo.clear()
                combo.addItems(names)
                combo.setCurrentIndex(min(place + (len(names) > 2), len(names) - 1))
                combo.blockSignals(False)
        self._compose()

    def draw(self, snapshot: Snapshot) -> None:
        """A race's pictures are put together by the page."""

    def clear(self) -> None:
        self._names, self._images = (), np.zeros((0, 1, 1, 1))
        self.pane.show_pair(None, None)

    def table(self) -> Table:
        return ("column",), [(name,) for name in self._names]

    @Slot()
    def _compose(self) -> None:
        if not len(self._images):
            return
        left, right = (max(0, combo.currentIndex()) for combo in self.sides)
        rows = as_rgb(self._images)
        if self.heat.isChecked():
            rows = error_heat(np.broadcast_to(self._images[:1], self._images.shape), self._images)
        self.pane.show_pair(to_image(rows[left]), to_image(rows[right]))
        self.status.say("")


class WipePane(QWidget):
    """Paints two pictures of one size with a line between them."""

    moved = Signal(float)  # the line's place, from 0 to 1

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Wipe between two runs")
        self._pair: tuple[QImage, QImage] | None = None
        self.share = 0.5
        self._zoom, self._shift = 1.0, QPointF()
        self._grabbed: QPointF | None = None

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def show_pair(self, left: QImage | None, right: QImage | None) -> None:
        """Paint these from now on."""
        self._pair = (left, right) if left is not None and right is not None else None
        self.update()

    def _target(self, picture: QImage) -> QRectF:
        room = self.rect().adjusted(SPACE, SPACE, -SPACE, -SPACE)
        scale = min(room.width() / picture.width(), room.height() / picture.height()) * self._zoom
        size = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
        size.moveCenter(QPointF(room.center()) + self._shift)
        return size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._pair is None:
            painter.setPen(QColor(theme().muted))
            painter.setFont(small_font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Click an image on the left")
            return
        left, right = self._pair
        target = self._target(left)
        x = self.share * self.width()
        for picture, clip in (
            (left, QRectF(0, 0, x, self.height())),
            (right, QRectF(x, 0, self.width() - x, self.height())),
        ):
            painter.setClipRect(clip)
            draw_part(painter, target, picture, QRectF(picture.rect()))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(theme().accent), 2))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setBrush(QColor(theme().accent))
        painter.drawEllipse(QPointF(x, self.height() / 2), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._wipe(event.position().x() / max(1, self.width()))
        else:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._wipe(event.position().x() / max(1, self.width()))
        elif event.buttons() and self._grabbed is not None:
            self._shift += event.position() - self._grabbed
            self._grabbed = event.position()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._wipe(self.share + (_NUDGE if key == Qt.Key.Key_Right else -_NUDGE))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_by(_STEP)
        elif key == Qt.Key.Key_Minus:
            self._zoom_by(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self._zoom, self._shift = 1.0, QPointF()
            self.update()
        else:
            event.ignore()

    def _zoom_by(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, 1.0), 40.0)
        self._shift = self._shift * factor if self._zoom > 1 else QPointF()
        self.update()

    def _wipe(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)
        self.moved.emit(self.share)
        self.update()
