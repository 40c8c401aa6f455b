"""What is turned while other work goes on ends in one result, the one that is asked for; or in none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from aestudio.pictures.cleaners import find_cleaner
from aestudio.pictures.damage import Damage, Stroke
from aestudio.pictures.denoise import denoise, without
from aestudio.pictures.tiles import Box, nothing_told
from aestudio.qt.darkroom.cleaning import Knob, Task, touch_up
from aestudio.qt.darkroom.denoising import Denoising
from tests.qt.darkroom.compress_bench import PATIENCE, opened

STROKE = Stroke(((20.0, 20.0), (90.0, 70.0)), 6.0, "scratch", 1)


@pytest.fixture
def denoising(qtbot: QtBot) -> Iterator[Denoising]:
    tool = Denoising()
    tool.use(opened())
    qtbot.waitUntil(lambda: tool.result() is not None, timeout=PATIENCE)
    yield tool
    tool.close()


def _worked(qtbot: QtBot, tool: Denoising) -> None:
    qtbot.waitUntil(lambda: tool.result() is not None, timeout=PATIENCE)


def test_a_strength_chosen_during_a_stroke_keeps_the_stroke(qtbot: QtBot, denoising: Denoising) -> None:
    denoising.add_stroke(STROKE)
    denoising.set_strength(0.5)
    assert denoising.result() is None
    _worked(qtbot, denoising)
    done = denoising.done
    assert done is not None
    assert done.strength == 0.5
    assert not np.array_equal(done.given.pixels, done.clean.pixels)
    assert done.before is not None


def test_a_stroke_that_was_stopped_leaves_no_result(qtbot: QtBot, denoising: Denoising) -> None:
    told: list[object] = []
    denoising.cleaned.connect(told.append)
    denoising.add_stroke(STROKE)
    denoising.cancel()
    assert denoising.result() is None
    assert told == [None]
    denoising.add_stroke(STROKE)
    _worked(qtbot, denoising)
    assert denoising.done is not None
    assert denoising.done.before is not None


@pytest.mark.parametrize("tried", ["nothing", "noise", "stroke"])
def test_all_pictures_are_cleaned_as_they_are_and_told_so(
    qtbot: QtBot, denoising: Denoising, tried: str
) -> None:
    picture = opened().picture
    plain, _ = denoising.batch_job().work(picture, 1, nothing_told)
    if tried == "noise":
        denoising.set_damage(Damage("white", 25.0))
    elif tried == "stroke":
        denoising.add_stroke(STROKE)
    made, note = denoising.batch_job().work(picture, 1, nothing_told)
    assert made == plain
    assert ("without what was put on it" in note) == (tried != "nothing")


def test_strokes_stay_where_the_work_is_begun_again(qtbot: QtBot, denoising: Denoising) -> None:
    shown = opened()
    denoising.use(shown)
    denoising.add_stroke(STROKE)
    denoising.cancel()
    denoising.use(None)  # another tool had it meanwhile
    denoising.use(shown)
    assert denoising.strokes == (STROKE,)
    _worked(qtbot, denoising)
    assert denoising.done is not None
    assert denoising.done.before is not None
    denoising.use(opened())
    assert not denoising.strokes, "they were another picture's"


def test_a_strength_that_was_stopped_leaves_no_result(qtbot: QtBot, denoising: Denoising) -> None:
    denoising.set_strength(0.3)
    denoising.cancel()
    assert denoising.result() is None
    denoising.set_strength(0.4)
    _worked(qtbot, denoising)
    assert denoising.done is not None
    assert denoising.done.strength == 0.4


def test_the_left_side_is_damaged_once_that_is_seen(qtbot: QtBot, denoising: Denoising) -> None:
    named, before = [], []
    denoising.named.connect(lambda left, _: named.append(left))
    denoising.before_changed.connect(before.append)
    denoising.set_damage(Damage("white", 25.0))
    denoising.cancel()
    assert named[-1] == "Before"
    assert np.array_equal(before[-1].levels[0], opened().picture.pixels)
    denoising.add_stroke(STROKE)
    _worked(qtbot, denoising)
    assert named[-1] == "Damaged"
    assert denoising.done is not None
    assert np.array_equal(before[-1].levels[0], denoising.done.given.pixels)
    denoising.set_damage(None)
    denoising.clear_strokes()
    assert named[-1] == "Before"
    _worked(qtbot, denoising)
    denoising.add_stroke(STROKE)
    _worked(qtbot, denoising)
    assert named[-1] == "Damaged"


def test_a_stroke_is_cleaned_as_strongly_as_the_rest(denoising: Denoising) -> None:
    """The knob is turned meanwhile: all is blended afterwards, and until then all is alike."""
    done, pyramid = denoising.done, opened().pyramid.copy()
    assert done is not None
    task = Task(done.clean, None, (STROKE,), denoising.model, Knob(0.5), Box(0, 0, 96, 128))
    touched = touch_up(done, (pyramid, pyramid), task, nothing_told, lambda _: None)
    assert touched.strength == 1.0
    assert np.array_equal(touched.pixels, without(touched.given, touched.noise).pixels)
    afresh, _ = denoise(touched.given, find_cleaner(denoising.model))
    assert np.array_equal(touched.pixels, afresh.pixels)
