"""A codec that is made in a second: a tiny net, untrained, which codes well as the cosines it starts as."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
import torch
from sklearn.datasets import load_sample_image

from aestudio.pictures.codec.calibration import made_model
from aestudio.pictures.codec.model import CodecModel, read_model
from aestudio.pictures.recipes.photo_codec import PhotoCodec

if TYPE_CHECKING:
    from pathlib import Path

    from aestudio.pictures.codec.net import PhotoCodec as Net

TINY = PhotoCodec(latents=192, fine=8, middle=8, coarse=8, hidden=12, hyper=4, anchors=4, batch=2)


def untrained(seed: int = 0) -> Net:
    """A tiny net, its last layers moved off zero so that each of them counts."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = cast("Net", TINY.build())
        for name, weight in net.named_parameters():
            if weight.ndim == 4 and not weight.any():
                torch.nn.init.normal_(weight, std=0.3 if "slices" in name else 0.02)
    return net


@functools.cache
def flower() -> np.ndarray:
    """A real photograph, uint8 (427, 640, 3): a flower, which came with scikit-learn."""
    return np.array(load_sample_image("flower.jpg"))


@functools.cache
def model_file() -> bytes:
    """The model file of the tiny net."""
    return made_model(
        untrained(), [flower()], progress=lambda share, doing: None, crops=6, notes=TINY.notes()
    )


@pytest.fixture(scope="session")
def model() -> CodecModel:
    """The tiny codec."""
    return read_model(model_file(), "tiny")


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    """The tiny codec as a file."""
    path = tmp_path / "tiny.safetensors"
    path.write_bytes(model_file())
    return path
