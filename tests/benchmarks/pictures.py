"""Measure what ships for pictures and print each figure beside what it must reach.

    python tests/benchmarks/pictures.py [--data FOLDER] [--only NAME ...] [--model NAME=FILE ...] [--json]

By default on photographs that come with scikit-image and scikit-learn, which were kept out of training;
``--data`` takes any folder of clean pictures instead. Noise has fixed seeds. The archive needs a trained
run: ``aestudio train compressor-20 --epochs 2 --set data.train_limit=30000 --out RUN`` and then
``--model compressor-20=RUN``. For the rows against BM3D,
``pip install bm3d`` first (its licence allows no commercial use, so it is no dependency); for scans,
Debian's ``tesseract-ocr``, ``fonts-urw-base35`` and ``fonts-dejavu-core``. With ``--json`` the last line is
one object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aestudio.__main__ import set_switches  # noqa: E402  # the path above comes first

set_switches()

from aestudio.spec.faults import UserError  # noqa: E402
from aestudio.training.device import use_threads  # noqa: E402
from tests.benchmarks import (  # noqa: E402
    pictures_compress,
    pictures_cost,
    pictures_denoise,
    pictures_robust,
    pictures_scans,
    pictures_window,
)
from tests.benchmarks.pictures_rows import Row, Setting  # noqa: E402

BENCHES: dict[str, Callable[[Setting], list[Row]]] = {
    "denoise": pictures_denoise.rows,
    "cost": pictures_cost.rows,
    "scans": pictures_scans.rows,
    "compress": pictures_compress.rows,
    "archive": pictures_compress.archive_rows,
    "robust": pictures_robust.rows,
    "window": pictures_window.rows,
}


def main() -> int:
    """Print the table; 1 if a row missed its target."""
    options = _options()
    use_threads(options.threads)
    models = dict(given.split("=", 1) for given in options.model)
    setting = Setting(options.data, models, quick=options.quick)
    rows = [row for name in options.only or BENCHES for row in _measured(name, setting)]
    _print(rows)
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))
    return 0 if all(row.met for row in rows) else 1


def _measured(name: str, setting: Setting) -> list[Row]:
    try:
        return BENCHES[name](setting)
    except UserError as error:
        print(f"{name}: left out: {error}", file=sys.stderr)
        return []


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="a folder of clean pictures")
    parser.add_argument("--only", nargs="+", choices=tuple(BENCHES), help="these benches alone")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FILE", help="other weights")
    parser.add_argument("--threads", type=int, default=1, help="threads; figures of cost are for one")
    parser.add_argument("--quick", action="store_true", help="without BM3D, which takes minutes")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    return parser.parse_args()


def _print(rows: list[Row]) -> None:
    width = max((len(f"{row.claim}: {row.figure}") for row in rows), default=0)
    for row in rows:
        mark = "ok " if row.met else "NOT"
        details = f"  ({row.details})" if row.details else ""
        print(f"{mark} {row.claim + ': ' + row.figure:{width}}  {row.value:8.2f}  {row.target}{details}")


if __name__ == "__main__":
    sys.exit(main())
