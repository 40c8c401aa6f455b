"""``aestudio data SOURCE``: what a source holds, before anything is trained on it."""

from __future__ import annotations

import argparse
import json
import sys

from aestudio.cli.progress import Progress
from aestudio.spec.run import DataSpec


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "data", help="show what a data source holds: count, shape, classes, split, hash"
    )
    parser.add_argument("source", help="mnist, fashion-mnist, digits, or a folder, zip, IDX, CSV or NPY file")
    parser.add_argument(
        "--size", type=int, default=0, metavar="PIXELS", help="side that images are brought to"
    )
    parser.add_argument(
        "--channels", choices=("auto", "grey", "colour"), default="auto", help="their channels"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the split")
    parser.add_argument(
        "--download", action="store_true", help="fetch the data first, where that is possible"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the data card."""
    from aestudio.data.card import data_card
    from aestudio.data.door import fetch, open_data

    spec = DataSpec(source=options.source, size=options.size, channels=options.channels, seed=options.seed)
    with Progress() as progress:
        if options.download:
            fetch(options.source, progress=progress.share)
        card = data_card(open_data(spec, progress=progress.share))
    text = json.dumps(card.as_dict(), indent=2, ensure_ascii=False) if options.json else card.as_text()
    sys.stdout.write(text.rstrip("\n") + "\n")
    return 0
