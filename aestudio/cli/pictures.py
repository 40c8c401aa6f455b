"""What the commands for pictures have in common: inputs, places for results, and one bad input among good."""

from __future__ import annotations

import argparse
import glob
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.pictures.picture import Picture

PIPE = "-"
_OTHERS = ("jpeg", "tiff", "aes")
FORMATS = ("png", "jpg", "webp", "avif", "tif", "bmp")


def add_inputs(
    parser: argparse.ArgumentParser,
    *,
    what: str = "pictures",
    pattern: str = "*.jpg",
    formats: tuple[str, ...] = FORMATS,
) -> None:
    """Inputs, the folder for results, and how they are written: in one of ``formats``, or the only one."""
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="IN",
        help=f"{what}, folders, patterns such as '{pattern}', or - for a pipe",
    )
    parser.add_argument(
        "--out", type=_folder, metavar="DIR", help="folder for the results, under the same names"
    )
    parser.set_defaults(format=formats[0])
    if len(formats) > 1:
        parser.add_argument("--format", choices=formats, help=f"kind of file; {formats[0]} unless given")
    parser.add_argument("--overwrite", action="store_true", help="replace results of before; originals never")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def _folder(given: str) -> Path:
    """A folder for results; a name like a picture's was meant for a file."""
    path = Path(given)
    if path.suffix[1:].lower() in (*FORMATS, *_OTHERS) and not path.is_dir():
        folder = path.with_suffix("")
        raise argparse.ArgumentTypeError(f"{given} is named like a file; give a folder, as {folder}")
    return path


@dataclass(frozen=True)
class Job:
    """An input and where its result goes; None is the pipe.

    Parameters
    ----------
    originals
        all inputs: none of them may be overwritten.
    problem
        why there is nothing to work on.
    """

    path: Path | None
    place: Path | None
    originals: tuple[Path, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """The input as it is told."""
        return str(self.path) if self.path else PIPE


def opened(source: Path | bytes) -> Picture:
    """The picture in a file, or in what came by the pipe; of several in it the first, which is told."""
    from aestudio.pictures.picture import open_picture

    picture = open_picture(source)
    if picture.pages > 1:
        name = source if isinstance(source, Path) else PIPE
        sys.stderr.write(f"aestudio: {name}: holds {picture.pages:,} pictures; the first is taken\n")
    return picture


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
    return each_job(_jobs(options, suffix, kinds), work, options)


def each_job(
    jobs: list[Job], work: Callable[[Job], dict[str, Any]], options: argparse.Namespace
) -> list[dict[str, Any]]:
    """What ``work`` tells of each job; a failure is told and the rest goes on."""
    told = []
    for job in jobs:
        out = str(job.place) if job.place else PIPE
        try:
            told.append({"in": job.name, "out": out, **_worked(job, work, options)})
        except UserError as error:
            sentence = _named(job, str(error))
            sys.stderr.write(f"aestudio: {sentence}\n")
            told.append({"in": job.name, "error": sentence})
        else:
            if not options.json and job.place:
                told_on(options).write(f"{told[-1]['out']}\n")
    return told


def _named(job: Job, sentence: str) -> str:
    """What went wrong, with the file that it went wrong with."""
    names = [str(path) for path in (job.path, job.place) if path]
    return sentence if not names or any(name in sentence for name in names) else f"{names[0]}: {sentence}"


def told_on(options: argparse.Namespace) -> TextIO:
    """Where words go: not onto stdout where a picture goes there."""
    return sys.stderr if PIPE in options.inputs and options.out is None else sys.stdout


def _worked(job: Job, work: Callable[[Job], dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    from aestudio.pictures.picture import refuse_overwriting

    if job.problem:
        raise UserError(job.problem)
    if job.place:  # asked before the work, not after it
        refuse_overwriting(job.place, job.originals, overwrite=options.overwrite)
    try:
        return work(job)
    except MemoryError as fault:
        raise UserError(f"{job.name}: does not fit into memory; close other programs") from fault


def _jobs(options: argparse.Namespace, suffix: str, kinds: tuple[str, ...] | None) -> list[Job]:
    from aestudio.pictures.picture import SUFFIXES
    from aestudio.pictures.places import Places

    kinds = kinds or SUFFIXES
    places, found = Places(options.out, suffix), input_paths(options.inputs, kinds)
    originals = tuple(path for path in found if path)
    jobs = []
    for path, below in found.items():
        if path is None and options.out is None:
            jobs.append(Job(None, None))
        elif path and path.is_dir():
            sought = f"holds nothing to take; give a folder with {', '.join(kinds)} files"
            jobs.append(Job(path, None, problem=f"{path}: {sought}"))
        else:
            jobs.append(Job(path, places.place(path, options.format, below), originals))
    return jobs


def expanded(given: str) -> list[Path]:
    """The files that a pattern stands for; what is there, or is none, as it is."""
    path = Path(given).expanduser()
    matches = [] if path.exists() else sorted(glob.glob(str(path), recursive=True))
    return list(map(Path, matches)) or [path]


def input_paths(inputs: list[str], kinds: tuple[str, ...]) -> dict[Path | None, Path]:
    """Each input once, with its place below the folder that it was found in; None is the pipe.

    A folder in which there is nothing to take stands for itself.
    """
    paths: dict[Path | None, Path] = {}
    for given in inputs:
        path = Path(given).expanduser()
        if given == PIPE:
            paths[None] = Path()
        elif path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in kinds and p.is_file())
            paths |= {p: p.parent.relative_to(path) for p in found} or {path: Path()}
        else:
            paths |= dict.fromkeys(expanded(given), Path())
    files: dict[str | None, tuple[Path | None, Path]] = {}
    for path, below in paths.items():  # one file may be named in several ways
        files.setdefault(path and os.path.abspath(path), (path, below))
    return dict(files.values())
