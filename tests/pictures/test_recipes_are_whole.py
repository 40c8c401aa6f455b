"""Every recipe tells what it is, comes back from its file, and trains every weight."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tomli_w
import torch

from aestudio.library.presets import recipe_names
from aestudio.pictures.photographs import Photographs
from aestudio.pictures.recipe import RECIPES, Recipe
from aestudio.pictures.recipe_files import find_recipe
from aestudio.spec.edit import with_text
from aestudio.spec.faults import SpecError
from aestudio.spec.knobs import fields_of
from aestudio.spec.toml import to_plain
from tests.pictures.conftest import SMALL

CLEANERS = ("photo-denoiser", "scan-cleaner")


@pytest.mark.parametrize("cls", list(RECIPES), ids=lambda cls: cls.kind)
def test_a_recipe_tells_what_it_is(cls: type[Recipe]) -> None:
    assert cls.label
    assert len(cls.summary()) > 20
    for f in fields_of(cls):
        assert f.knob.help, f"{f.name} has no help"
        assert f.choices or f.type in (bool, str) or None not in (f.knob.low, f.knob.high), f.name


@pytest.mark.parametrize("cls", list(RECIPES), ids=lambda cls: cls.kind)
def test_a_recipe_comes_back_from_its_file(cls: type[Recipe], tmp_path: Path) -> None:
    recipe = with_text(cls(), "minutes=7")
    file = tmp_path / "mine.toml"
    file.write_text(tomli_w.dumps(to_plain(recipe)), encoding="utf-8")
    assert find_recipe(str(file)) == recipe


def test_the_recipes_that_ship_are_found_by_name() -> None:
    assert set(CLEANERS) <= set(recipe_names())
    for name in recipe_names():
        recipe = find_recipe(name)
        assert recipe is not None
        assert recipe.kind == name
    assert find_recipe("linear") is None, "that is a run"


def test_a_wrong_value_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('kind = "photo-denoiser"\nbatch = 0\n', encoding="utf-8")
    with pytest.raises(SpecError, match=r"mine.toml: batch: 0 is out of range"):
        find_recipe(str(file))


@pytest.mark.parametrize("kind", CLEANERS)
def test_the_loss_reaches_every_weight(kind: str, photographs: Photographs) -> None:
    recipe = RECIPES.make(kind, **SMALL)
    torch.manual_seed(3)
    net = recipe.build()
    crops = photographs.crops(8, 32, np.random.default_rng(0))
    x = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
    terms = recipe.loss(net, x, torch.Generator().manual_seed(0))
    sum(terms.values(), torch.zeros(())).backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("kind", CLEANERS)
def test_the_loss_is_computed_where_the_net_is(kind: str) -> None:
    """The meta device is one that every machine has besides the CPU, where crops and generator stay."""
    recipe = RECIPES.make(kind, **SMALL)
    net, crops = recipe.build().to("meta"), torch.rand(2, 3, 32, 32)
    terms = recipe.loss(net, crops, torch.Generator().manual_seed(0))
    assert {term.device.type for term in terms.values()} == {"meta"}


def test_a_net_with_more_blocks_begins_where_a_smaller_one_ended() -> None:
    torch.manual_seed(1)
    small, large = (RECIPES.make("photo-denoiser", **{**SMALL, "fine": n, "depth": n}) for n in (1, 3))
    trained, grown = small.build(), large.build()
    large.begin(grown, trained.state_dict())
    x = torch.rand(1, 3, 32, 32)
    torch.testing.assert_close(grown(x), trained(x))
    with pytest.raises(RuntimeError, match="others"):
        small.begin(trained, grown.state_dict())


@pytest.mark.parametrize("kind", CLEANERS)
def test_the_loss_falls(kind: str, photographs: Photographs) -> None:
    recipe = RECIPES.make(kind, **SMALL)
    torch.manual_seed(0)
    net = recipe.build()
    optimiser = recipe.optimiser(net)
    crops = photographs.crops(8, 32, np.random.default_rng(0))
    x = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
    losses = []
    for _ in range(25):
        terms = recipe.loss(net, x, torch.Generator().manual_seed(0))
        loss = sum(terms.values(), torch.zeros(()))
        losses.append(float(loss.detach()))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert losses[-1] < 0.8 * losses[0]
