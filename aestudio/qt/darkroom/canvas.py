"""What the stage shows: before and after of one picture, at any size, under one zoom and pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from aestudio.pictures.pyramid import Patch, Pyramid
from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom.looks import Look, Sides, draw_line, draw_loupe, draw_name, room_of
from aestudio.qt.darkroom.sight import Room, Sight, fitted
from aestudio.qt.theme import SPACE, mixed, theme

_FLICKER_MS = 500


class Canvas(QWidget):
    """Paints two pyramids, and knows which part of them is in sight."""

    sight_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides: Sides | None = None
        self._near: Sides | None = None
        self.look, self.share, self.loupe = Look.WIPE, 0.5, False
        self.brush = 0.0  # radius in pixels of the picture; 0 pans instead
        self.sight = Sight(1.0, 0.0, 0.0)
        self.fits = True
        self.pointed: QPointF | None = None  # the loupe is there
        self.stroke: list[tuple[float, float]] = []
        self._sentence = ""
        self._second = False
        self._flicker = QTimer(self, interval=_FLICKER_MS)
        self._flicker.timeout.connect(self._on_flicker)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Before and after")

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    # ---------------------------------------------------------------------------------- what is shown

    def put(self, pyramid: Pyramid | None) -> None:
        """Put a picture on both sides, seen as the last if it has that one's size; or clear the stage."""
        size = self.sides.before.size if self.sides else None
        if pyramid is None:
            self.sides = self._near = None
        else:
            self._use(pyramid, pyramid)
            if pyramid.size != size:
                self.fit()
        self.update()

    def say(self, sentence: str) -> None:
        """Say why the stage is empty; nothing is said over a picture."""
        self._sentence = sentence
        self.update()

    def show_before(self, pyramid: Pyramid) -> None:
        """Put a picture on the left side."""
        if self.sides:
            self._use(pyramid, self.sides.after)
            self.update()

    def show_after(self, pyramid: Pyramid) -> None:
        """Put a picture on the right side."""
        if self.sides:
            self._use(self.sides.before, pyramid)
            self.update()

    def _use(self, before: Pyramid, after: Pyramid) -> None:
        names = self.sides.names if self.sides else ("", "")
        self.sides, self._near = Sides(before, after, names), Sides(before, after)

    @Slot(object)
    def paste(self, patch: Patch) -> None:
        """New pixels for the right side."""
        if self.sides:
            self.sides.after.paste(patch)
            self.update()

    def name_sides(self, before: str, after: str) -> None:
        """Say what is left and what is right."""
        if self.sides and self.sides.names != (before, after):
            self.sides.names = (before, after)
            self.update()

    def set_look(self, look: Look) -> None:
        """Look at both sides in another way."""
        self.look = look
        self._second = False
        self._take_turns()
        self._settle()

    def _take_turns(self) -> None:
        if self.look is Look.FLICKER and self.isVisible():
            self._flicker.start()
        else:
            self._flicker.stop()

    @property
    def visible(self) -> Box:
        """What is seen of the picture."""
        return self.sight.box(self._room()) if self.sides else Box(0, 0, 0, 0)

    # ------------------------------------------------------------------------------------------- sight

    @Slot()
    def fit(self) -> None:
        """The whole picture."""
        self.fits = True
        self._settle()

    @Slot()
    def show_pixels(self) -> None:
        """Each pixel of the picture is one of the screen."""
        self.zoom(1.0 / self.sight.scale)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place of the widget, its middle if none is given."""
        if self.sides:
            room, pane = self._room(), self._pane()
            place = (at or pane.center()) - pane.topLeft()
            ratio = self.devicePixelRatioF()
            self._move(self.sight.zoomed(factor, (place.x() * ratio, place.y() * ratio), room))

    def pan(self, dx: float, dy: float) -> None:
        if self.sides:
            ratio = self.devicePixelRatioF()
            self._move(self.sight.moved(dx * ratio, dy * ratio, self._room()))

    def _move(self, sight: Sight) -> None:
        if sight != self.sight:
            self.sight, self.fits = sight, False
            self._tell()

    def _settle(self) -> None:
        if self.sides:
            room = self._room()
            self.sight = fitted(room) if self.fits else self.sight.inside(room)
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.sight_changed.emit()

    def _pane(self, at: QPointF | None = None) -> QRectF:
        """Where a side is, the one under a place where there are two."""
        whole = QRectF(self.rect())
        if self.look is not Look.SIDES:
            return whole
        half = QRectF(whole.left(), whole.top(), whole.width() / 2 - 1, whole.height())
        return half.translated(whole.width() / 2 + 1, 0) if at and at.x() > whole.center().x() else half

    def _picture(self) -> QRectF:
        """Where the picture's rows are in the widget, as wide as that."""
        ratio, room = self.devicePixelRatioF(), self._room()
        _, top = self.sight.to_screen(0, 0, room)
        _, bottom = self.sight.to_screen(0, room.picture[1], room)
        return QRectF(0, top / ratio, self.width(), (bottom - top) / ratio)

    def _room(self) -> Room:
        size = self.sides.before.size if self.sides else (1, 1)
        return room_of(self._pane(), self.devicePixelRatioF(), size)

    def place(self, at: QPointF) -> tuple[float, float]:
        """The place of the picture under one of the widget."""
        ratio, inner = self.devicePixelRatioF(), at - self._pane(at).topLeft()
        return self.sight.to_picture(inner.x() * ratio, inner.y() * ratio, self._room())

    # ---------------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), mixed(theme().line, theme().window, 0.6))
        if not self.sides:
            self._paint_sentence(painter)
            return
        self._paint_look(painter, self.sides)
        if self.stroke:
            self._paint_stroke(painter)
        if self.loupe and self._near and self.pointed:
            sight = Sight(self.sight.scale, *self.place(self.pointed))
            draw_loupe(painter, self._near, self.pointed, sight, self.devicePixelRatioF())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_look(self, painter: QPainter, sides: Sides) -> None:
        ratio, whole = self.devicePixelRatioF(), QRectF(self.rect())
        corners = (whole.topLeft() + QPointF(SPACE, SPACE), whole.topRight() + QPointF(-SPACE, SPACE))
        if self.look is Look.SIDES:
            panes = self._pane(whole.topLeft()), self._pane(whole.topRight())
            for which, pane in enumerate(panes):
                sides.draw(painter, which, pane, self.sight, ratio)
                draw_name(painter, sides.names[which], pane.topLeft() + QPointF(SPACE, SPACE), right=False)
        elif self.look is Look.WIPE:
            x = whole.left() + self.share * whole.width()
            parts = whole.adjusted(0, 0, x - whole.right(), 0), whole.adjusted(x, 0, 0, 0)
            for which, part in enumerate(parts):
                painter.setClipRect(part)
                sides.draw(painter, which, whole, self.sight, ratio)
            painter.setClipping(False)
            draw_line(painter, whole.intersected(self._picture()), x)
            for which, corner in enumerate(corners):
                draw_name(painter, sides.names[which], corner, right=bool(which))
        elif self.look is Look.FLICKER or not sides.comparable:
            which = int(self._second)
            sides.draw(painter, which, whole, self.sight, ratio)
            draw_name(painter, sides.names[which], corners[0], right=False)
        else:
            sides.draw_error(painter, whole, self.sight, ratio)
            draw_name(painter, "Difference, up to 64 of 255", corners[0], right=False)

    def _paint_sentence(self, painter: QPainter) -> None:
        place = QRectF(self.rect()).adjusted(4 * SPACE, 4 * SPACE, -4 * SPACE, -4 * SPACE)
        option = QTextOption(Qt.AlignmentFlag.AlignCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.setPen(QColor(theme().bad))
        painter.drawText(place, self._sentence, option)

    def _paint_stroke(self, painter: QPainter) -> None:
        ratio, room = self.devicePixelRatioF(), self._room()
        places = [self.sight.to_screen(x, y, room) for x, y in self.stroke]
        points = [QPointF(x / ratio, y / ratio) + self._pane().topLeft() for x, y in places]
        width = max(1.0, 2 * self.brush * self.sight.scale / ratio)
        colour = QColor(theme().accent)
        colour.setAlpha(110)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, cap, join))
        painter.drawPolyline([*points, points[-1] + QPointF(0.1, 0)])

    def set_share(self, share: float) -> None:
        """Move the line."""
        self.share = min(1.0, max(0.0, share))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle()

    def showEvent(self, event: QShowEvent) -> None:
        self._take_turns()

    def hideEvent(self, event: QHideEvent) -> None:
        self._flicker.stop()

    @Slot()
    def _on_flicker(self) -> None:
        self._second = not self._second
        self.update()
