"""``aestudio train``: a preset or a TOML file, from data to figures; the nets for pictures too."""

from __future__ import annotations

import argparse
from pathlib import Path

from aestudio.cli.learning import learn_recipe
from aestudio.cli.running import add_machine_options, figures_of, report, train_all
from aestudio.library.folder import check_free
from aestudio.library.lane import Lane
from aestudio.library.presets import find_spec
from aestudio.library.workspace import Workspace
from aestudio.pictures.recipe_files import find_recipe
from aestudio.spec.edit import with_text, with_value
from aestudio.spec.faults import SpecError
from aestudio.spec.run import RunSpec

_DIRECT = {"data": "data.source", "epochs": "training.epochs", "seed": "training.seed"}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("train", help="train a preset or the run that a TOML file describes")
    parser.add_argument("spec", metavar="PRESET_OR_TOML", help="see 'aestudio presets'")
    parser.add_argument(
        "--data", metavar="SOURCE", help="train on this (see 'aestudio data'), or on this folder"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the training images")
    parser.add_argument("--seed", type=int, metavar="N", help="seed of weights, batches and noise")
    add_machine_options(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change any value, as training.lr=0.001",
    )
    parser.add_argument(
        "--start", metavar="MODEL", help="for nets for pictures: begin with one that ships, or with a file"
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--out", type=Path, metavar="DIR", help="keep the run in this new folder")
    place.add_argument("--workspace", type=Path, metavar="DIR", help="keep it as a new run in this workspace")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object, last")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Train, report and keep; 130 when interrupted, with what was learnt kept."""
    if recipe := find_recipe(options.spec):
        return learn_recipe(recipe, options)
    if options.start:
        raise SpecError("--start", "is for nets for pictures", "resume a run with 'aestudio resume'")
    spec = chosen_spec(options)
    if options.out:
        check_free(options.out)
    if options.workspace:
        Workspace(options.workspace).open()
    lane = Lane(spec, folder=options.out, workspace=options.workspace)
    outcome = train_all([lane], spec.data, options)
    report(figures_of(outcome, lane), as_json=options.json)
    return outcome.end()


def chosen_spec(options: argparse.Namespace) -> RunSpec:
    """The preset or file with everything that the options change."""
    spec = find_spec(options.spec)
    for option, path in _DIRECT.items():
        if (value := getattr(options, option)) is not None:
            spec = with_value(spec, path, value)
    for assignment in options.set:
        spec = with_text(spec, assignment)
    return spec
