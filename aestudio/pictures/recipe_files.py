"""Recipes as files: the presets that begin with ``kind``, and what a person wrote like them."""

from __future__ import annotations

from pathlib import Path

from aestudio.data.resources import resource
from aestudio.library.presets import recipe_names
from aestudio.pictures.recipe import RECIPES, Recipe
from aestudio.spec.toml import load_plain, read_spec


def find_recipe(name_or_path: str) -> Recipe | None:
    """The recipe by name or of a TOML file, or None where that names something else, as a run.

    Raises
    ------
    UserError
        the file cannot be read.
    SpecError
        it says something that a recipe cannot be.
    """
    path = Path(name_or_path)
    if name_or_path in recipe_names():
        path = resource("presets", f"{name_or_path}.toml")
    if path.suffix != ".toml" or not path.is_file():
        return None
    plain = load_plain(path)
    if "kind" not in plain:
        return None
    return read_spec(RECIPES.get(plain.pop("kind"), where=str(path)), plain, path)
