"""What a race costs beside its runs alone, and how alive the window stays while one is on.

    python tests/benchmarks/race.py [--json] [--rounds 3] [--seconds 20]

Four variants are trained one after the other, and in a race, in turns; all are kept on disk as they
always are. ``cost_ratio`` is the processor time of the race over that of the four alone, the median of
the rounds (at most 1.1); ``wall_ratio`` is the same by the clock on the wall. Then the real window races
them on its Compare page, and a timer of 5 ms tells how late it is: ``timer_p99_ms`` (at most 10) and
``timer_max_ms`` (at most 50). With ``--json`` the last line is one object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()

import numpy as np  # noqa: E402  # after the OpenMP switches
import torch  # noqa: E402

from aestudio.data.dataset import Dataset  # noqa: E402
from aestudio.data.door import open_data  # noqa: E402
from aestudio.evaluation.race import race  # noqa: E402
from aestudio.library.lane import Lane  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.spec.edit import with_value  # noqa: E402
from aestudio.spec.run import RunSpec  # noqa: E402
from aestudio.training.device import use_threads  # noqa: E402
from aestudio.training.train import nothing_wanted  # noqa: E402
from tests.benchmarks.window import child, environment_in  # noqa: E402

RACERS = ("undercomplete", "sparse-l1", "denoising-gaussian", "vae-20")
IMAGES = 20_000


def runs() -> list[RunSpec]:
    """The variants, for an epoch on a part of MNIST."""
    changes = (("training.epochs", 1), ("data.train_limit", IMAGES))
    specs = [load_preset(name) for name in RACERS]
    for path, value in changes:
        specs = [with_value(spec, path, value) for spec in specs]
    return specs


def spent(groups: Sequence[Sequence[RunSpec]], data: Dataset) -> tuple[float, float]:
    """Seconds of the processor, and by the clock, for these races one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        began, clock = time.process_time(), time.perf_counter()
        for group in groups:
            lanes = [Lane(run, workspace=Path(folder)) for run in group]
            for _ in race(lanes, data, device=torch.device("cpu"), asks=[nothing_wanted] * len(lanes)):
                pass
        return time.process_time() - began, time.perf_counter() - clock


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="how long the window races")
    options = parser.parse_args()
    use_threads(1)
    specs = runs()
    data = open_data(specs[0].data)
    spent([specs[:1]], data)  # what is done once: PCA of the data, and torch's first step
    ratios = []
    for _ in range(options.rounds):
        alone, together = spent([[run] for run in specs], data), spent([specs], data)
        ratios.append((together[0] / alone[0], together[1] / alone[1]))
    with tempfile.TemporaryDirectory() as folder:
        late = child("raced", environment_in(Path(folder)), str(options.seconds))["late_ms"]
    figures = {
        "cost_ratio": median(ratio for ratio, _ in ratios),
        "wall_ratio": median(ratio for _, ratio in ratios),
        "timer_p99_ms": float(np.percentile(late, 99)),
        "timer_max_ms": float(np.max(late)),
    }
    for name, value in figures.items():
        print(f"{value:10.3f}  {name}")
    if options.json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
