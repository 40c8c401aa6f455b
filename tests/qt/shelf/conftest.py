"""A workspace of runs that were really made, and the page that shows it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from PySide6.QtCore import QCoreApplication, QEvent

from aestudio.evaluation.lane import drive, new_lane
from aestudio.library.card import read_card
from aestudio.qt.pages.runs import RunsPage
from tests.small import small_mnist, small_run

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small run on the real MNIST, kept."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    list(drive(new_lane(small_run(), folder, small_mnist()), small_mnist(), device=torch.device("cpu")))
    return folder


@pytest.fixture
def workspace(trained: Path, tmp_path: Path) -> Path:
    """Five runs, of which the last began first: alpha, beta, gamma, delta, and one that was interrupted."""
    folder = tmp_path / "ws"
    folder.mkdir()
    rows = [
        ("alpha", 0.03, "done"),
        ("beta", 0.01, "done"),
        ("gamma", 0.02, "paused"),
        ("delta", None, "failed"),
    ]
    for day, (name, mse, stage) in enumerate([*rows, ("epsilon", 0.04, "running")], 1):
        copy = folder / name
        shutil.copytree(trained, copy)
        card = read_card(copy)
        figures = {**card.figures, "test_mse": mse}
        named = {"id": uuid.uuid4().hex, "name": name, "preset": f"preset-{name[0]}", "figures": figures}
        began = f"2026-01-{29 - day:02}T10:00:00+00:00"
        replace(
            card, **named, stage=stage, created=began, sentence="loss is nan" if stage == "failed" else ""
        ).write(copy)  # type: ignore[arg-type]
    return folder


@pytest.fixture
def page(workspace: Path, qtbot: QtBot) -> Iterator[RunsPage]:
    """The page, its list read."""
    made = RunsPage()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    with qtbot.waitSignal(made.shelf.listed):
        made.use_workspace(workspace)
    made.show()
    qtbot.waitUntil(lambda: not made.queue._errands.is_busy)
    yield made
    made.close_readers()
    made.hide()


@pytest.fixture(autouse=True)
def _deleted_afterwards(qapp: QCoreApplication) -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
