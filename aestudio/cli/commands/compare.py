"""``aestudio compare``: kept runs side by side, as a table, as data, or as one HTML file."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.cli.progress import Progress
from aestudio.library.workspace import Workspace, default_workspace
from aestudio.spec.faults import SpecError, UserError

if TYPE_CHECKING:
    from aestudio.evaluation.comparison import Comparison
    from aestudio.library.kept import KeptRun


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("compare", help="compare kept runs with each other and with PCA")
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a folder, or a name in the workspace")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where runs are looked for by name")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--html", type=Path, metavar="FILE", help="write a report that needs no other file")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Open the runs and their data, measure what is missing, and tell."""
    from aestudio.data.door import open_data
    from aestudio.evaluation.comparison import compare, text_of
    from aestudio.library.kept import open_run

    if options.html:
        _refuse_replacing(options.html)
    workspace = Workspace(options.workspace or default_workspace())
    opened = [open_run(workspace.find(name)) for name in options.runs]
    runs = list({kept.id: kept for kept in opened}.values())
    for kept in runs:
        for problem in kept.problems:
            sys.stderr.write(f"aestudio: {kept.folder.name}: {problem}\n")
    _refuse_unlike_data(runs)
    with Progress() as progress:
        data = open_data(runs[0].run.data, progress=progress.share)
        comparison = compare(runs, data, progress=progress.share)
        if options.html:
            from aestudio.report.page import write_report

            write_report(options.html, comparison, runs, data, progress.share)
    if options.html:
        sys.stdout.write(f"{options.html}\n")
    elif options.csv:
        _print_csv(comparison)
        for sentence in comparison.unfair:
            sys.stderr.write(f"aestudio: mind that {sentence}\n")
    elif options.json:
        sys.stdout.write(json.dumps(dataclasses.asdict(comparison)) + "\n")
    else:
        sys.stdout.write(text_of(comparison) + "\n")
    return 0


def _refuse_replacing(path: Path) -> None:
    """Raise SpecError where there is something already that is no report."""
    from aestudio.report.page import is_report

    if path.exists() and not is_report(path):
        raise SpecError("--html", f"{path} is there already, and no report", "give another name")


def _refuse_unlike_data(runs: list[KeptRun]) -> None:
    """Raise UserError where runs were trained on other data than the first."""
    first, *others = runs
    for kept in others:
        one, other = first.card.data, kept.card.data
        if None not in (a := one.get("content_hash"), b := other.get("content_hash")) and a != b:
            names = [f"{run.folder.name} on {run.card.data.get('name')}" for run in (first, kept)]
            raise UserError(f"{' and '.join(names)}: these are unlike data; compare runs of the same data")


def _print_csv(comparison: Comparison) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    spreads = [c for c in comparison.columns if any(c in row.spread for row in comparison.rows)]
    rows.writerow(["name", *comparison.columns, *(f"{c}_spread" for c in spreads), "difference"])
    for row in comparison.rows:
        figures = [row.figures.get(c) for c in comparison.columns]
        rows.writerow([row.name, *figures, *(row.spread.get(c) for c in spreads), row.difference])
