"""``aestudio decompress FILE …``: pictures, or folders of small images, from .aes files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from aestudio.cli.pictures import Job, add_inputs, each_picture, told_on
from aestudio.cli.progress import Progress
from aestudio.spec.faults import UserError

KINDS = (".aes",)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("decompress", help="pictures from .aes files; archives to folders of images")
    add_inputs(parser, what=".aes files", pattern="*.aes")
    parser.add_argument(
        "--model",
        default="photo-codec",
        metavar="M",
        help="what made them: a model file or a run's folder; runs of the workspace are found by themselves",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads; 0 takes every core")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Decompress each input; 1 at the end if any failed."""
    from aestudio.training.device import use_threads

    use_threads(options.threads)
    with Progress() as progress:
        told = each_picture(options, lambda job: _one(job, options, progress), suffix="", kinds=KINDS)
    if options.json:
        told_on(options).write(json.dumps({"model": options.model, "files": told}) + "\n")
    return 1 if any("error" in row for row in told) else 0


def _refuse_the_elder(file: Path, place: Path) -> None:
    """Raise UserError where a picture was there before the .aes file, which may be made of it."""
    if place.exists() and place.stat().st_mtime <= file.stat().st_mtime:
        raise UserError(
            f"{place}: is older than {file.name}, which may have been made of it, so it is not replaced; "
            f"choose another folder with --out"
        )


def _one(job: Job, options: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    data = read_file(job)
    if job.path and job.place:
        _refuse_the_elder(job.path, job.place)
    from aestudio.pictures.codec.container import PICTURE, unseal

    sealed = unseal(data, job.name)
    if sealed.kind != PICTURE:
        from aestudio.cli.archives import unpack_one

        return unpack_one(sealed, job, options)
    from aestudio.pictures.codec.found import find_codec
    from aestudio.pictures.codec.stream import decode
    from aestudio.pictures.picture import packed_picture, save_picture

    def tell(share: float, doing: str) -> None:
        progress.line(f"{job.name}: {doing} {share:.0%}")

    picture = decode(find_codec(options.model), data, name=job.name, progress=tell)
    if job.place is None:
        sys.stdout.buffer.write(packed_picture(picture, f".{options.format}"))
    else:
        save_picture(picture, job.place, overwrite=options.overwrite, originals=job.originals)
    return {"width": picture.size[0], "height": picture.size[1], "bytes": len(data)}


def read_file(job: Job) -> bytes:
    """The bytes of an input. Raises UserError where it cannot be read."""
    if job.path is None:
        return sys.stdin.buffer.read()
    try:
        return job.path.read_bytes()
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise UserError(f"{job.path}: cannot be read ({reason}); give an .aes file") from fault
