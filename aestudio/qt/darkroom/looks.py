"""Ways to look at two sides of one picture, painted: wipe, side by side, flicker, error; and the loupe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap

from aestudio.pictures.pyramid import Pyramid
from aestudio.qt.darkroom.sheet import HeatSheet, Sheet
from aestudio.qt.darkroom.sight import Room, Sight
from aestudio.qt.theme import SPACE, small_font, theme


class Look(Enum):
    """How two sides share the stage: name, what the key for it is, and what it teaches."""

    WIPE = ("Wipe", "W", "One over the other, a line between them: drag the line (W)")
    SIDES = ("Sides", "S", "Side by side, both at the same place, beside each other (S)")
    FLICKER = ("Flicker", "F", "In turns at the same place: what changes jumps to the eye (F)")
    ERROR = ("Error", "E", "How far they are apart, on one scale up to 64 grey levels (E)")


@dataclass(eq=False)
class Sides:
    """Both sides with the images that were cut out of them last."""

    before: Pyramid
    after: Pyramid
    names: tuple[str, str] = ("Before", "After")

    def __post_init__(self) -> None:
        self._sheets, self._heat = (Sheet(), Sheet()), HeatSheet()

    def draw(self, painter: QPainter, which: int, place: QRectF, sight: Sight, ratio: float) -> None:
        """Draw one side (0 or 1) into ``place``, a part of the widget."""
        pyramid = (self.before, self.after)[which]
        room = room_of(place, ratio, pyramid.size)
        image, covered = self._sheets[which].image(pyramid, sight.box(room), sight.scale)
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        target = _target(covered, place, sight, room, ratio)
        if pyramid.alpha is not None:
            painter.fillRect(target, _checks())
        _blit(painter, target, image, sight.scale)
        painter.restore()

    def draw_error(self, painter: QPainter, place: QRectF, sight: Sight, ratio: float) -> None:
        """Draw how far they are apart."""
        room = room_of(place, ratio, self.before.size)
        sides = (self.before, self.after)
        image, covered = self._heat.image(sides, sight.box(room), sight.scale)
        _blit(painter, _target(covered, place, sight, room, ratio), image, sight.scale)

    @property
    def comparable(self) -> bool:
        """Whether both have the same pixels and channels, so that an error can be taken."""
        return self.before.levels[0].shape == self.after.levels[0].shape


def room_of(place: QRectF, ratio: float, picture: tuple[int, int]) -> Room:
    """A part of the widget as room for a picture."""
    return Room(place.width() * ratio, place.height() * ratio, picture)


def _target(covered: QRectF, place: QRectF, sight: Sight, room: Room, ratio: float) -> QRectF:
    left, top = sight.to_screen(covered.left(), covered.top(), room)
    size = QSizeF(covered.width() * sight.scale / ratio, covered.height() * sight.scale / ratio)
    return QRectF(place.topLeft() + QPointF(left / ratio, top / ratio), size)


def _blit(painter: QPainter, target: QRectF, image: QImage, scale: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2)
    painter.drawImage(target, image)


def _checks() -> QBrush:
    """What is seen through a transparent picture."""
    now = theme()
    tile = QPixmap(2 * SPACE, 2 * SPACE)
    tile.fill(QColor(now.base))
    painter = QPainter(tile)
    for place in (0, SPACE):
        painter.fillRect(place, place, SPACE, SPACE, QColor(now.line))
    painter.end()
    return QBrush(tile)


def draw_line(painter: QPainter, place: QRectF, x: float) -> None:
    """The line of the wipe, with a handle to take it by; dark beside light, so that any picture shows it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QLineF(x, place.top(), x, place.bottom())
    for colour, width in ((QColor(0, 0, 0, 90), 4.0), (QColor("#ffffff"), 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(line)
    middle = QPointF(x, place.center().y())
    painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(middle, 2 * SPACE, 2 * SPACE)
    painter.setPen(QPen(QColor("#1b2027"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for way in (-1, 1):
        tip, back = middle + QPointF(way * 9, 0), middle + QPointF(way * 5, 0)
        painter.drawLine(QLineF(tip, back + QPointF(0, -4)))
        painter.drawLine(QLineF(tip, back + QPointF(0, 4)))


def draw_name(painter: QPainter, text: str, corner: QPointF, *, right: bool) -> None:
    """A side's name on a dark pill, from its upper left corner or its upper right one."""
    if not text:
        return
    painter.setFont(small_font())
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2 * SPACE
    pill = QRectF(corner.x() - (width if right else 0), corner.y(), width, 2.5 * SPACE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawRoundedRect(pill, SPACE / 2, SPACE / 2)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def draw_loupe(painter: QPainter, sides: Sides, at: QPointF, sight: Sight, ratio: float) -> None:
    """Both sides about the place of ``sight``, enlarged, beside each other at ``at`` of the widget."""
    zoom = max(4.0, 3 * sight.scale)
    half = 15.0 * SPACE
    whole = QRectF(at.x() - half, at.y() - half / 2, 2 * half, half)
    bounds = QRectF(painter.viewport()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
    whole.moveLeft(min(max(whole.left(), bounds.left()), bounds.right() - whole.width()))
    whole.moveTop(min(max(whole.top(), bounds.top()), bounds.bottom() - whole.height()))
    for which in (0, 1):
        pane = QRectF(whole.left() + which * half, whole.top(), half, half)
        painter.save()
        painter.setClipRect(pane)
        painter.fillRect(pane, QColor(theme().base))
        sides.draw(painter, which, pane, Sight(zoom, sight.x, sight.y), ratio)
        painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#ffffff"), 2))
    path = QPainterPath()
    path.addRoundedRect(whole, 2, 2)
    painter.drawPath(path)
    middle = whole.center().x()
    painter.drawLine(QLineF(middle, whole.top(), middle, whole.bottom()))
