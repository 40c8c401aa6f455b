"""Both sides of the stage are of the picture and the tool on the table, whatever was there before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from skimage import data

from aestudio.qt.darkroom.compressing import Compressing
from aestudio.qt.darkroom.denoising import Denoising
from aestudio.qt.darkroom.stage import Stage
from aestudio.qt.darkroom.table import Table
from aestudio.qt.darkroom.tool import Opened
from tests.qt.darkroom.compress_bench import PATIENCE, opened, opened_pixels, small_codec


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[Table]:
    stage = Stage()
    qtbot.addWidget(stage)
    stage.resize(620, 420)
    whole = Table(stage)
    for tool in (Denoising(whole), Compressing(whole)):
        whole.add(tool)
    whole.take_up(whole._tools[0])
    yield whole
    whole.close()


def _cat() -> Opened:
    return opened_pixels(data.chelsea()[60:156, 100:228])


def _worked(qtbot: QtBot, table: Table) -> None:
    qtbot.waitUntil(lambda: table.result() is not None, timeout=PATIENCE)


def _right(table: Table) -> np.ndarray:
    assert table.stage.sides
    return table.stage.sides.after.levels[0]


def test_the_next_picture_of_a_series_is_on_both_sides_at_once(qtbot: QtBot, table: Table) -> None:
    table.put(opened())
    _worked(qtbot, table)
    assert not np.array_equal(_right(table), opened().picture.pixels)
    table.stage.zoom(3.0)
    sight, cat = table.stage.sight, _cat()
    table.put(cat)
    assert np.array_equal(_right(table), cat.picture.pixels)
    table.cancel()
    assert np.array_equal(_right(table), cat.picture.pixels)
    assert table.stage.sight == sight
    assert not table.stage.fits


def test_another_tool_begins_with_the_original_on_both_sides(
    qtbot: QtBot, table: Table, tmp_path: Path
) -> None:
    flower, compressing = opened(), table._tools[1]
    assert isinstance(compressing, Compressing)
    compressing.set_model(small_codec(tmp_path))
    table.put(flower)
    _worked(qtbot, table)
    assert not np.array_equal(_right(table), flower.picture.pixels)
    table.take_up(compressing)
    assert np.array_equal(_right(table), flower.picture.pixels)
    _worked(qtbot, table)
    assert flower.picture.pixels is flower.pyramid.levels[0]
    assert np.array_equal(flower.picture.pixels, opened().picture.pixels), "nothing is pasted into it"
