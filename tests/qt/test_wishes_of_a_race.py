"""Several lanes, one thread, one window: turns, pauses and steps come out even, and nobody waits for ever."""

from __future__ import annotations

import threading

from aestudio.qt.running.wishes import Wishes
from aestudio.training.events import Wanted
from tests.qt.fakes import snapshot

WATCHED = Wanted(pictures=True, scatter=True, pins=(0,))


def _show(wishes: Wishes, lane: int) -> None:
    """The lane's next snapshot is made, handed over and drawn."""
    wanted = wishes.ask(lane)
    wishes.sent(snapshot("run", 1, wanted, complete=True), lane)
    wishes.drawn()


def test_lanes_take_turns_with_pictures() -> None:
    wishes = Wishes(WATCHED, lanes=3)
    shown: list[int] = []
    for turn in range(12):
        lane = turn % 3
        if wishes.ask(lane).pictures:
            shown.append(lane)
            wishes.sent(snapshot("run", turn, WATCHED), lane)
            wishes.drawn()
    assert [shown.count(lane) for lane in range(3)] == [4, 4, 4]


def test_no_pictures_until_the_last_are_drawn() -> None:
    wishes = Wishes(WATCHED, lanes=2)
    wishes.sent(snapshot("run", 1, wishes.ask(0)), 0)
    assert not wishes.ask(1).pictures
    wishes.drawn()
    assert wishes.ask(1).pictures


def test_a_lane_that_is_over_passes_its_turn_on() -> None:
    wishes = Wishes(WATCHED, lanes=2)
    wishes.sent(snapshot("run", 1, wishes.ask(0)), 0)
    wishes.drawn()
    wishes.over(1)
    assert wishes.ask(0).pictures


def test_a_paused_race_shows_every_lane_and_then_sleeps() -> None:
    wishes = Wishes(WATCHED, paused=True, lanes=2)
    assert wishes.ask(0).hold
    _show(wishes, 0)
    idle = wishes.ask(0)  # nothing new of this lane, but the other is not shown yet
    assert (idle.hold, idle.pictures, idle.pins) == (True, False, ())
    wishes.sent(snapshot("run", 1, complete=True, pictures=None, scatter=None), 0)
    wishes.drawn()
    _show(wishes, 1)
    asleep = threading.Thread(target=wishes.ask, args=(0,), daemon=True)
    asleep.start()
    asleep.join(0.05)
    assert asleep.is_alive()
    wishes.resume()
    asleep.join(5)
    assert not asleep.is_alive()


def test_a_step_is_a_batch_of_each_lane() -> None:
    wishes = Wishes(WATCHED, paused=True, lanes=2)
    for lane in (0, 1):
        _show(wishes, lane)
    wishes.step()
    assert [wishes.ask(lane).hold for lane in (0, 1)] == [False, False]
    assert wishes.ask(0).hold, "the step is taken; its pictures are to be shown"


def test_stop_reaches_every_lane() -> None:
    wishes = Wishes(WATCHED, paused=True, lanes=3)
    wishes.stop()
    assert all(wishes.ask(lane).stop for lane in range(3))
