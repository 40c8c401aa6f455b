"""``aestudio train``: a preset or a TOML file, from data to figures; the nets for pictures too."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.cli.interruption import Interruption
from aestudio.cli.learning import learn_recipe
from aestudio.cli.progress import Progress, time_text
from aestudio.library.presets import find_spec
from aestudio.pictures.recipe_files import find_recipe
from aestudio.spec.edit import with_text, with_value
from aestudio.spec.run import RunSpec

if TYPE_CHECKING:
    from aestudio.library.runs import Record
    from aestudio.training.events import Event, Started

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
    parser.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:1 or mps")
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="threads on the CPU; 0 takes every core"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change any value, as training.lr=0.001",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the run in this new folder")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object, last")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Train, report and keep; 130 when interrupted, with what was learnt kept."""
    if recipe := find_recipe(options.spec):
        return learn_recipe(recipe, options)
    spec = chosen_spec(options)
    from aestudio.library.runs import Record, check_free, save_run

    if options.out:
        check_free(options.out)
    record, kept = Record(), None
    try:
        with Progress() as progress, Interruption() as interruption:
            for event in _events(spec, options, interruption, progress):
                record.note(event)
    finally:
        # A run that fails late keeps what did best before, and a full disk does not keep the figures back.
        try:
            if options.out and record.finished:
                save_run(options.out, spec, record)
                kept = options.out
        finally:
            _report(record, kept, as_json=options.json)
    return 130 if interruption.asked else 0


def chosen_spec(options: argparse.Namespace) -> RunSpec:
    """The preset or file with everything that the options change."""
    spec = find_spec(options.spec)
    for option, path in _DIRECT.items():
        if (value := getattr(options, option)) is not None:
            spec = with_value(spec, path, value)
    for assignment in options.set:
        spec = with_text(spec, assignment)
    return spec


def _events(
    spec: RunSpec, options: argparse.Namespace, interruption: Interruption, progress: Progress
) -> Iterator[Event]:
    from aestudio.data.door import open_data
    from aestudio.evaluation.experiment import experiment
    from aestudio.training.device import choose_device, use_threads

    use_threads(options.threads)
    device = choose_device(options.device)
    data = open_data(spec.data, progress=progress.share)
    told = _Teller(progress)
    for event in experiment(spec, data, device=device, ask=interruption.wanted, run_id=uuid.uuid4().hex):
        told.tell(event)
        yield event


class _Teller:
    """Says on stderr how the training goes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started: Started | None = None
        self._epoch = ""

    def tell(self, event: Event) -> None:
        from aestudio.training.events import EpochEnded, Snapshot, Started

        if isinstance(event, Started):
            self._started = event
            text = f"{event.parameters:,} parameters on {event.device} in {event.precision}"
            self._progress.line(text, always=True)
        elif isinstance(event, EpochEnded):
            self._epoch = f", validation MSE {event.validation_mse:.5f}"
        elif isinstance(event, Snapshot) and self._started:
            left = self._started.steps - event.step
            each = event.seconds / max(event.step, 1)
            text = (
                f"epoch {event.epoch:.1f} of {self._started.epochs}, {event.images_per_second:,.0f} images/s"
            )
            self._progress.line(f"{text}{self._epoch}, {time_text(left * each)} left")


def _report(record: Record, out: Path | None, *, as_json: bool) -> None:
    if record.measured is None:
        return
    figures = {**record.measured.metrics, "out": str(out) if out else None}
    if as_json:
        told = {**figures, **record.measured.details, "protocol": record.measured.protocol}
        sys.stdout.write(json.dumps(told) + "\n")
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        if value is not None:
            shown = f"{value:.5g}" if isinstance(value, float) else value
            sys.stdout.write(f"{name:{width}}  {shown}\n")
