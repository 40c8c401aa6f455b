"""The transport bar: what can be changed on the way has its place, and what is promised can come."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from aestudio.library.lane import Lane
from aestudio.objectives.penalties.contractive import Contractive
from aestudio.objectives.penalties.kl_prior import KLPrior
from aestudio.objectives.penalties.l1 import L1Sparsity
from aestudio.objectives.penalties.weight_decay import WeightDecay
from aestudio.qt.bars.transport import TransportBar
from aestudio.qt.running.trainer import State
from aestudio.spec.edit import with_value
from tests.qt.views import real
from tests.small import small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("width", [896, 1216])
def test_no_slider_lies_over_another(width: int, qtbot: QtBot) -> None:
    penalties = (KLPrior(), Contractive(), L1Sparsity(), WeightDecay())
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.begin((Lane(with_value(small_run(), "penalties", penalties)),))
    bar.show_state(State.RUNNING)
    bar.resize(width, bar.height())
    bar.show()
    knobs = [knob.geometry() for knob in bar.knobs.knobs.values()]
    assert len(knobs) == 5
    assert all(left.right() < right.left() for left, right in pairwise(knobs))
    assert bar.knobs.geometry().right() < width


@pytest.mark.parametrize(
    ("limit", "where", "left"),
    [(0.0, "Epoch 2 of 10", "step 150 of 1,000"), (60.0, "Epoch 2", "step 150 · 59 s")],
)
def test_where_a_clock_ends_the_run_no_epochs_are_promised(
    limit: float, where: str, left: str, qtbot: QtBot
) -> None:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.begin((Lane(small_run()),))
    bar.start(replace(real.started(), limit=limit))
    bar.draw(replace(real.snapshot(step=150), images_per_second=100.0))
    assert bar.where.text() == where
    assert bar.left.text().startswith(left)
