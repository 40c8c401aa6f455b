"""``aestudio presets``: what can be trained."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from aestudio.library.presets import find_spec, load_preset, preset_names, recipe_names
from aestudio.pictures.recipe_files import find_recipe
from aestudio.spec.toml import dump_spec, to_plain

if TYPE_CHECKING:
    from aestudio.pictures.recipe import Recipe
    from aestudio.spec.run import Lesson


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("presets", help="list the presets, or print one as TOML to start from")
    parser.add_argument("name", nargs="?", help="print this preset as TOML")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the list, or one preset."""
    if options.name:
        spec = find_recipe(options.name) or find_spec(options.name)
        sys.stdout.write(json.dumps(to_plain(spec), indent=2) + "\n" if options.json else dump_spec(spec))
        return 0
    lessons = {name: load_preset(name).lesson for name in preset_names()}
    recipes = {name: find_recipe(name) for name in recipe_names()}
    if options.json:
        sys.stdout.write(json.dumps(_told(lessons, recipes), indent=2) + "\n")
        return 0
    titles = {name: lesson.title for name, lesson in lessons.items()}
    titles |= {name: f"{recipe.label}, for pictures" for name, recipe in recipes.items() if recipe}
    width = max(map(len, titles))
    for name, title in titles.items():
        sys.stdout.write(f"{name:{width}}  {title}\n")
    return 0


def _told(lessons: dict[str, Lesson], recipes: dict[str, Recipe | None]) -> dict[str, Any]:
    told = {name: to_plain(lesson) for name, lesson in lessons.items()}
    summaries = {name: recipe.summary() for name, recipe in recipes.items() if recipe}
    return told | {name: {"title": summary, "recipe": True} for name, summary in summaries.items()}
