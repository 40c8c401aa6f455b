"""Kills a training process at random moments, saves included, and shows that nothing is lost.

    python tests/benchmarks/kills.py [--kills N] [--seed N] [--json]

A run is trained by the program's own command and killed by SIGKILL. The next process resumes it and is
killed in turn, until the run ends and another begins. Half of the kills come at a random moment, the rest
as soon as a file is half-written. After each the workspace is opened and every file in it read. Each run
that ends must have the weights of one never killed, bit for bit. With ``--json`` the last line is one
object: ``kills``, ``opened``, ``most_seconds_lost`` (from the last state on disk to the kill, where it
trained) and ``bit_exact``.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.library.disk import PART, read_tensors  # noqa: E402  # the path above comes first
from aestudio.library.folder import BEST, LAST, METRICS, STATE, THUMBNAIL  # noqa: E402
from aestudio.library.kept import open_run  # noqa: E402
from aestudio.library.lock import HOLDER  # noqa: E402
from aestudio.library.workspace import Workspace  # noqa: E402

SETTINGS = ["--epochs", "12", "--set", "data.train_limit=12000", "--threads", "1", "--device", "cpu"]
PRESET = "denoising-gaussian"
LONGEST = 14.0  # seconds until a kill: a whole run takes about as long
PROGRAM = [sys.executable, "-m", "aestudio"]


class Killed:
    """One process of the program, killed at a moment."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._folder = folder
        self._began_to_train: float | None = None
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([*PROGRAM, *command], cwd=ROOT, stdout=quiet, stderr=quiet)

    def kill_after(self, seconds: float) -> float:
        """Kill at that moment, or let it end before; the seconds of training that were lost."""
        return self._kill_when(lambda: False, seconds)

    def kill_while_writing(self, after: float, at_most: float) -> float:
        """Kill as soon as a file is half-written, ``after`` so many seconds at the earliest."""
        begun = time.monotonic()

        def writing() -> bool:
            return time.monotonic() - begun > after and any(_parts(self._folder))

        return self._kill_when(writing, at_most)

    def _kill_when(self, moment: Callable[[], bool], at_most: float) -> float:
        end = time.monotonic() + at_most
        while time.monotonic() < end and self._process.poll() is None:
            if self._began_to_train is None and (self._folder / HOLDER).exists():
                self._began_to_train = time.time()
            if moment():
                break
            time.sleep(0.0005)
        ended = self._process.poll() is not None
        at = time.time()
        self._process.kill()
        self._process.wait()
        return 0.0 if ended else self._lost(at)

    def _lost(self, at: float) -> float:
        if self._began_to_train is None or (self._folder / METRICS).exists():
            return 0.0
        state = self._folder / STATE
        kept = state.stat().st_mtime if state.exists() else 0.0
        return max(0.0, at - max(kept, self._began_to_train))


def _parts(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f".*{PART}")
    yield from folder.parent.glob(f".aestudio-*{PART}")


def opens(workspace: Path) -> bool:
    """Whether every run opens without a problem, and no visible file is half-written."""
    entries = Workspace(workspace).entries()
    good = True
    for entry in entries:
        run = open_run(entry.folder)
        good &= entry.card is not None and run.problems == ()
        for path in entry.folder.rglob("[!.]*.safetensors"):
            read_tensors(path)
        if (entry.folder / THUMBNAIL).exists():
            with Image.open(entry.folder / THUMBNAIL) as image:
                image.verify()
    return good


def equal(one: Path, other: Path) -> bool:
    """Whether two runs ended with the same weights, bit for bit."""
    pairs = [(read_tensors(one / name)[0], read_tensors(other / name)[0]) for name in (BEST, LAST)]
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a | b)


def train(folder: Path) -> list[str]:
    """The command that begins a run in ``folder``."""
    return ["train", PRESET, *SETTINGS, "--out", str(folder)]


def to_the_end(command: list[str]) -> None:
    """Run a command without killing it."""
    subprocess.run([*PROGRAM, *command], cwd=ROOT, capture_output=True, check=True)


def main() -> int:
    """Kill, open, resume, compare; 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        workspace = Path(temporary) / "workspace"
        workspace.mkdir()
        reference = Path(temporary) / "never killed"
        to_the_end(train(reference))
        opened, most_lost, exact, number = 0, 0.0, True, 1
        folder = workspace / f"run {number}"
        for kill in range(options.kills):
            begun = (folder / "card.json").exists()
            killed = Killed(["resume", str(folder)] if begun else train(folder), folder)
            earliest = chance.uniform(0.5, LONGEST)
            writing = kill % 2 == 1
            lost = (
                killed.kill_while_writing(earliest, 2 * LONGEST) if writing else killed.kill_after(earliest)
            )
            fine = opens(workspace)
            opened += fine
            most_lost = max(most_lost, lost)
            print(f"kill {kill + 1}: lost {lost:.1f} s, {'opens' if fine else 'DOES NOT OPEN'}", flush=True)
            if (folder / METRICS).exists():
                exact &= equal(reference, folder)
                number += 1
                folder = workspace / f"run {number}"
        if (folder / "card.json").exists():
            to_the_end(["resume", str(folder)])
            exact &= equal(reference, folder)
    told = {
        "kills": options.kills,
        "opened": opened,
        "most_seconds_lost": round(most_lost, 2),
        "bit_exact": exact,
        "runs_ended": number,
    }
    for name, value in told.items():
        print(f"{value!s:>10}  {name.replace('_', ' ')}")
    if options.json:
        print(json.dumps(told))
    return 0 if opened == options.kills and exact and most_lost <= 10 else 1


if __name__ == "__main__":
    sys.exit(main())
