"""``aestudio denoise IN …``: pictures without their noise, one bad input not stopping the rest."""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from aestudio.cli.familiar import tell_familiarity
from aestudio.cli.known_noise import KnownNoise, add_noise_options, known_noise, measures_text
from aestudio.cli.pictures import Job, add_inputs, each_picture, opened, told_on
from aestudio.cli.progress import Progress
from aestudio.spec.faults import SpecError

if TYPE_CHECKING:
    from aestudio.pictures.denoise import Cleaner
    from aestudio.pictures.picture import Picture


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("denoise", help="take the noise off pictures, or clean scanned text")
    add_inputs(parser)
    parser.add_argument(
        "--model",
        default="photo-denoiser",
        metavar="M",
        help="photo-denoiser, scan-cleaner, a .safetensors file, or the folder of a run of your own",
    )
    parser.add_argument(
        "--strength", type=float, default=1.0, metavar="S", help="0 leaves all noise, 1 takes all of it"
    )
    add_noise_options(parser)
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads; 0 takes every core")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Denoise each input; 1 at the end if any failed."""
    if not 0 <= options.strength <= 1:
        raise SpecError("--strength", f"{options.strength:g} is out of range", "use a number from 0 to 1")
    noise = known_noise(options)
    from aestudio.pictures.cleaners import find_cleaner
    from aestudio.training.device import use_threads

    use_threads(options.threads)
    cleaner = find_cleaner(options.model)
    with Progress() as progress:
        work = partial(_one, cleaner=cleaner, noise=noise, options=options, progress=progress)
        told = each_picture(options, work, suffix="-denoised")
    out = told_on(options)
    if options.json:
        out.write(json.dumps({"model": options.model, "pictures": told}) + "\n")
    else:
        out.write("".join(map(measures_text, told)))
    return 1 if any("error" in row for row in told) else 0


def _one(
    job: Job, cleaner: Cleaner, noise: KnownNoise | None, options: argparse.Namespace, progress: Progress
) -> dict[str, Any]:
    from aestudio.pictures.damage import damaged
    from aestudio.pictures.denoise import denoise
    from aestudio.pictures.own_runs import OwnRun

    picture = given = opened(job.path or sys.stdin.buffer.read())
    name = job.path.name if job.path else "the pipe"

    def tell(share: float, doing: str) -> None:
        progress.share(share, f"{name}: {doing}")

    if noise:
        picture = damaged(given, noise.damage, tell)
    began = time.process_time()
    cleaned, sigma = denoise(picture, cleaner, strength=options.strength, progress=tell)
    taken = time.process_time() - began
    _write(cleaned, job, options)
    return {
        "megapixels": round(picture.megapixels, 3),
        "noise_sigma": round(sigma, 2),
        "cpu_seconds": round(taken, 2),
        **(tell_familiarity(cleaner, given, name, progress) if isinstance(cleaner, OwnRun) else {}),
        **(noise.figures(given, picture, cleaned, lambda doing: tell(0.0, doing)) if noise else {}),
    }


def _write(picture: Picture, job: Job, options: argparse.Namespace) -> None:
    from aestudio.pictures.picture import packed_picture, save_picture

    if job.place is None:
        sys.stdout.buffer.write(packed_picture(picture, f".{options.format}"))
    else:
        save_picture(picture, job.place, overwrite=options.overwrite, originals=job.originals)
