"""Spaces of small nets trained on real pictures: one for each kind of code and of data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_sample_images

from aestudio.data.dataset import Dataset
from aestudio.latent.space import Space, explore
from aestudio.library.kept import KeptRun
from aestudio.spec.parts import BOTTLENECKS, LAYERS, LOSSES
from aestudio.spec.run import ModelSpec, RunSpec
from tests.library.kept_runs import RUN, kept
from tests.small import dataset, small_mnist, small_run


def _dense(size: int) -> RunSpec:
    encoder = (LAYERS.make("dense", units=32),)
    return small_run(model=ModelSpec(encoder=encoder, bottleneck=BOTTLENECKS.make("plain", size=size)))


@pytest.fixture(scope="session")
def kept_plain(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """A run of codes of 8 numbers, on digits."""
    return kept(tmp_path_factory.mktemp("plain") / "run", small_run(("training.epochs", 4)))


@pytest.fixture(scope="session")
def plain(kept_plain: KeptRun) -> Space:
    return explore(kept_plain, small_mnist())


@pytest.fixture(scope="session")
def variational(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Posteriors of 3 numbers, of digits."""
    return explore(kept(tmp_path_factory.mktemp("variational") / "run", RUN), small_mnist())


@pytest.fixture(scope="session")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Codes that are maps, 2 x 7 x 7, of digits."""
    encoder = (LAYERS.make("conv", filters=4, stride=2), LAYERS.make("conv", filters=4, stride=2))
    run = small_run(model=ModelSpec(encoder=encoder, bottleneck=BOTTLENECKS.make("conv", filters=2)))
    return explore(kept(tmp_path_factory.mktemp("mapped") / "run", run), small_mnist())


@pytest.fixture(scope="session")
def single(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Codes of 1 number, of digits."""
    return explore(kept(tmp_path_factory.mktemp("single") / "run", _dense(1)), small_mnist())


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Codes of 2 numbers, of digits."""
    return explore(kept(tmp_path_factory.mktemp("pair") / "run", _dense(2)), small_mnist())


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Codes of 3 numbers, of vectors without labels: scikit-learn's digits in one row."""
    rows = torch.tensor(load_digits().data / 16, dtype=torch.float32)  # type: ignore[attr-defined]
    data, run = dataset(rows, test=700), replace(_dense(3), loss=LOSSES.make("mse"))
    return explore(kept(tmp_path_factory.mktemp("vectors") / "run", run, data=data), data)


def _patches() -> Dataset:
    photo = load_sample_images().images[0][:416, :640].reshape(26, 16, 40, 16, 3)
    patches = photo.transpose(0, 2, 4, 1, 3).reshape(-1, 3, 16, 16)
    return dataset(torch.from_numpy(np.ascontiguousarray(patches)), test=40)


@pytest.fixture(scope="session")
def colour(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Codes of 4 numbers, of pieces of a photograph, 3 x 16 x 16, without labels."""
    data = _patches()
    return explore(kept(tmp_path_factory.mktemp("colour") / "run", _dense(4), data=data), data)
