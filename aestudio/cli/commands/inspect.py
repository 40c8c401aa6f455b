"""``aestudio inspect FILE …``: what an .aes file holds, by its header alone."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from aestudio.cli.commands.decompress import KINDS, read_file
from aestudio.cli.pictures import Job, input_paths
from aestudio.spec.faults import UserError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("inspect", help="tell what .aes files hold")
    parser.add_argument(
        "inputs", nargs="+", metavar="FILE", help=".aes files, folders, patterns, or - for a pipe"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Tell of each file; 1 at the end if any failed."""
    told = [_told(Job(path, None)) for path in input_paths(options.inputs, KINDS)]
    if options.json:
        sys.stdout.write(json.dumps({"files": told}) + "\n")
    else:
        sys.stdout.write("\n".join(_text(row) for row in told if "error" not in row))
    return 1 if any("error" in row for row in told) else 0


def _told(job: Job) -> dict[str, Any]:
    from aestudio.pictures.codec.inspection import inspect

    try:
        return {"file": job.name, **inspect(read_file(job), job.name)}
    except UserError as error:
        sys.stderr.write(f"aestudio: {error}\n")
        return {"file": job.name, "error": str(error)}


def _text(row: dict[str, Any]) -> str:
    width = max(map(len, row))
    return "".join(f"{name:{width}}  {value}\n" for name, value in row.items())
