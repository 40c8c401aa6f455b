"""``aestudio train photo-denoiser`` and its like: nets for pictures, from a folder to weights with a card."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio import __version__
from aestudio.cli.interruption import Interruption
from aestudio.cli.progress import Progress
from aestudio.pictures.recipe import Recipe
from aestudio.spec.edit import with_text, with_value
from aestudio.spec.faults import SpecError
from aestudio.spec.toml import to_plain
from aestudio.spec.words import time_text

if TYPE_CHECKING:
    from torch import Tensor

    from aestudio.pictures.learning import Ended, LearningEvent
    from aestudio.pictures.photographs import Photographs


def learn_recipe(recipe: Recipe, options: argparse.Namespace) -> int:
    """Train, from the checkpoint in ``--out`` where there is one; 130 if interrupted."""
    recipe = _changed(recipe, options)
    folder = options.out or Path(recipe.kind)
    from aestudio.training.device import choose_device, use_threads

    use_threads(options.threads)
    with Progress() as progress:
        photographs = recipe.open(Path(options.data).expanduser(), progress.share)
        for skipped in photographs.skipped:
            progress.line(f"left out: {skipped}", always=True)
        from aestudio.pictures.learning import Ended, learn

        device = choose_device(options.device)
        start = _weights(options.start, folder) if options.start else None
        with Interruption() as interruption:  # until then there is nothing to keep
            ask = interruption.wanted
            for event in learn(recipe, photographs, folder=folder, ask=ask, device=device, start=start):
                _tell(event, recipe, progress)
                if isinstance(event, Ended):
                    card = _card(event, recipe, photographs, options.start)
                    file = recipe.file(event.weights, photographs, progress.share)
                    _keep(file, card, folder / recipe.kind)
                    _report(event, folder, as_json=options.json)
    return 130 if interruption.asked else 0


def _weights(name_or_path: str, folder: Path) -> dict[str, Tensor] | None:
    """What to begin with; nothing where a checkpoint is there to go on from."""
    from aestudio.pictures.checkpoint import CHECKPOINT
    from aestudio.pictures.shipped import find_model

    return None if (folder / CHECKPOINT).exists() else find_model(name_or_path).net.state_dict()


def _changed(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    if not options.data:
        raise SpecError("--data", f"{recipe.kind} has no data of its own", "give a folder of pictures")
    if options.epochs is not None:
        minutes = f"use --set minutes={recipe.minutes:g}"
        raise SpecError("--epochs", f"{recipe.kind} trains for minutes", minutes)
    if options.workspace:
        raise SpecError("--workspace", f"is for runs, which {recipe.kind} is not", "give a folder with --out")
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


def _card(event: Ended, recipe: Recipe, photographs: Photographs, start: str | None) -> dict[str, Any]:
    """What the weights are."""
    return {
        "kind": recipe.kind,
        "aestudio": __version__,
        "recipe": to_plain(recipe),
        "hours": round(event.seconds / 3600, 3),
        "steps": event.step,
        "megapixels_seen": round(event.megapixels, 1),
        "pictures": len(photographs.train),
        "megapixels": round(photographs.megapixels, 1),
        "figures": event.figures,
        "start": start,
    }


def _keep(weights: bytes, card: dict[str, Any], place: Path) -> None:
    """The model file, and its card beside it."""
    from aestudio.library.disk import write_whole

    write_whole(place.with_suffix(".safetensors"), weights)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    write_whole(place.with_suffix(".json"), text.encode())


def _report(event: Ended, folder: Path, *, as_json: bool) -> None:
    told: dict[str, Any] = {**event.figures, "steps": event.step, "done": event.done, "out": str(folder)}
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    width = max(map(len, told))
    for name, value in told.items():
        sys.stdout.write(f"{name:{width}}  {f'{value:.5g}' if isinstance(value, float) else value}\n")
