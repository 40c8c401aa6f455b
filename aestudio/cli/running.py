"""What the commands that train have in common: Ctrl+C, progress on stderr, the figures at the end."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.interruption import Interruption
from aestudio.cli.progress import Progress
from aestudio.library.folder import BEST
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec
from aestudio.spec.words import time_text

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.library.lane import Lane
    from aestudio.training.events import Event, Measured, Started

DONE, FAILED, INTERRUPTED = 0, 1, 130


def add_machine_options(parser: argparse.ArgumentParser) -> None:
    """Where a command trains."""
    parser.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:1 or mps")
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="threads on the CPU; 0 takes every core"
    )


@dataclass
class Outcome:
    """How it went: where the lanes are kept, their figures, and the exit code or error."""

    folders: dict[str, Path] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    code: int = 0
    error: UserError | None = None

    def end(self) -> int:
        """The exit code, once the figures are told. Raises the UserError that ended it."""
        if self.error:
            raise self.error
        return self.code


def train_all(
    lanes: Sequence[Lane],
    source: DataSpec,
    options: argparse.Namespace,
    fitted: Callable[[Sequence[Lane], Dataset], Sequence[Lane]] = lambda lanes, data: lanes,
) -> Outcome:
    """Open the data, train every lane, and tell on stderr how it goes.

    ``fitted`` may change the lanes, or refuse, once the data are there. Ctrl+C ends all lanes, with what
    they learnt kept; pressed twice, it breaks off.
    """
    from aestudio.data.door import open_data
    from aestudio.evaluation.race import race
    from aestudio.training.device import choose_device, use_threads
    from aestudio.training.events import Kept, LaneFailed, Measured, NotKept

    outcome = Outcome()
    with Progress() as progress:
        use_threads(options.threads)
        device = choose_device(options.device)
        data = open_data(source, progress=progress.share)
        with Interruption() as interruption:  # until then there is nothing to keep
            lanes = fitted(lanes, data)
            teller = _Teller(progress, len(lanes))
            asks = [interruption.wanted] * len(lanes)
            try:
                for event in race(lanes, data, device=device, asks=asks):
                    teller.tell(event)
                    if isinstance(event, Measured):
                        outcome.measured[event.run_id] = event
                    elif isinstance(event, Kept):
                        outcome.folders[event.run_id] = event.folder
                    elif isinstance(event, NotKept | LaneFailed):
                        progress.line(f"aestudio: {event.sentence}", always=True)
                    if isinstance(event, LaneFailed):
                        outcome.code = FAILED
            except UserError as error:
                outcome.error = error  # a full disk does not keep the figures back
    if interruption.asked:
        outcome.code = INTERRUPTED
    return outcome


class _Teller:
    """Says on stderr how the training goes."""

    def __init__(self, progress: Progress, lanes: int) -> None:
        self._progress, self._lanes = progress, lanes
        self._started: dict[str, Started] = {}
        self._validation: dict[str, float] = {}

    def tell(self, event: Event) -> None:
        from aestudio.training.events import EpochEnded, Snapshot, Started

        if isinstance(event, Started):
            self._started[event.run_id] = event
            text = f"{event.parameters:,} parameters on {event.device} in {event.precision}"
            self._progress.line(text, always=True)
        elif isinstance(event, EpochEnded):
            self._validation[event.run_id] = event.validation_mse
        elif isinstance(event, Snapshot) and event.run_id in self._started:
            started = self._started[event.run_id]
            time = (started.limit or math.inf) - event.seconds
            left = (started.steps - event.step) * event.seconds / max(event.step, 1)
            words = [
                f"epoch {event.epoch:.1f}{f' of {started.epochs}' if left <= time else ''}",
                f"{event.images_per_second:,.0f} images/s",
                *(f"validation MSE {mse:.5f}" for mse in self._validation.values()),
                f"{time_text(max(0.0, min(left, time)) * self._lanes)} left",
            ]
            self._progress.line(", ".join(words))


def figures_of(outcome: Outcome, lane: Lane) -> Mapping[str, Any] | None:
    """A lane's figures as ``--json`` prints them, None where it came to none."""
    measured = outcome.measured.get(lane.run_id)
    if measured is None:
        return None
    folder = outcome.folders.get(lane.run_id)
    out = str(folder) if folder and (folder / BEST).exists() else None
    return {**measured.metrics, "out": out, **measured.details, "protocol": measured.protocol}


def report(figures: Mapping[str, Any] | None, *, as_json: bool) -> None:
    """Print figures on stdout; nothing where there are none."""
    if figures is None:
        return
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    rows = {
        n: v
        for n, v in figures.items()
        if v is not None and not isinstance(v, (tuple, list)) and n != "protocol"
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        shown = f"{value:.5g}" if isinstance(value, float) else value
        sys.stdout.write(f"{name:{width}}  {shown}\n")
