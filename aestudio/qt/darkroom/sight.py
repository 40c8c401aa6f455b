"""Which part of a picture is seen, and how large: zoom and pan that both sides have in common."""

from __future__ import annotations

from dataclasses import dataclass

from aestudio.pictures.tiles import Box

LARGEST = 32.0
"""Pixels of the screen to one of the picture, at the most."""


@dataclass(frozen=True)
class Sight:
    """Seen of a picture.

    Args:
        scale: pixels of the screen (its real ones) to one of the picture.
        x: the picture's column in the middle of what is seen.
        y: the row there.
    """

    scale: float
    x: float
    y: float

    def zoomed(self, factor: float, at: tuple[float, float], room: Room) -> Sight:
        """Zoomed about a place of the room, which stays where it is."""
        least = min(1.0, fitted(room).scale)
        scale = min(LARGEST, max(least, self.scale * factor))
        from_middle = at[0] - room.width / 2, at[1] - room.height / 2
        x = self.x + from_middle[0] / self.scale - from_middle[0] / scale
        y = self.y + from_middle[1] / self.scale - from_middle[1] / scale
        return Sight(scale, x, y).inside(room)

    def moved(self, dx: float, dy: float, room: Room) -> Sight:
        """Panned by pixels of the screen."""
        return Sight(self.scale, self.x + dx / self.scale, self.y + dy / self.scale).inside(room)

    def inside(self, room: Room) -> Sight:
        """Kept so that the picture fills what it can; one that is smaller than the room is in its middle."""
        return Sight(
            self.scale,
            _kept(self.x, room.width / self.scale, room.picture[0]),
            _kept(self.y, room.height / self.scale, room.picture[1]),
        )

    def box(self, room: Room) -> Box:
        """What is seen, in whole pixels of the picture."""
        half = room.width / self.scale / 2, room.height / self.scale / 2
        width, height = room.picture
        seen = Box(int(self.y - half[1]), int(self.x - half[0]), _up(self.y + half[1]), _up(self.x + half[0]))
        return seen.within(Box(0, 0, height, width))

    def to_screen(self, x: float, y: float, room: Room) -> tuple[float, float]:
        """Where a place of the picture lies in the room."""
        return (x - self.x) * self.scale + room.width / 2, (y - self.y) * self.scale + room.height / 2

    def to_picture(self, x: float, y: float, room: Room) -> tuple[float, float]:
        """The place of the picture under a place of the room."""
        return self.x + (x - room.width / 2) / self.scale, self.y + (y - room.height / 2) / self.scale


@dataclass(frozen=True)
class Room:
    """The space there is, in the screen's pixels, and the picture's width and height."""

    width: float
    height: float
    picture: tuple[int, int]


def fitted(room: Room) -> Sight:
    """The whole picture as large as it fits; small ones by a whole number of pixels, to stay sharp."""
    width, height = room.picture
    scale = min(room.width / width, room.height / height)
    scale = float(int(min(scale, LARGEST))) if scale >= 2 else min(scale, 1.0) if scale >= 1 else scale
    return Sight(max(scale, 1e-6), width / 2, height / 2)


def _kept(at: float, seen: float, length: int) -> float:
    return length / 2 if seen >= length else min(length - seen / 2, max(seen / 2, at))


def _up(value: float) -> int:
    return -int(-value // 1)
