"""A run as a folder of open files: spec.toml, best and last weights, history.csv and metrics.json."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import save_file

from aestudio import __version__
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import dump_spec
from aestudio.training.events import EpochEnded, Event, Finished, Measured

SPEC, BEST, LAST, HISTORY, METRICS = (
    "spec.toml",
    "best.safetensors",
    "last.safetensors",
    "history.csv",
    "metrics.json",
)


@dataclass
class Record:
    """What of a run's events is kept; feed it every event with :meth:`note`."""

    epochs: list[EpochEnded] = field(default_factory=list)
    finished: Finished | None = None
    measured: Measured | None = None

    def note(self, event: Event) -> None:
        """Keep the event if it belongs on disk."""
        if isinstance(event, EpochEnded):
            self.epochs.append(event)
        elif isinstance(event, Finished):
            self.finished = event
        elif isinstance(event, Measured):
            self.measured = event


def check_free(folder: Path) -> None:
    """Raise UserError where no run could be saved as ``folder``; asked before training, not after it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder}: is there already; give a new folder for the run")
    with _telling(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".aestudio-"):
            pass


def save_run(folder: Path, run: RunSpec, record: Record) -> None:
    """Write the run as ``folder``: to a temporary name first, so that no half-written run is ever seen.

    Raises
    ------
    UserError
        the disk is full or read-only, or the folder is there already.
    """
    check_free(folder)
    if record.finished is None:
        raise UserError("there is nothing to save yet; train first")
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".aestudio-"))
    try:
        with _telling(folder):
            _write(part, run, record, record.finished)
            part.chmod(0o755)  # mkdtemp keeps others out; a run is to be shared
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(part: Path, run: RunSpec, record: Record, end: Finished) -> None:
    (part / SPEC).write_text(dump_spec(run), encoding="utf-8")
    note = {"aestudio": __version__}
    save_file(dict(end.best), part / BEST, {**note, "epoch": str(end.best_epoch)})
    save_file(dict(end.last), part / LAST, {**note, "step": str(end.step)})
    _write_history(part / HISTORY, record.epochs)
    figures = record.measured
    told = (
        {"metrics": figures.metrics, "details": figures.details, "protocol": figures.protocol}
        if figures
        else {}
    )
    (part / METRICS).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_history(path: Path, epochs: list[EpochEnded]) -> None:
    terms = list(epochs[0].validation_terms) if epochs else []
    header = [
        "epoch",
        "step",
        "seconds",
        "train_mse",
        "validation_mse",
        *(f"validation {name}" for name in terms),
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(header)
        for e in epochs:
            values = [e.validation_terms[name] for name in terms]
            rows.writerow([e.epoch, e.step, f"{e.seconds:.2f}", e.train_mse, e.validation_mse, *values])


@contextlib.contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """The system's errors as one sentence."""
    try:
        yield
    except (OSError, SafetensorError) as error:  # safetensors wraps the system's error in its own
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UserError(
            f"{folder}: cannot be written ({reason}); choose a folder with room that is yours"
        ) from error
