"""One row of the hourglass: a layer as wide as the numbers it takes and gives."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from aestudio.qt.builder.entries import Entry, count_text, width_share
from aestudio.qt.forms.manners import tooltip
from aestudio.qt.theme import SPACE, heading_font, small_font, theme

SCALE = "Widths are to scale: an area four times as large holds four times the numbers (square-root scale)."
HEIGHT = 28
_GUTTER = 26  # the layer's number, at the left
_UNLAID = 100  # a widget's width before its layout has run
_COUNT = 48  # the parameters, at the right


class Bar(QWidget):
    """Draws an entry. It tells what the mouse does to it; the hourglass decides what that means."""

    clicked = Signal()
    focused = Signal()
    dragged = Signal(QPoint)  # global position
    dropped = Signal(QPoint)
    drag_cancelled = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = Entry("", "input", -1, "")
        self._most = 0
        self._selected = self._hovered = self._dragging = False
        self._press: QPoint | None = None
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)

    def show_entry(self, entry: Entry, most: int, *, selected: bool) -> None:
        """Draw ``entry`` on a scale on which ``most`` numbers fill the width."""
        if (entry, most, selected) == (self.entry, self._most, self._selected):
            return
        if entry != self.entry:
            self.cancel_drag()  # what was grasped is another layer now
        self.entry, self._most, self._selected = entry, most, selected
        self.setAccessibleName(entry.spoken)
        self.setToolTip(tooltip(entry.help, _details(entry), "" if entry.place == "output" else SCALE))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._fit_height()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    # ------------------------------------------------------------------------------------- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.globalPosition().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self.cancel_drag()  # it was let go where nobody told: over a menu, or another window
        if self._press is None or not self._movable:
            event.ignore()  # the hourglass shows its plus where the pointer is
            return
        far = (here - self._press).manhattanLength() >= QApplication.startDragDistance()
        if self._dragging or far:
            self._set_dragging(on=True)
            self.dragged.emit(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, dragging = self._press is not None, self._dragging
        self._press = None
        self._set_dragging(on=False)
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        elif pressed and self.rect().contains(event.position().toPoint()):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.clicked.emit()

    def cancel_drag(self) -> bool:
        """Give up a drag that is under way; whether there was one."""
        was, self._press = self._dragging, None
        self._set_dragging(on=False)
        if was:
            self.drag_cancelled.emit()
        return was

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.cancel_drag()
        self.menu_asked.emit(event.globalPos())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel_drag()  # its layer is gone

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_height()

    @property
    def _movable(self) -> bool:
        return self.entry.place in ("encoder", "decoder") and not self.entry.original

    def _set_dragging(self, *, on: bool) -> None:
        if on != self._dragging:
            self._dragging = on
            self.setCursor(Qt.CursorShape.ClosedHandCursor if on else Qt.CursorShape.PointingHandCursor)
            self.update()

    # -------------------------------------------------------------------------------------- painting

    def _fit_height(self) -> None:
        """A second line where the name would run into the shape."""
        metrics = QFontMetrics(self.font())
        shape = QFontMetrics(heading_font()).horizontalAdvance(self.entry.shape)
        title = _GUTTER + metrics.horizontalAdvance(self.entry.title) + SPACE
        right = _COUNT + SPACE + QFontMetrics(small_font()).horizontalAdvance(_words(self.entry.activation))
        laid_out = self.width() > _UNLAID
        self._tall = laid_out and max(title, right + SPACE) > (self.width() - shape) / 2
        self.setFixedHeight(HEIGHT + (metrics.height() + 2 if self._tall else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.45 if self._dragging else 1.0)
        self._paint_ground(painter)
        core = self._paint_shape(painter)
        now = theme()
        muted = self.entry.original or not self.entry.known
        self._paint_words(painter, QColor(now.muted if muted else now.text), QColor(now.muted))
        if core is not None:
            painter.setClipPath(core)
            self._paint_words(painter, QColor(now.accent_text), QColor(now.accent_text))

    def _paint_ground(self, painter: QPainter) -> None:
        now, ground = theme(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._selected or self._hovered:
            painter.setBrush(QColor(now.base if self._selected else now.panel))
            painter.drawRoundedRect(ground, 4, 4)
        if self.hasFocus() or self._selected:
            painter.setPen(QPen(QColor(now.accent), 2 if self.hasFocus() else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, 4, 4)

    def _paint_shape(self, painter: QPainter) -> QPainterPath | None:
        """The trapezoid; for the code the accent bar as well, which is given back as a path."""
        now, entry = theme(), self.entry
        if not entry.known:
            pen = QPen(QColor(now.bad if entry.wrong else now.line), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            side = self.width() * 0.36
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(side, 3, -side, -3), 3, 3)
            return None
        tint = QColor(now.muted if entry.place in ("input", "output") else now.accent)
        tint.setAlphaF(_strength(entry, dark=now.dark) * (1.25 if self._hovered or self._selected else 1.0))
        painter.setPen(QPen(QColor(now.bad), 1) if entry.wrong else Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        top, bottom = self._half(entry.before), self._half(entry.after)
        middle, low, high = self.width() / 2, self.height() - 1.0, 1.0
        corners = ((-top, high), (top, high), (bottom, low), (-bottom, low))
        painter.drawPolygon(QPolygonF([QPointF(middle + x, y) for x, y in corners]))
        if entry.place != "code":
            return None
        # The code's size is what one looks for, so the bar is never narrower than its figure.
        figure = QFontMetrics(heading_font()).horizontalAdvance(entry.shape)
        bottom = max(bottom, figure / 2 + SPACE)
        core = QPainterPath()
        core.addRoundedRect(QRectF(middle - bottom, high + 1, 2 * bottom, low - high - 2), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(core, QColor(now.accent))
        return core

    def _half(self, numbers: int) -> float:
        """Half the width that so many numbers are drawn with; never less than a hairline."""
        return max(width_share(numbers, self._most) * (self.width() - 4) / 2, 1.5)

    def _paint_words(self, painter: QPainter, strong: QColor, weak: QColor) -> None:
        entry, room = self.entry, QRectF(self.rect()).adjusted(0, 0, -SPACE, 0)
        upper, lower = QRectF(room), QRectF(room)
        if self._tall:
            upper.setHeight(room.height() / 2 + 2)
            lower.setTop(upper.bottom() - 4)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(small_font())
        painter.setPen(weak)
        painter.drawText(QRectF(0, upper.top(), _GUTTER - 6, upper.height()), right, entry.number)
        if entry.parameters:
            painter.drawText(lower, right, count_text(entry.parameters))
        painter.drawText(lower.adjusted(0, 0, -_COUNT, 0), right, _words(entry.activation))
        painter.setFont(self.font())
        painter.setPen(strong)
        painter.drawText(upper.adjusted(_GUTTER, 0, 0, 0), left, entry.title)
        painter.setFont(heading_font())
        centre = lower if self._tall else room
        painter.drawText(centre.adjusted(0, 0, SPACE, 0), Qt.AlignmentFlag.AlignCenter, entry.shape or "?")


def _strength(entry: Entry, *, dark: bool) -> float:
    if entry.place in ("input", "output"):
        return 0.22
    strong = 0.34 if dark else 0.26
    return strong / 2 if entry.original else strong


def _words(name: str) -> str:
    return name.replace("_", " ")


def _details(entry: Entry) -> str:
    gives = f"Gives {entry.shape}: {entry.after:,} numbers." if entry.known else "Its shape is not known yet."
    return f"{gives} {entry.parameters:,} parameters." if entry.parameters else gives
