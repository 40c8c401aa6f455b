"""What the commands for pictures have in common: inputs, places for results, and one bad input among good."""

from __future__ import annotations

import argparse
import glob
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aestudio.spec.faults import UserError

PIPE = "-"
FORMATS = ("png", "jpg", "webp", "avif", "tif", "bmp")


def add_inputs(
    parser: argparse.ArgumentParser, *, what: str = "pictures", formats: tuple[str, ...] = FORMATS
) -> None:
    """Inputs, the folder for results, and how they are written: in one of ``formats``, or the only one."""
    parser.add_argument(
        "inputs", nargs="+", metavar="IN", help=f"{what}, folders, patterns such as '*.jpg', or - for a pipe"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the results, under the same names"
    )
    parser.set_defaults(format=formats[0])
    if len(formats) > 1:
        parser.add_argument("--format", choices=formats, help=f"kind of file; {formats[0]} unless given")
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
    options: argparse.Namespace,
    work: Callable[[Job], dict[str, Any]],
    *,
    suffix: str,
    kinds: tuple[str, ...] | None = None,
) -> list[dict[str, Any]]:
    """What ``work`` tells of each input; a failure is told and the rest goes on.

    Of folders, files of ``kinds`` are taken, which are those of pictures unless given.

    Results go into ``--out`` under the same stem; without it beside the original, with ``suffix`` added.
    """
    told = []
    for job in _jobs(options, suffix, kinds):
        out = str(job.place) if job.place else PIPE
        try:
            told.append({"in": job.name, "out": out, **_worked(job, work, options)})
        except UserError as error:
            sys.stderr.write(f"aestudio: {error}\n")
            told.append({"in": job.name, "error": str(error)})
        else:
            if not options.json and job.place:
                sys.stdout.write(f"{told[-1]['out']}\n")
    return told


def _worked(job: Job, work: Callable[[Job], dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    from aestudio.pictures.picture import refuse_overwriting

    if job.place:  # asked before the work, not after it
        refuse_overwriting(job.place, [job.path] if job.path else [], overwrite=options.overwrite)
    try:
        return work(job)
    except MemoryError as fault:
        raise UserError(f"{job.name}: does not fit into memory; close other programs") from fault


def _jobs(options: argparse.Namespace, suffix: str, kinds: tuple[str, ...] | None) -> list[Job]:
    from aestudio.pictures.places import Places

    places = Places(options.out, suffix)
    jobs = []
    for path, below in _paths(options.inputs, kinds).items():
        if path is None and options.out is None:
            jobs.append(Job(None, None))
        else:
            jobs.append(Job(path, places.place(path, options.format, below)))
    return jobs


def _paths(inputs: list[str], kinds: tuple[str, ...] | None) -> dict[Path | None, Path]:
    """Each input once, with its place below the folder that it was found in; None is the pipe."""
    if kinds is None:
        from aestudio.pictures.picture import SUFFIXES

        kinds = SUFFIXES
    paths: dict[Path | None, Path] = {}
    for given in inputs:
        path = Path(given).expanduser()
        if given == PIPE:
            paths[None] = Path()
        elif path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in kinds and p.is_file())
            if not found:
                raise UserError(f"{path}: holds nothing to take; give a folder with {', '.join(kinds)} files")
            paths |= {p: p.parent.relative_to(path) for p in found}
        elif not path.exists() and (matches := sorted(glob.glob(str(path), recursive=True))):
            paths |= dict.fromkeys(map(Path, matches), Path())
        else:
            paths[path] = Path()
    return paths
