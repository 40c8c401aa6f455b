"""``aestudio runs``: what a workspace holds."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from aestudio.library.workspace import Entry, Workspace, default_workspace, stage_of


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("runs", help="list the runs in a workspace, the newest first")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="another than the usual one")
    parser.add_argument("--bin", action="store_true", help="list what was deleted instead")
    parser.add_argument(
        "--import", type=Path, dest="archive", metavar="FILE", help="unpack a zip file of runs first"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print a line a run."""
    workspace = Workspace(options.workspace or default_workspace())
    if options.archive:
        from aestudio.library.archive import import_runs

        import_runs(options.archive, workspace)
    entries: tuple[Entry, ...] = ()
    if options.workspace or workspace.folder.exists():  # the usual one appears with its first run
        entries = workspace.binned() if options.bin else workspace.entries()
    if options.json:
        sys.stdout.write(json.dumps([_plain(entry) for entry in entries], indent=2) + "\n")
        return 0
    width = max((len(entry.folder.name) for entry in entries), default=0)
    for entry in entries:
        sys.stdout.write(f"{entry.folder.name:{width}}  {_line(entry)}\n")
    if not entries:
        none = "has an empty bin" if options.bin else "holds no runs; 'aestudio race' makes some"
        sys.stderr.write(f"aestudio: {workspace.folder} {none}\n")
    return 0


def _line(entry: Entry) -> str:
    card = entry.card
    if card is None:
        return entry.problem
    mse = card.figures.get("test_mse")
    words = [
        f"{stage_of(entry):11}",
        f"{card.epochs_words:17}",
        f"test MSE {mse:.5f}" if isinstance(mse, float) else " " * 16,
        card.created[:16].replace("T", " "),
        " ".join(f"#{tag}" for tag in card.tags),
    ]
    return "  ".join(words).rstrip()


def _plain(entry: Entry) -> dict[str, Any]:
    if entry.card is None:
        return {"folder": str(entry.folder), "problem": entry.problem}
    card = entry.card
    return {
        "folder": str(entry.folder),
        "id": card.id,
        "name": card.name,
        "preset": card.preset,
        "stage": stage_of(entry),
        "created": card.created,
        "epochs": card.epochs_done,
        "seconds": card.seconds,
        "tags": list(card.tags),
        "note": card.note,
        "figures": dict(card.figures),
    }
