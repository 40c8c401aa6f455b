"""The Compare page looks through real runs in the background, and follows a race as it is told."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from aestudio.evaluation.lane import new_lane
from aestudio.evaluation.race import race
from aestudio.library.folder import SPEC, write_metrics
from aestudio.library.kept import KeptRun, open_run
from aestudio.qt.pages.compare import ComparePage
from aestudio.qt.running.contest import ROWS
from aestudio.qt.running.loader import Opened
from aestudio.spec.edit import with_value
from aestudio.spec.toml import dump_spec
from aestudio.training.events import Snapshot, Wanted
from tests.library.kept_runs import kept
from tests.qt.windows import show_page
from tests.small import small_mnist, small_run

RUNS = (small_run(), small_run(("model.bottleneck.size", 4), name="narrow"))


@pytest.fixture(scope="module")
def opened() -> Opened:
    data = small_mnist()
    assert data.labels is not None
    images, labels = data.images[data.test].numpy(), data.labels[data.test].numpy().astype(np.int64)
    return Opened(RUNS[0].data, data, images, labels)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[KeptRun, ...]:
    folder = tmp_path_factory.mktemp("runs")
    return tuple(kept(folder / str(i), run) for i, run in enumerate(RUNS))


@pytest.fixture
def page(qtbot: QtBot) -> ComparePage:
    return show_page(qtbot, ComparePage(), 1200, 700)


def _compared(qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened) -> None:
    with qtbot.waitSignal(page.contest.maps_changed):  # told at once, of nothing
        page.show_runs(runs, opened)
    qtbot.waitUntil(lambda: len(page.contest.mapped) == 4, timeout=60_000)
    qtbot.waitUntil(lambda: page.contest.note == "" and _measured(page), timeout=60_000)


def _measured(page: ComparePage) -> bool:
    return any("probe_accuracy" in row.figures for row in page.contest.rows)


def test_without_runs_it_says_what_to_do(page: ComparePage) -> None:
    assert page.stack.currentIndex() == 0
    assert not page.grab().isNull()


def test_runs_are_compared_on_the_same_images(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    _compared(qtbot, page, runs, opened)
    contest = page.contest
    assert [side.name for side in contest.sides] == [
        *(run.card.name for run in runs),
        "PCA of 4",
        "PCA of 8",
    ]
    assert contest.shown is not None
    assert len(contest.shown.positions) == ROWS
    assert set(contest.shown.given) == {side.key for side in contest.sides}
    for run in runs:
        error = float(contest._errors[run.id].mean())
        assert error == pytest.approx(float(run.card.figures["test_mse"] or 0), rel=1e-3)
    qtbot.waitUntil(lambda: page.table.model.rowCount() >= 4)
    qtbot.waitUntil(lambda: set(page.scatter.planes) == set(contest.mapped))
    assert len(page.curves.chart.drawing.lines) >= 2
    assert len(page.chart.dots.dots) == 4


def test_more_runs_than_can_be_told_apart_are_repeats_of_few(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened, tmp_path: Path
) -> None:
    repeated = [_again(run, tmp_path, seed) for seed in range(4) for run in runs]
    page.show_runs(repeated, opened)
    contest = page.contest
    assert [side.key for side in contest.sides[:-2]] == [run.id for run in repeated[:2]]
    assert len(contest.runs) == 8
    qtbot.waitUntil(lambda: len(contest.mapped) == 4, timeout=60_000)
    qtbot.waitUntil(lambda: sum(bool(row.spread) for row in contest.rows) == 2, timeout=60_000)


def _again(run: KeptRun, below: Path, seed: int) -> KeptRun:
    """The same run as if another seed had come to other figures."""
    folder = below / f"{run.card.name} {seed}"
    shutil.copytree(run.folder, folder)
    mse = float(run.card.figures["test_mse"] or 0) + seed / 1000
    figures = {**run.card.figures, "test_mse": mse, "test_ssim": 0.5, "probe_accuracy": 0.9}
    replace(run.card, id=uuid.uuid4().hex, group=run.card.name, figures=figures).write(folder)
    (folder / SPEC).write_text(dump_spec(with_value(run.run, "training.seed", seed)), encoding="utf-8")
    assert run.measured
    write_metrics(folder, replace(run.measured, metrics=figures))
    return open_run(folder)


def test_worst_first_shows_the_largest_errors(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    _compared(qtbot, page, runs, opened)
    mean = np.mean([page.contest._errors[run.id] for run in runs], axis=0)
    for index, ranked in ((1, np.argsort(-mean)), (2, np.argsort(mean))):
        with qtbot.waitSignal(page.contest.images_changed, timeout=60_000):
            page.grid.order.setCurrentIndex(index)
        assert page.contest.shown is not None
        assert mean[page.contest.shown.positions] == pytest.approx(mean[ranked[:ROWS]])


def test_other_runs_are_compared_on_the_pinned_images(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    _compared(qtbot, page, runs, opened)
    with qtbot.waitSignal(page.contest.images_changed, timeout=60_000):
        page.grid.order.setCurrentText("Worst first")
    _compared(qtbot, page, runs, opened)
    assert page.grid.order.currentText() == "Pinned"
    assert page.contest.shown is not None
    assert tuple(page.contest.shown.positions) == page.contest._pins


def test_what_has_ended_is_told_no_more(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    _compared(qtbot, page, runs, opened)
    said: list[str] = []
    page.said.connect(said.append)
    with qtbot.waitSignal(page.contest.images_changed, timeout=60_000):
        page.grid.order.setCurrentText("Best first")
    assert said[0].startswith("Comparing: looking through ")
    assert said[-1] == ""
    other = replace(small_mnist(), images=small_mnist().images.flip(2))
    with qtbot.waitSignal(page.trouble, timeout=60_000):
        page.show_runs(runs, replace(opened, data=other))
    assert said[-1] == ""


def test_a_point_that_is_clicked_comes_into_the_grid(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    _compared(qtbot, page, runs, opened)
    with qtbot.waitSignal(page.contest.images_changed, timeout=60_000):
        page.scatter.picked.emit(123)
    assert page.contest.shown is not None
    assert page.contest.shown.positions[0] == 123
    qtbot.waitUntil(lambda: page.grid.position == 123)
    assert page.scatter.chosen == 123


def test_runs_of_other_data_are_refused_by_a_sentence(
    qtbot: QtBot, page: ComparePage, runs: tuple[KeptRun, ...], opened: Opened
) -> None:
    other = replace(small_mnist(), images=small_mnist().images.flip(2))
    with qtbot.waitSignal(page.trouble, timeout=60_000) as told:
        page.show_runs(runs, replace(opened, data=other))
    assert told.args
    assert "was trained on" in told.args[0]


def _looking(lane: int) -> Callable[[], Wanted]:
    return lambda: Wanted(pictures=True, scatter=True, pins=(4, 2, 7))


def test_a_race_is_followed_as_it_is_told(
    qtbot: QtBot, page: ComparePage, opened: Opened, tmp_path: Path
) -> None:
    lanes = [new_lane(run, tmp_path / str(i), opened.data) for i, run in enumerate(RUNS)]
    page.set_data(opened)
    page.begin(lanes)
    seen: dict[str, Snapshot] = {}
    for event in race(lanes, opened.data, device=torch.device("cpu"), asks=[_looking(0), _looking(1)]):
        page.told(event)
        if isinstance(event, Snapshot) and event.pictures:
            seen[event.run_id] = event
    contest = page.contest
    assert [side.name for side in contest.sides][2:] == ["PCA of 4", "PCA of 8"]
    assert contest.shown is not None
    for lane in lanes:
        last = seen[lane.run_id].pictures
        assert last
        assert np.array_equal(contest.shown.given[lane.run_id], last.reconstructed)
        assert len(contest.courses[lane.run_id].history.steps) == 16
        row = next(row for row in contest.rows if row.side.key == lane.run_id)
        assert row.figures["test_mse"] is not None
        assert "size" in row.difference or "code" in row.difference
    assert set(contest.floors) == {"PCA of 4", "PCA of 8"}
    qtbot.waitUntil(lambda: contest.shown is not None and len(contest.shown.given) == 4, timeout=60_000)
    qtbot.waitUntil(lambda: len(page.scatter.planes) == 4)
    assert not page.grid.order.isEnabled()


def test_what_another_run_tells_is_left_out(page: ComparePage, opened: Opened) -> None:
    page.set_data(opened)
    page.told(Snapshot("x", 1, 0.1, 1.0, 1.0, 1.0, 0.0, None))  # type: ignore[arg-type]  # it must not be read
    assert page.contest.sides == ()
