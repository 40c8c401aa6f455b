"""What the screen shows of a widget, and which part of it was painted last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QWidget

_ROUNDING = 8  # levels of 255: a line that is painted in two parts is blended in two steps


def is_whole(widget: QWidget) -> bool:
    """Whether the screen shows, from all that was painted so far, what painting all of it anew would give."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    shown = window.screen().grabWindow(window.winId()).toImage().copy(place)
    anew = widget.grab().toImage()
    differences = _levels(shown) - _levels(anew)
    return bool(np.abs(differences).max() <= _ROUNDING)


def _levels(image: QImage) -> NDArray[np.int16]:
    rgb = image.convertToFormat(QImage.Format.Format_RGBX8888)
    return np.array(rgb.constBits(), np.int16).reshape(rgb.height(), rgb.width(), 4)


class Painted(QObject):
    """Notes which part of a widget is painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.rect = QRect()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.rect |= event.region().boundingRect()
        return False
