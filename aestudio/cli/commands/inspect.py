"""``aestudio inspect FILE …``: what an .aes file holds, by its header alone."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from aestudio.cli.commands.decompress import read_file
from aestudio.cli.pictures import Job
from aestudio.spec.faults import UserError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("inspect", help="tell what .aes files hold")
    parser.add_argument("inputs", nargs="+", metavar="FILE", help=".aes files, or - for a pipe")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Tell of each file; 1 at the end if any failed."""
    told = [_told(given) for given in options.inputs]
    if options.json:
        sys.stdout.write(json.dumps({"files": told}) + "\n")
    else:
        sys.stdout.write("\n".join(_text(row) for row in told if "error" not in row))
    return 1 if any("error" in row for row in told) else 0


def _told(given: str) -> dict[str, Any]:
    from aestudio.pictures.codec.inspection import inspect

    try:
        return {"file": given, **inspect(read_file(_job(given)), given)}
    except UserError as error:
        sys.stderr.write(f"aestudio: {error}\n")
        return {"file": given, "error": str(error)}


def _job(given: str) -> Job:
    from pathlib import Path

    return Job(None if given == "-" else Path(given).expanduser(), None)


def _text(row: dict[str, Any]) -> str:
    width = max(map(len, row))
    return "".join(f"{name:{width}}  {value}\n" for name, value in row.items())
