"""``aestudio race``: several variants in lockstep on the same batches, kept as runs to compare."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.running import DONE, INTERRUPTED, add_machine_options, figures_of, report, train_all
from aestudio.library.lane import Lane
from aestudio.library.presets import find_spec
from aestudio.library.workspace import Workspace, default_workspace
from aestudio.spec.edit import with_text
from aestudio.spec.fairness import Budget, made_fair, read_budget
from aestudio.spec.faults import SpecError
from aestudio.spec.run import RunSpec

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset

_LEAST, _MOST = 2, 6


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "race", help="train 2 to 6 variants in lockstep: same data, split, seed and budget"
    )
    parser.add_argument("specs", nargs="+", metavar="PRESET_OR_TOML", help="see 'aestudio presets'")
    parser.add_argument("--data", metavar="SOURCE", help="train on this instead (see 'aestudio data')")
    parser.add_argument("--epochs", type=int, metavar="N", help="the budget in epochs, as --budget epochs=N")
    parser.add_argument(
        "--budget",
        metavar="MEASURE",
        help="epochs=N, seconds=N, or parameters[=N]: widths are scaled to as many weights",
    )
    parser.add_argument(
        "--unfair", action="store_true", help="leave each its own seed and epochs, as its preset says"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="seed of weights, batches and noise, for all")
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="K", help="repeat all with K seeds, for mean and spread"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a value of all of them"
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="keep the runs in this workspace")
    add_machine_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object, last")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Race, report and keep."""
    specs = chosen_specs(options)
    budget = _budget(options)
    workspace = Workspace(options.workspace or default_workspace()).open().folder
    groups = [uuid.uuid4().hex for _ in specs]

    def fitted(lanes: Sequence[Lane], data: Dataset) -> Sequence[Lane]:
        if budget is None:
            return lanes
        fair = made_fair([lane.run for lane in lanes], budget, data.shape)
        return [replace(lane, run=run) for lane, run in zip(lanes, fair, strict=True)]

    figures: list[Any] = []
    code = DONE
    for repeat in range(options.seeds):
        lanes = [
            Lane(_reseeded(spec, repeat), workspace=workspace, group=group)
            for spec, group in zip(specs, groups, strict=True)
        ]
        outcome = train_all(lanes, specs[0].data, options, fitted)
        told = [figures_of(outcome, lane) for lane in lanes]
        figures += [one for one in told if one is not None]
        code = code or outcome.end()
        if outcome.code == INTERRUPTED:
            break
    _report(figures, as_json=options.json)
    return code


def chosen_specs(options: argparse.Namespace) -> list[RunSpec]:
    """The presets or files with everything that the options change. Raises SpecError."""
    if not _LEAST <= len(options.specs) <= _MOST:
        raise SpecError(
            "race", f"takes {_LEAST} to {_MOST} variants, not {len(options.specs)}", "name as many"
        )
    if options.seeds < 1:
        raise SpecError("--seeds", f"{options.seeds} is too few", "use 1 or more")
    changes = list(options.set)
    if options.data is not None:
        changes.append(f"data.source={options.data}")
    if options.seed is not None:
        changes.append(f"training.seed={options.seed}")
    specs = [find_spec(name) for name in options.specs]
    for change in changes:
        specs = [with_text(spec, change) for spec in specs]
    if options.unfair and len({spec.data for spec in specs}) > 1:
        raise SpecError("--unfair", "these variants are for unlike data", "give the data of all with --data")
    return specs


def _budget(options: argparse.Namespace) -> Budget | None:
    if options.unfair and (options.budget or options.epochs is not None):
        raise SpecError("--unfair", "leaves each its own epochs", "give no budget with it")
    if options.unfair:
        return None
    if options.epochs is not None and options.epochs < 1:
        raise SpecError("--epochs", f"{options.epochs} is too few", "use 1 or more")
    if options.budget and options.epochs:
        raise SpecError("--epochs", "is a budget as --budget is", "give one of the two")
    return read_budget(options.budget) if options.budget else Budget("epochs", options.epochs or 0)


def _reseeded(spec: RunSpec, repeat: int) -> RunSpec:
    return replace(spec, training=replace(spec.training, seed=spec.training.seed + repeat))


def _report(figures: list[Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"runs": figures}) + "\n")
        return
    for one in sorted(figures, key=lambda f: f["test_mse"]):
        report(one, as_json=False)
        sys.stdout.write("\n")
