"""Real photographs to work on, and nets small enough to train in a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from aestudio.pictures.photographs import Photographs
from aestudio.pictures.recipe import RECIPES, Recipe

SMALL = {"width": 16, "middle": 16, "deep": 16, "depth": 1, "batch": 2, "crop": 32, "warm_up": 2}


@pytest.fixture(scope="session")
def photographs() -> Photographs:
    """The Chinese temple to train on, the flower to validate."""
    china, flower = map(np.asarray, load_sample_images().images)
    return Photographs((china,), (flower[:96, :96],))


@pytest.fixture(scope="session")
def photograph(photographs: Photographs) -> np.ndarray:
    """A part of the temple, uint8 ``(200, 300, 3)``."""
    return photographs.train[0][100:300, 200:500]


@pytest.fixture
def folder(photographs: Photographs, tmp_path: Path) -> Path:
    """Both photographs as files."""
    place = tmp_path / "photographs"
    place.mkdir()
    Image.fromarray(photographs.train[0]).save(place / "temple.jpg", quality=92)
    Image.fromarray(photographs.train[0][::-1]).save(place / "upside-down.png")
    return place


@pytest.fixture
def recipe() -> Recipe:
    """The photo denoiser, tiny."""
    return RECIPES.make("photo-denoiser", **SMALL)
