"""A quiet plot: pyqtgraph's axes in the theme's colours, with pointer, click and keys as signals."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QTransform
from PySide6.QtWidgets import QFrame, QWidget

from aestudio.qt.theme import SPACE, small_font, theme

_ZOOM = 1.25  # a key's step
_PAN = 0.1  # of the view


class GraphicsItem(pg.GraphicsObject):
    """Something drawn between the axes, in the widget's pixels rather than in the axes' units."""

    def boundingRect(self) -> QRectF:
        area: Any = self.viewRect()
        return area

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        axes = painter.deviceTransform()
        painter.save()
        painter.resetTransform()
        to_pixels = axes * painter.deviceTransform().inverted()[0]
        self.paint_pixels(painter, to_pixels, to_pixels.mapRect(self.boundingRect()))
        painter.restore()

    def paint_pixels(self, painter: QPainter, to_pixels: QTransform, area: QRectF) -> None:
        """Draw what lies in ``area``; ``to_pixels`` takes places on the axes there."""
        raise NotImplementedError


class Axis(pg.AxisItem):
    """pyqtgraph's, but a logarithmic one is labelled 1, 2, 5, and in plain numbers."""

    def logTickValues(self, minVal: float, maxVal: float, size: float, stdTicks: Any) -> list[Any]:
        span = maxVal - minVal
        if span < 0.5:  # too narrow for 1, 2, 5: as on a linear axis
            spacings: Any = self.tickSpacing(10**minVal, 10**maxVal, size)
            step = float(spacings[0][0])
            first, last = math.ceil(10**minVal / step), math.floor(10**maxVal / step)
            return [(1.0, [math.log10(i * step) for i in range(max(1, first), last + 1)])]
        named = (1, 2, 5) if size > 70 * span else (1,)
        decades = range(math.floor(minVal), math.ceil(maxVal) + 1)
        levels: tuple[list[float], list[float]] = ([], [])
        for decade in decades:
            for digit in range(1, 10):
                value = decade + math.log10(digit)
                if minVal <= value <= maxVal:
                    levels[digit not in named].append(value)
        return [(1.0, levels[0]), (None, levels[1])]

    def logTickStrings(self, values: Any, scale: float, spacing: float | None) -> list[str]:
        return [f"{10.0**v * scale:.6g}" if spacing else "" for v in values]


class Plot(pg.PlotWidget):
    """Two axes and what is drawn between them. Places are in the axes' units."""

    pointed = Signal(object)  # QPointF under the pointer, or None when it has left
    clicked = Signal(object, object)  # QPointF, Qt.KeyboardModifier
    fit_wanted = Signal()
    zoomed = Signal()  # the user has moved the axes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"left": Axis("left"), "bottom": Axis("bottom")})
        self._hint = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self._item: Any = self.getPlotItem()
        self.area: Any = self._item.getViewBox()
        self.area.setMenuEnabled(False)
        self.area.disableAutoRange()
        self.area.sigRangeChangedManually.connect(self._on_range_changed_manually)
        self.area.setDefaultPadding(0)
        self.hideButtons()
        self._item.setContentsMargins(0, SPACE // 2, SPACE, 0)
        self.area.scene().sigMouseClicked.connect(self._on_scene_clicked)
        self.restyle()

    def restyle(self) -> None:
        """Take on the theme."""
        t = theme()
        self.setBackground(QColor(t.window))
        for side in ("left", "bottom"):
            axis: Any = self._item.getAxis(side)
            axis.setPen(QPen(QColor(t.line), 1))
            axis.setTextPen(QColor(t.muted))
            axis.setTickPen(QPen(QColor(t.line), 1))
            axis.setStyle(tickFont=small_font(), tickLength=-4, tickTextOffset=4, hideOverlappingLabels=True)
            axis.label.setFont(small_font())
            axis.enableAutoSIPrefix(False)

    @property
    def hint(self) -> str:
        """What to do next, while there is nothing to see; empty otherwise."""
        return self._hint

    @hint.setter
    def hint(self, text: str) -> None:
        self._hint = text
        for side in ("left", "bottom"):
            self._item.showAxis(side, not text)
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._hint:
            painter.save()
            painter.setPen(QColor(theme().muted))
            painter.drawText(self.area.sceneBoundingRect(), Qt.AlignmentFlag.AlignCenter, self._hint)
            painter.restore()

    def add(self, item: GraphicsItem) -> None:
        """Draw this between the axes."""
        self._item.addItem(item, ignoreBounds=True)

    def axis(self, side: str) -> Any:
        """The axis ``left`` or ``bottom``."""
        return self._item.getAxis(side)

    def name_axis(self, side: str, text: str) -> None:
        """Label an axis."""
        axis = self.axis(side)
        if axis.labelText != text:
            axis.setLabel(text)

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Move both axes."""
        self.area.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What both axes show."""
        (x0, x1), (y0, y1) = self.area.viewRange()
        return (float(x0), float(x1)), (float(y0), float(y1))

    def pixel(self) -> tuple[float, float]:
        """Width and height of one pixel of the widget, in the axes' units."""
        (x0, x1), (y0, y1) = self.ranges()
        return (x1 - x0) / max(1.0, self.area.width()), (y1 - y0) / max(1.0, self.area.height())

    def to_widget(self, place: QPointF) -> QPointF:
        """Where a place lies in the widget."""
        scene: QPointF = self.area.mapViewToScene(place)
        return QPointF(self.mapFromScene(scene))

    def to_axes(self, place: QPointF) -> QPointF:
        """The place under a pixel of the widget."""
        return self.area.mapSceneToView(self.mapToScene(place.toPoint()))

    def _inside(self, place: QPointF) -> bool:
        return bool(self.area.sceneBoundingRect().contains(self.mapToScene(place.toPoint())))

    # ----------------------------------------------------------------------------------------- input

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        super().mouseMoveEvent(ev)
        inside = self._inside(ev.position()) and not ev.buttons()
        self.pointed.emit(self.to_axes(ev.position()) if inside else None)

    def leaveEvent(self, ev: QEvent) -> None:
        super().leaveEvent(ev)
        self.pointed.emit(None)

    @Slot(object)
    def _on_scene_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.fit_wanted.emit()
        elif self.area.sceneBoundingRect().contains(event.scenePos()):
            self.clicked.emit(self.area.mapSceneToView(event.scenePos()), event.modifiers())

    @Slot()
    def _on_range_changed_manually(self) -> None:
        self.zoomed.emit()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        key = Qt.Key(ev.key())
        control = bool(ev.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        pans = {
            Qt.Key.Key_Left: (-_PAN, 0.0),
            Qt.Key.Key_Right: (_PAN, 0.0),
            Qt.Key.Key_Up: (0.0, _PAN),
            Qt.Key.Key_Down: (0.0, -_PAN),
        }
        if key == Qt.Key.Key_0 and control:
            self.fit_wanted.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_Minus:
            self._zoom(_ZOOM)
        elif key in pans and shift:
            (x0, x1), (y0, y1) = self.ranges()
            dx, dy = pans[key]
            self.area.translateBy(x=dx * (x1 - x0), y=dy * (y1 - y0))
            self.zoomed.emit()
        else:
            ev.ignore()

    def _zoom(self, factor: float) -> None:
        self.area.scaleBy((factor, factor))
        self.zoomed.emit()
