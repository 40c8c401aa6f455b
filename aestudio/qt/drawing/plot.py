"""A quiet plot: pyqtgraph's axes in the theme's colours, with pointer, click and keys as signals."""

from __future__ import annotations

from typing import Any, cast

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsItem, QWidget

from aestudio.qt.drawing.ticks import Ticks, linear_ticks, log_ticks
from aestudio.qt.theme import SPACE, small_font, theme

_ZOOM = 1.25  # a key's step
_PAN = 0.1  # of the view
_MARK = 4.0  # length of a named tick, in pixels


class GraphicsItem(pg.GraphicsObject):
    """Something drawn between the axes, in the widget's pixels rather than in the axes' units."""

    def boundingRect(self) -> QRectF:
        return cast("QRectF", self.viewRect())

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
    """An axis painted by ourselves: pyqtgraph's takes 1 ms a redraw, and its width follows its numbers."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.name = ""
        self._upright = side == "left"
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # says what is exposed

    def restyle(self) -> None:
        """Take on the theme's font; the room for the numbers is fixed, so that nothing moves with them."""
        metrics = QFontMetrics(small_font())
        if self._upright:
            self.setWidth(metrics.height() + metrics.horizontalAdvance("0.0005") + 2 * SPACE)
        else:
            self.setHeight(2 * metrics.height() + SPACE)
        self.update()

    def boundingRect(self) -> QRectF:
        return self.rect()

    def paint(self, p: QPainter, opt: Any, widget: QWidget | None = None) -> None:
        t, font = theme(), small_font()
        metrics = QFontMetrics(font)
        size: QSizeF = self.size()
        length = size.height() if self._upright else size.width()
        low, high = (float(end) for end in self.range)
        if high <= low:
            return
        make = log_ticks if self.logMode else linear_ticks
        ticks = make(low, high, max(2.0, length / (44 if self._upright else 72)))
        p.setFont(font)
        p.setPen(QColor(t.line))
        p.drawLines([self._across(place, low, high, size, 2) for place in ticks.bare])
        p.drawLines([self._across(place, low, high, size, _MARK) for place, _ in ticks.named])
        edge = size.width() - 0.5
        p.drawLine(QLineF(edge, 0, edge, length) if self._upright else QLineF(0, 0.5, length, 0.5))
        inner = (0.0, 0.0, edge - _MARK, length) if self._upright else (0.0, _MARK, length, size.height())
        if QRectF(*inner).intersects(opt.exposedRect):  # else only what is drawn between the axes has changed
            p.setPen(QColor(t.muted))
            self._paint_numbers(p, ticks, (low, high), size)
            self._paint_name(p, size, metrics)

    def _paint_numbers(self, p: QPainter, ticks: Ticks, ends: tuple[float, float], size: QSizeF) -> None:
        metrics = p.fontMetrics()
        length = size.height() if self._upright else size.width()
        for place, plain in ticks.named:
            middle = self._across(place, *ends, size, 7).p2()
            if self._upright and metrics.horizontalAdvance(plain) > middle.x() - metrics.height():
                plain = f"{float(plain.replace(',', '')):.6g}"  # else its first digits would be cut off
            text = plain.replace("-", "−")
            room = QRectF(0, 0, metrics.horizontalAdvance(text) + 2, metrics.height())
            if self._upright:
                room.moveCenter(QPointF(middle.x() - room.width() / 2, middle.y()))
                room.moveTop(max(0.0, min(room.top(), length - room.height())))
            else:
                room.moveCenter(QPointF(middle.x(), middle.y() - 2 + room.height() / 2))
                room.moveLeft(max(0.0, min(room.left(), length - room.width())))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_name(self, p: QPainter, size: QSizeF, metrics: QFontMetrics) -> None:
        length = size.height() if self._upright else size.width()
        text = metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, round(length))
        if self._upright:
            p.save()
            p.translate(SPACE // 2, length)
            p.rotate(-90)
            p.drawText(QRectF(0, 0, length, metrics.height()), Qt.AlignmentFlag.AlignCenter, text)
            p.restore()
        else:
            room = QRectF(0, size.height() - metrics.height(), length, metrics.height())
            p.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _across(self, place: float, low: float, high: float, size: QSizeF, reach: float) -> QLineF:
        """A short line outwards from the axis at a place."""
        share = (place - low) / (high - low)
        if self._upright:
            y, x = (1 - share) * size.height(), size.width() - 1
            return QLineF(x, y, x - reach, y)
        x = share * size.width()
        return QLineF(x, 1, x, 1 + reach)


class Plot(pg.PlotWidget):
    """Two axes and what is drawn between them. Places are in the axes' units."""

    pointed = Signal(object)  # QPointF under the pointer, or None when it has left
    clicked = Signal(object, object)  # QPointF, Qt.KeyboardModifier
    unclicked = Signal()  # the click told last was the first of two, which ask for all to be seen and no more
    fit_wanted = Signal()
    zoomed = Signal()  # the user has moved the axes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"left": Axis("left"), "bottom": Axis("bottom")})
        self._hint, self._is_told = "", False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self._item: Any = self.getPlotItem()
        self.area: Any = self._item.getViewBox()
        self.area.setMenuEnabled(False)
        self.area.disableAutoRange()
        self.area.sigRangeChangedManually.connect(self._on_range_changed_manually)
        self.area.setDefaultPadding(0)
        bare = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents  # they hold others; Qt would ask them too
        self._item.setFlag(bare)
        self.area.setFlag(bare)
        self.hideButtons()
        self._item.setContentsMargins(0, SPACE // 2, SPACE, 0)
        self.area.scene().sigMouseClicked.connect(self._on_scene_clicked)
        self.restyle()

    def restyle(self) -> None:
        """Take on the theme."""
        self.setBackground(QColor(theme().window))
        for side in ("left", "bottom"):
            self.axis(side).restyle()

    @property
    def hint(self) -> str:
        """What to do next, while there is nothing to see; empty otherwise."""
        return self._hint

    @hint.setter
    def hint(self, text: str) -> None:
        if text == self._hint:
            return  # a snapshot says so each time, and all of the plot would be painted anew
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

    def axis(self, side: str) -> Axis:
        """The axis ``left`` or ``bottom``."""
        return self._item.getAxis(side)

    def set_log(self, on: bool) -> None:
        """Whether the left axis shows powers of ten; what is drawn is handed in as logarithms then."""
        self._item.getAxis("left").setLogMode(on)

    def name_axis(self, side: str, text: str) -> None:
        """Label an axis."""
        axis = self.axis(side)
        if axis.name != text:
            axis.name = text
            axis.update()

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Move both axes; where they are there already, nothing is done."""
        if (x, y) == self.ranges():
            return
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

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        self._is_told = False  # the second press of a double click comes elsewhere
        super().mousePressEvent(ev)

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
            if self._is_told:
                self.unclicked.emit()
            self.fit_wanted.emit()
        elif self.area.sceneBoundingRect().contains(event.scenePos()):
            self._is_told = True
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
