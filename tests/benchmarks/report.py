"""The chapter's variants on MNIST, trained alike and set side by side in one HTML file.

    python tests/benchmarks/report.py [--epochs 3] [--out report.html] [--threads 0]

Each is trained for the same epochs on the same split with the same seed, two races of four in lockstep; then
they are compared as ``aestudio compare --html`` does, and the table is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()

import torch  # noqa: E402  # after the OpenMP switches

from aestudio.data.door import open_data  # noqa: E402
from aestudio.evaluation.comparison import compare, text_of  # noqa: E402
from aestudio.evaluation.lane import new_lane  # noqa: E402
from aestudio.evaluation.race import race  # noqa: E402
from aestudio.library.kept import open_run  # noqa: E402
from aestudio.library.presets import load_preset  # noqa: E402
from aestudio.report.page import write_report  # noqa: E402
from aestudio.spec.fairness import Budget, made_fair  # noqa: E402
from aestudio.training.device import use_threads  # noqa: E402
from aestudio.training.train import nothing_wanted  # noqa: E402

RACES = (
    ("linear", "undercomplete", "overcomplete", "sparse-l1"),
    ("sparse-kl", "denoising-mask", "contractive", "vae-20"),
)


def main() -> None:
    """Train, compare, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("report.html"))
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    use_threads(options.threads)
    specs = [load_preset(name) for names in RACES for name in names]
    data = open_data(specs[0].data)
    fair = made_fair(specs, Budget("epochs", options.epochs), data.shape)
    with tempfile.TemporaryDirectory() as folder:
        lanes = [new_lane(run, Path(folder) / run.name, data) for run in fair]
        for racing in (lanes[:4], lanes[4:]):
            for _ in race(racing, data, device=torch.device("cpu"), asks=[nothing_wanted] * len(racing)):
                pass
        runs = [open_run(Path(folder) / run.name) for run in fair]
        comparison = compare(runs, data)
        write_report(options.out, comparison, runs, data, lambda share, doing: None)
    print(text_of(comparison))
    print(options.out)


if __name__ == "__main__":
    main()
