"""What the commands for pictures have in common: inputs, places for results, and one bad input among good."""

from __future__ import annotations

import argparse
import glob
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from aestudio.spec.faults import UserError

PIPE = "-"


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Inputs, the folder for results, and how they are written."""
    parser.add_argument(
        "inputs", nargs="+", metavar="IN", help="pictures, folders, patterns such as '*.jpg', or - for a pipe"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the results, under the same names"
    )
    parser.add_argument(
        "--format", default="png", choices=("png", "jpg", "webp", "avif", "tif", "bmp"), help="kind of file"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace results of before; originals never")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


@dataclass(frozen=True)
class Job:
    """An input and where its result goes; None is the pipe."""

    path: Path | None
    place: Path | None

    @property
    def name(self) -> str:
        """The input as it is told."""
        return str(self.path) if self.path else PIPE


def each_picture(
    options: argparse.Namespace, work: Callable[[Job], dict[str, Any]], *, suffix: str
) -> list[dict[str, Any]]:
    """What ``work`` tells of each input; a failure is told and the rest goes on.

    Results go into ``--out`` under the same stem; without it beside the original, with ``suffix`` added.
    """
    told = []
    for job in _jobs(options, suffix):
        out = str(job.place) if job.place else PIPE
        try:
            told.append({"in": job.name, "out": out, **_worked(job, work, options)})
        except UserError as error:
            sys.stderr.write(f"aestudio: {error}\n")
            told.append({"in": job.name, "error": str(error)})
        else:
            if not options.json and job.place:
                sys.stdout.write(f"{out}\n")
    return told


def _worked(job: Job, work: Callable[[Job], dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    from aestudio.pictures.picture import refuse_overwriting

    if job.place:  # asked before the work, not after it
        refuse_overwriting(job.place, [job.path] if job.path else [], overwrite=options.overwrite)
    try:
        return work(job)
    except MemoryError as fault:
        raise UserError(f"{job.name}: does not fit into memory; close other programs") from fault


def _jobs(options: argparse.Namespace, suffix: str) -> list[Job]:
    taken: set[Path] = set()
    jobs = []
    for path, below in _paths(options.inputs).items():
        if path is None and options.out is None:
            jobs.append(Job(None, None))
            continue
        stem = path.stem if path else "picture"
        folder = options.out / below if options.out else path.parent if path else Path()
        names = (f"{stem}{'' if options.out else suffix}{'' if i == 1 else f'-{i}'}" for i in count(1))
        place = next(p for n in names if (p := folder / f"{n}.{options.format}") not in taken)
        taken.add(place)
        jobs.append(Job(path, place))
    return jobs


def _paths(inputs: list[str]) -> dict[Path | None, Path]:
    """Each input once, with its place below the folder that it was found in; None is the pipe."""
    from aestudio.pictures.picture import SUFFIXES

    paths: dict[Path | None, Path] = {}
    for given in inputs:
        path = Path(given).expanduser()
        if given == PIPE:
            paths[None] = Path()
        elif path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not found:
                raise UserError(f"{path}: holds no pictures; give a folder with {', '.join(SUFFIXES)} files")
            paths |= {p: p.parent.relative_to(path) for p in found}
        elif not path.exists() and (matches := sorted(glob.glob(str(path), recursive=True))):
            paths |= dict.fromkeys(map(Path, matches), Path())
        else:
            paths[path] = Path()
    return paths
