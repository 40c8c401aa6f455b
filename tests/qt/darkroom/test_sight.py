"""Zoom and pan: what is under the pointer stays there, and nothing is seen beyond the picture."""

from __future__ import annotations

import pytest

from aestudio.pictures.tiles import Box
from aestudio.qt.darkroom.sight import LARGEST, Room, Sight, fitted

ROOM = Room(800, 600, (4000, 3000))


def test_the_whole_picture_fits() -> None:
    sight = fitted(ROOM)
    assert sight.scale == pytest.approx(0.2)
    assert sight.box(ROOM) == Box(0, 0, 3000, 4000)


def test_small_pictures_keep_whole_pixels() -> None:
    assert fitted(Room(800, 600, (100, 100))).scale == 6.0
    assert fitted(Room(800, 600, (500, 500))).scale == 1.0


@pytest.mark.parametrize("factor", [1.25, 3.0, 0.5])
@pytest.mark.parametrize("at", [(400.0, 300.0), (10.0, 590.0), (700.0, 20.0)])
def test_the_place_under_the_pointer_stays(factor: float, at: tuple[float, float]) -> None:
    before = Sight(2.0, 2000, 1500)
    after = before.zoomed(factor, at, ROOM)
    assert after.scale == pytest.approx(2.0 * factor)
    assert after.to_picture(*at, ROOM) == pytest.approx(before.to_picture(*at, ROOM))


def test_zoom_has_ends() -> None:
    assert Sight(20, 5, 5).zoomed(100, (0, 0), ROOM).scale == LARGEST
    assert Sight(0.3, 5, 5).zoomed(0.001, (0, 0), ROOM).scale == fitted(ROOM).scale


def test_a_pan_ends_at_the_edge() -> None:
    sight = Sight(1.0, 2000, 1500).moved(-1e6, 1e6, ROOM)
    assert sight.box(ROOM) == Box(2400, 0, 3000, 800)


def test_there_and_back() -> None:
    sight = Sight(3.3, 123, 456)
    assert sight.to_picture(*sight.to_screen(17, 29, ROOM), ROOM) == pytest.approx((17, 29))
