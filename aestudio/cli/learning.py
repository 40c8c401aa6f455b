"""``aestudio train photo-denoiser`` and its like: nets for pictures, from a folder to weights with a card."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio import __version__
from aestudio.cli.interruption import Interruption
from aestudio.cli.progress import Progress, time_text
from aestudio.pictures.recipe import Recipe
from aestudio.spec.edit import with_text, with_value
from aestudio.spec.faults import UserError
from aestudio.spec.toml import to_plain

if TYPE_CHECKING:
    from aestudio.pictures.learning import Ended, LearningEvent
    from aestudio.pictures.photographs import Photographs


def learn_recipe(recipe: Recipe, options: argparse.Namespace) -> int:
    """Train, from the checkpoint in ``--out`` where there is one; 130 if interrupted."""
    recipe = _changed(recipe, options)
    folder = options.out or Path(recipe.kind)
    from aestudio.training.device import choose_device, use_threads

    use_threads(options.threads)
    with Progress() as progress, Interruption() as interruption:
        photographs = recipe.open(Path(options.data).expanduser(), progress.share)
        for skipped in photographs.skipped:
            progress.line(f"left out: {skipped}", always=True)
        from aestudio.pictures.learning import Ended, learn

        device, ask = choose_device(options.device), interruption.wanted
        for event in learn(recipe, photographs, folder=folder, ask=ask, device=device):
            _tell(event, recipe, progress)
            if isinstance(event, Ended):
                _keep(event, recipe, photographs, folder, progress)
                _report(event, folder, as_json=options.json)
    return 130 if interruption.asked else 0


def _changed(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    if not options.data:
        raise UserError(f"{recipe.kind} has no data of its own; give a folder with --data")
    if options.epochs is not None:
        raise UserError(f"{recipe.kind} trains for minutes, not epochs; use --set minutes={recipe.minutes:g}")
    if options.seed is not None:
        recipe = with_value(recipe, "seed", options.seed)
    for assignment in options.set:
        recipe = with_text(recipe, assignment)
    return recipe


def _tell(event: LearningEvent, recipe: Recipe, progress: Progress) -> None:
    from aestudio.pictures.learning import Begun, Learnt, Validated

    if isinstance(event, Begun):
        gone = f", {time_text(event.seconds)} done before" if event.seconds > 1 else ""
        text = f"{event.parameters:,} parameters on {event.device} in {event.precision}{gone}"
        progress.line(text, always=True)
    elif isinstance(event, Learnt):
        terms = ", ".join(f"{name} {value:.4g}" for name, value in event.terms.items())
        left = time_text(max(60 * recipe.minutes - event.seconds, 0))
        progress.line(f"step {event.step:,}, {event.megapixels:,.0f} megapixels, {terms}, {left} left")
    elif isinstance(event, Validated):
        progress.line(_figures(event.figures), always=True)


def _figures(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in figures.items())


def _keep(event: Ended, recipe: Recipe, photographs: Photographs, folder: Path, progress: Progress) -> None:
    """The averaged weights with a card of what they are beside them."""
    from aestudio.pictures.checkpoint import write_whole

    card = {
        "kind": recipe.kind,
        "aestudio": __version__,
        "recipe": to_plain(recipe),
        "hours": round(event.seconds / 3600, 3),
        "steps": event.step,
        "megapixels_seen": round(event.megapixels, 1),
        "pictures": len(photographs.train),
        "megapixels": round(photographs.megapixels, 1),
        "figures": event.figures,
    }
    file = recipe.file(event.weights, photographs, progress.share)
    write_whole(folder / f"{recipe.kind}.safetensors", file)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / f"{recipe.kind}.json", text.encode())


def _report(event: Ended, folder: Path, *, as_json: bool) -> None:
    told: dict[str, Any] = {**event.figures, "steps": event.step, "done": event.done, "out": str(folder)}
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    width = max(map(len, told))
    for name, value in told.items():
        sys.stdout.write(f"{name:{width}}  {f'{value:.5g}' if isinstance(value, float) else value}\n")
