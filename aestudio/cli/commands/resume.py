"""``aestudio resume``: a run goes on where it was ended, or killed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.cli.running import add_machine_options, figures_of, report, train_all
from aestudio.library.lane import Lane
from aestudio.library.workspace import Workspace, default_workspace
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("resume", help="go on with a run that was ended or killed, to its end")
    parser.add_argument("run", metavar="RUN", help="its folder, or its name in the workspace")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where runs are looked for by name")
    parser.add_argument(
        "--epochs", type=int, metavar="N", help="train to so many epochs instead, however long"
    )
    add_machine_options(parser)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object, last")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Train to the end, and report as ``train`` does; a run that is at its end tells its figures."""
    from aestudio.library.kept import open_run

    kept = open_run(Workspace(options.workspace or default_workspace()).find(options.run))
    spec = kept.run
    if options.epochs is not None:
        spec = with_value(with_value(spec, "training.epochs", options.epochs), "training.seconds", 0.0)
    if kept.measured and kept.card.stage == "done" and spec == kept.run:
        sys.stderr.write("aestudio: this run is at its end; --epochs N trains it on\n")
        figures = {**kept.measured.metrics, "out": str(kept.folder), **kept.measured.details}
        report({**figures, "protocol": kept.measured.protocol}, as_json=options.json)
        return 0
    if spec.training.epochs < kept.card.epochs_done:
        done = kept.card.epochs_done
        raise UserError(f"{kept.folder.name} has {done} epochs behind it; give --epochs {done + 1} or more")
    # Sums come out the same, bit for bit, only with as many threads as before.
    options.threads = options.threads or kept.card.threads

    def fitted(lanes: Sequence[Lane], data: Dataset) -> Sequence[Lane]:
        from aestudio.evaluation.lane import resumed_lane

        return [resumed_lane(kept, data, spec)]

    lane = Lane(spec, kept.id)
    outcome = train_all([lane], spec.data, options, fitted)
    report(figures_of(outcome, lane), as_json=options.json)
    return outcome.end()
