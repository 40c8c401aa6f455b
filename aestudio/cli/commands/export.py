"""``aestudio export``: runs as one zip file, to keep elsewhere or to hand on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aestudio.cli.progress import Progress
from aestudio.library.archive import export_runs
from aestudio.library.workspace import Workspace, default_workspace
from aestudio.spec.faults import UserError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("export", help="pack runs into one zip file")
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a folder, or a name in the workspace")
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where runs are looked for by name")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the zip file; RUN.zip where it is left out")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Pack, and print where the file lies."""
    workspace = Workspace(options.workspace or default_workspace())
    folders = [workspace.find(name) for name in options.runs]
    out: Path = options.out or Path(f"{folders[0].name}.zip")
    if out.exists():
        raise UserError(f"{out}: is there already; give another name with --out")
    with Progress() as progress:
        export_runs(folders, out, progress.share)
    sys.stdout.write(f"{out}\n")
    return 0
