"""Two real runs, and the page on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from aestudio.qt.pages.latent import LatentPage
from aestudio.qt.running.loader import Opened
from aestudio.spec.parts import BOTTLENECKS, LAYERS, PENALTIES
from aestudio.spec.run import ModelSpec
from tests.library.kept_runs import kept
from tests.qt.windows import show_page
from tests.small import small_mnist, small_run

VARIATIONAL = small_run(
    name="variational",
    model=ModelSpec(
        encoder=(LAYERS.make("dense", units=64),), bottleneck=BOTTLENECKS.make("variational", size=2)
    ),
    penalties=(PENALTIES.make("kl-prior"),),
)


@pytest.fixture(scope="session")
def opened() -> Opened:
    data = small_mnist()
    assert data.labels is not None
    images, labels = data.images[data.test].numpy(), data.labels[data.test].numpy().astype(np.int64)
    return Opened(VARIATIONAL.data, data, images, labels)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a variational run of two numbers and a plain one of eight."""
    folder = tmp_path_factory.mktemp("runs")
    kept(folder / "plain", small_run(name="plain"))
    kept(folder / "variational", VARIATIONAL)
    return folder


@pytest.fixture
def workspace(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "runs"))


@pytest.fixture
def page(qtbot: QtBot) -> LatentPage:
    return show_page(qtbot, LatentPage(), 1200, 760)
