"""What lies in a run's folder, and how each file of it is written and read."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import json
import math
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from aestudio.library.card import Card
from aestudio.library.curves import CURVES
from aestudio.library.disk import (
    PART,
    file_hash,
    read_tensors,
    telling,
    write_json,
    write_tensors,
    write_text,
)
from aestudio.spec.faults import UserError
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import dump_spec
from aestudio.training.events import EpochEnded, Measured, State

SPEC, BEST, LAST, HISTORY, METRICS = (
    "spec.toml",
    "best.safetensors",
    "last.safetensors",
    "history.csv",
    "metrics.json",
)
STATE, THUMBNAIL, SEAL = "state.safetensors", "thumbnail.png", "hashes.json"
SEALED = (SPEC, BEST, LAST, STATE, CURVES, HISTORY, METRICS, THUMBNAIL)
"""The files whose hashes are kept while nobody writes; the card is left out, so that notes can be added."""

_VALIDATION = "validation "


def make_folder(folder: Path, run: RunSpec, card: Card) -> None:
    """Begin a run in a new folder, which appears whole, with spec and card in it.

    Raises
    ------
    UserError
        the folder is there already and not empty, or cannot be written.
    """
    check_free(folder)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".aestudio-", suffix=PART))
    with telling(folder):
        try:
            write_text(part / SPEC, dump_spec(run))
            card.write(part)
            part.chmod(0o755)  # mkdtemp keeps others out; a run is to be shared
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
        finally:
            remove_tree(part)


def write_spec(folder: Path, run: RunSpec) -> None:
    """Put another spec into the folder: the run goes on for longer."""
    with telling(folder):
        write_text(folder / SPEC, dump_spec(run))


def remove_tree(folder: Path) -> None:
    """Delete a folder of ours that nobody will miss: one never finished, or emptied from the bin."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def check_free(folder: Path) -> None:
    """Raise UserError where no run could begin in ``folder``; asked before training, not after it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder}: is there already; give a new folder for the run")
    with telling(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".aestudio-"):
            pass


# ------------------------------------------------------------------------------------------------ state


def write_state(folder: Path, state: State) -> None:
    """Put what resuming needs into the folder: one file, the old or the new, never a mixture."""
    plain = dataclasses.asdict(dataclasses.replace(state, arrays={}))
    del plain["arrays"]
    plain["smallest"] = state.smallest if math.isfinite(state.smallest) else None
    write_tensors(folder / STATE, state.arrays, {"state": json.dumps(plain)})


def read_state(folder: Path) -> State:
    """What resuming needs.

    Raises
    ------
    UserError
        nothing was kept yet, or the file is damaged.
    """
    if not (folder / STATE).exists():
        raise UserError(f"{folder}: was ended before its first state was kept; train it anew from its {SPEC}")
    arrays, facts = read_tensors(folder / STATE)
    try:
        plain = json.loads(facts["state"])
        smallest = math.inf if plain["smallest"] is None else plain["smallest"]
        return State(arrays, **{**plain, "smallest": smallest})
    except (KeyError, ValueError, TypeError) as error:
        raise UserError(f"{folder / STATE}: holds no state of a run; restore it from a copy") from error


def write_weights(
    folder: Path, best: Mapping[str, NDArray[Any]], last: Mapping[str, NDArray[Any]], **facts: int
) -> None:
    """Put the weights into the folder that did best on the validation images, and the last ones."""
    told = {name: str(value) for name, value in facts.items()}
    write_tensors(folder / BEST, best, told)
    write_tensors(folder / LAST, last, told)


# ---------------------------------------------------------------------------------------------- history


def write_history(folder: Path, epochs: Iterable[EpochEnded]) -> None:
    """A row an epoch, as CSV."""
    ended = list(epochs)
    terms = list(ended[0].validation_terms) if ended else []
    out = io.StringIO()
    rows = csv.writer(out)
    head = ("epoch", "step", "seconds", "train_mse", "validation_mse", "best")
    rows.writerow([*head, *(_VALIDATION + name for name in terms)])
    for e in ended:
        values = (e.validation_terms[name] for name in terms)
        rows.writerow(
            [e.epoch, e.step, f"{e.seconds:.2f}", e.train_mse, e.validation_mse, int(e.best), *values]
        )
    write_text(folder / HISTORY, out.getvalue())


def read_history(folder: Path, run_id: str) -> tuple[EpochEnded, ...]:
    """The epochs of a run. Raises UserError where the file is damaged; without one there are none."""
    path = folder / HISTORY
    if not path.exists():
        return ()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return tuple(_epoch(row, run_id) for row in csv.DictReader(file))
    except (OSError, ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: is no history of a run ({error}); restore it from a copy") from error


def _epoch(row: dict[str, str], run_id: str) -> EpochEnded:
    terms = {n.removeprefix(_VALIDATION): float(v) for n, v in row.items() if n.startswith(_VALIDATION)}
    return EpochEnded(
        run_id,
        epoch=int(row["epoch"]),
        step=int(row["step"]),
        train_mse=float(row["train_mse"]),
        validation_mse=float(row["validation_mse"]),
        validation_terms=terms,
        best=row["best"] == "1",
        seconds=float(row["seconds"]),
    )


# ---------------------------------------------------------------------------------------------- figures


def write_metrics(folder: Path, measured: Measured) -> None:
    """The figures with what is behind them, and how they were taken."""
    told = {"metrics": measured.metrics, "details": measured.details, "protocol": measured.protocol}
    write_json(folder / METRICS, told)


def read_metrics(folder: Path, run_id: str) -> Measured | None:
    """The figures of a run, None before it was measured. Raises UserError where the file is damaged."""
    path = folder / METRICS
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        details = {name: tuple(values) for name, values in plain["details"].items()}
        return Measured(run_id, metrics=plain["metrics"], details=details, protocol=plain["protocol"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: holds no figures of a run ({error}); restore it from a copy") from error


# ------------------------------------------------------------------------------------------------- seal


def seal(folder: Path) -> None:
    """Note the hash of each file, so that one which is altered later is found and named."""
    write_json(folder / SEAL, {name: file_hash(folder / name) for name in SEALED if (folder / name).exists()})


def unseal(folder: Path) -> None:
    """Somebody is about to write."""
    (folder / SEAL).unlink(missing_ok=True)


def broken_seals(folder: Path) -> tuple[str, ...]:
    """A sentence for each file that is missing or not as it was when the run came to rest."""
    try:
        hashes: dict[str, str] = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        pairs = [(name, kept) for name, kept in hashes.items() if name in SEALED]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, AttributeError):
        return (f"{folder / SEAL}: cannot be read; whether files were altered is not known",)
    return tuple(sentence for name, kept in pairs if (sentence := _broken(folder / name, kept)))


def noted_hash(folder: Path, name: str) -> str:
    """A file's hash as it was noted when the run came to rest, else worked out now. Raises OSError."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((folder / SEAL).read_text(encoding="utf-8"))[name])
    return file_hash(folder / name)


def _broken(path: Path, kept: str) -> str:
    try:
        return "" if file_hash(path) == kept else f"{path.name} was altered since the run ended"
    except FileNotFoundError:
        return f"{path.name} is missing"
    except OSError as error:
        return f"{path.name} cannot be read ({(error.strerror or str(error)).lower()})"


def clear_parts(folder: Path) -> None:
    """Drop files that a killed program left half-written."""
    for path in (*folder.glob(f".*{PART}"), *folder.glob(f"*/.*{PART}")):
        path.unlink(missing_ok=True)
