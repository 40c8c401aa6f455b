"""Nets that ship, weights of one's own and runs of one's own are found by name, or it is said why not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from aestudio.models.autoencoder import build
from aestudio.pictures.cleaners import cleaner_names, find_cleaner
from aestudio.pictures.denoise import denoise
from aestudio.pictures.own_runs import OwnRun, open_own_run
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr
from aestudio.pictures.recipe import Recipe
from aestudio.pictures.shipped import Model, digest, find_model, model_names
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.spec.parts import BOTTLENECKS, LAYERS
from aestudio.spec.run import ModelSpec, RunSpec
from aestudio.spec.toml import to_plain
from tests.library.kept_runs import kept
from tests.small import dataset, small_run


@pytest.fixture
def weights(recipe: Recipe, tmp_path: Path) -> Path:
    """A tiny net, untrained, on disk."""
    torch.manual_seed(0)
    path = tmp_path / "mine.safetensors"
    tensors = {name: value.half() for name, value in recipe.build().state_dict().items()}
    save_file(tensors, path, {"recipe": json.dumps(to_plain(recipe))})
    return path


def _kept(run: RunSpec, folder: Path) -> Path:
    return kept(folder, run).folder


@pytest.mark.parametrize("name", cleaner_names())
def test_what_ships_is_whole(name: str) -> None:
    model = find_cleaner(name)
    assert isinstance(model, Model)
    assert model.recipe.kind == name
    for told in ("data", "licence", "recipe", "hours", "figures"):
        assert model.card[told], f"the card of {name} lacks {told}"
    assert len(model.digest) == 64


def test_weights_of_ones_own_are_found(weights: Path, recipe: Recipe, photograph: np.ndarray) -> None:
    model = find_model(str(weights))
    assert model.recipe == recipe
    assert model.digest == digest(weights)
    assert next(model.net.parameters()).dtype == torch.float32
    assert find_model(str(weights)) is model, "it is opened once"
    done, _ = denoise(Picture(photograph), model)
    assert done.pixels.shape == photograph.shape


def test_weights_from_before_a_knob_was_there_open(recipe: Recipe, tmp_path: Path) -> None:
    """They had as many blocks on the way up as down, and their files do not tell."""
    before = with_value(with_value(recipe, "fine", 2), "finish", 2)
    told = to_plain(before)
    del told["finish"], told["join"]
    tensors = {name: value.half() for name, value in before.build().state_dict().items()}
    save_file(tensors, tmp_path / "before.safetensors", {"recipe": json.dumps(told)})
    assert find_model(str(tmp_path / "before.safetensors")).recipe == before


def test_damaged_weights_are_a_sentence(weights: Path, tmp_path: Path) -> None:
    whole = weights.read_bytes()
    for i, data in enumerate(
        [whole[:500], b"", whole[:-50], whole.replace(b"photo-denoiser", b"photo-denoisex")]
    ):
        path = tmp_path / f"damaged{i}.safetensors"
        path.write_bytes(data)
        with pytest.raises(UserError, match="is no model of a kind known here"):
            find_model(str(path))


def test_a_miss_lists_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no model; use one of"):
        find_cleaner("photo-denoisr")
    with pytest.raises(UserError, match=r"is no run; give a folder with spec.toml and best.safetensors"):
        find_cleaner(str(tmp_path))
    assert set(cleaner_names()) <= set(model_names())


# -------------------------------------------------------------------------------------------- own runs

SLIDING = ModelSpec(
    encoder=(LAYERS.make("conv", filters=8, stride=2),), bottleneck=BOTTLENECKS.make("conv", filters=4)
)


def test_a_run_of_convolutions_takes_the_whole_picture(tmp_path: Path, photograph: np.ndarray) -> None:
    own = find_cleaner(str(_kept(small_run(model=SLIDING), tmp_path / "run")))
    assert isinstance(own, OwnRun)
    assert own.slides
    assert own.side == (28, 28)
    x = torch.from_numpy(photograph[:56, :84].astype(np.float32) / 255).permute(2, 0, 1)[None]
    red = own.model.decode(own.model.encode(x[:, :1]).mean)
    assert torch.allclose(own(x)[:, :1], red.clamp(0, 1), atol=1e-5)
    done, _ = denoise(Picture(photograph), own)
    assert done.pixels.shape == photograph.shape


@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 32, 48)])
def test_a_run_of_convolutions_is_of_the_shape_that_its_card_tells(
    shape: tuple[int, int, int], tmp_path: Path
) -> None:
    """Its weights fit pictures of any side: 28 pixels were tried first."""
    images = torch.randint(256, (24, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = dataset(images, validation=6, test=6)
    run = small_run(("training.epochs", 1), ("training.batch", 12), model=SLIDING)
    own = open_own_run(kept(tmp_path / "run", run, data=data).folder)
    assert own.model.data_shape == shape
    assert own.slides


@pytest.mark.parametrize(
    "card",
    [
        None,
        "no JSON",
        '{"format": 1}',
        '{"format": 1, "name": "a", "preset": "", "data": null}',
        '{"format": 1, "name": "a", "preset": "", "data": {"shape": [784]}}',
        '{"format": 1, "name": "a", "preset": "", "data": {"shape": [1, 0, 28]}}',
        '{"format": 1, "name": "a", "preset": "", "data": {"shape": [1, 64, 64]}}',
    ],
)
def test_where_the_card_tells_no_shape_that_fits_it_is_guessed(card: str | None, tmp_path: Path) -> None:
    folder = _kept(small_run(), tmp_path / "run")
    if card is None:
        (folder / "card.json").unlink()
    else:
        (folder / "card.json").write_text(card, encoding="utf-8")
    assert open_own_run(folder).model.data_shape == (1, 28, 28)


def test_a_run_of_vectors_says_so(tmp_path: Path) -> None:
    vectors = dataset(torch.rand(36, 11), validation=6, test=6)
    run = small_run(("training.epochs", 1), ("training.batch", 12))
    folder = kept(tmp_path / "run", run, data=vectors).folder
    with pytest.raises(UserError, match=r"cannot be opened \(it was trained on vectors\); give another run"):
        open_own_run(folder)


def test_a_run_of_one_size_works_on_patches(tmp_path: Path, photograph: np.ndarray) -> None:
    own = open_own_run(_kept(small_run(), tmp_path / "run"))
    assert not own.slides
    done, _ = denoise(Picture(photograph[..., :1]), own)
    assert done.pixels.shape == (*photograph.shape[:2], 1)


def test_patches_are_put_back_where_they_were(photograph: np.ndarray) -> None:
    """A net that returns what it is given: the picture must come back."""
    model = build(small_run().model, (1, 28, 28))
    own = OwnRun(model, False, Path())
    object.__setattr__(own, "_whole", lambda x: x)
    done, _ = denoise(Picture(photograph), own, precision="float32")
    assert psnr(done.pixels, photograph, 255) > 55


def test_a_run_whose_weights_do_not_fit_is_a_sentence(tmp_path: Path) -> None:
    folder = _kept(small_run(), tmp_path / "run")
    spec = folder / "spec.toml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("units = 32", "units = 33"), encoding="utf-8")
    with pytest.raises(UserError, match="cannot be opened"):
        open_own_run(folder)


def test_a_model_that_ships_for_something_else_is_no_cleaner() -> None:
    with pytest.raises(UserError, match="photo-codec: cleans no pictures; use one of photo-denoiser"):
        find_cleaner("photo-codec")
