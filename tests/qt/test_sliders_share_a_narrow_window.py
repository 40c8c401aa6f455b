"""What can be changed on the way has its place in the transport bar, however much there is of it."""

from __future__ import annotations

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
