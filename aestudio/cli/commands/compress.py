"""``aestudio compress IN …``: pictures, or many small images at once, to .aes files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.measures import measures_of, measures_words
from aestudio.cli.pictures import Job, add_inputs, each_picture, opened, told_on
from aestudio.cli.progress import Progress
from aestudio.spec.faults import SpecError

if TYPE_CHECKING:
    from aestudio.pictures.codec.settings import CompressSettings
    from aestudio.pictures.codec.stream import Encoded

_QUALITY = 50.0


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("compress", help="pictures to small .aes files, by a learned codec")
    add_inputs(parser, formats=("aes",))
    parser.add_argument(
        "--model",
        default="photo-codec",
        metavar="M",
        help="photo-codec, a model file, or a run's folder: IN is then pictures, or data (as mnist), whose "
        "test images go into one archive",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quality", type=float, metavar="Q", help="1 (least) to 100 (best); 50 unless given")
    size.add_argument("--target-bytes", type=int, metavar="N", help="the best that fits into N bytes")
    size.add_argument("--bits", type=int, metavar="B", help="of a run's numbers, 1 to 8; 5 unless given")
    parser.add_argument("--measure", action="store_true", help="tell PSNR, SSIM and MS-SSIM too")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads; 0 takes every core")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Compress each input; 1 at the end if any failed."""
    from aestudio.training.device import use_threads

    by_run = Path(options.model).expanduser().is_dir()
    _check(options, by_run=by_run)
    use_threads(options.threads)
    with Progress() as progress:
        if by_run:
            from aestudio.cli.archives import pack_all

            told = pack_all(options, progress)
        else:
            settings = _settings(options)
            told = each_picture(options, lambda job: _one(job, settings, options, progress), suffix="")
    out = told_on(options)
    if options.json:
        out.write(json.dumps({"model": options.model, "files": told}) + "\n")
    elif options.measure:
        out.write("".join(f"{row['in']}: {measures_words(row)}\n" for row in told if "error" not in row))
    return 1 if any("error" in row for row in told) else 0


def _check(options: argparse.Namespace, *, by_run: bool) -> None:
    if options.quality is not None and not 1 <= options.quality <= 100:
        raise SpecError("--quality", f"{options.quality:g} is out of range", "use a number from 1 to 100")
    if options.target_bytes is not None and options.target_bytes < 1:
        raise SpecError("--target-bytes", f"{options.target_bytes} is out of range", "use at least 1")
    if by_run and options.quality is not None:
        raise SpecError("--quality", "is of photo-codec", "use --bits or --target-bytes with a run")
    if not by_run and options.bits is not None:
        raise SpecError("--bits", "are of a run's numbers", "use --quality or --target-bytes here")
    if options.bits is not None and not 1 <= options.bits <= 8:
        raise SpecError("--bits", f"{options.bits} is out of range", "use 1 to 8")


def _settings(options: argparse.Namespace) -> CompressSettings:
    from aestudio.pictures.codec.found import find_codec
    from aestudio.pictures.codec.settings import CompressSettings

    find_codec(options.model)  # said once if there is none, not for each picture
    quality = _QUALITY if options.quality is None else options.quality
    return CompressSettings(model=options.model, quality=quality, target_bytes=options.target_bytes)


def _one(
    job: Job, settings: CompressSettings, options: argparse.Namespace, progress: Progress
) -> dict[str, Any]:
    from aestudio.pictures.codec.packing import encoded_by_codec

    given = sys.stdin.buffer.read() if job.path is None else b""
    picture = opened(job.path or given)

    def tell(share: float, doing: str) -> None:
        progress.line(f"{job.name}: {doing} {share:.0%}")

    encoded = encoded_by_codec(picture, settings, tell)
    _write(encoded.file, job, options)
    before = job.path.stat().st_size if job.path else len(given)
    return {**_figures(encoded, before), **(_measures(encoded) if options.measure else {})}


def _figures(encoded: Encoded, before: int) -> dict[str, Any]:
    from aestudio.pictures.codec.rate import quality_of

    width, height = encoded.picture.size
    return {
        "width": width,
        "height": height,
        "quality": round(quality_of(encoded.level, encoded.model.exact.top), 2),
        "bytes": len(encoded.file),
        "bytes_before": before,
        "bits_per_pixel": round(8 * len(encoded.file) / (width * height), 4),
    }


def _measures(encoded: Encoded) -> dict[str, float]:
    from aestudio.pictures.picture import eight_bits

    return measures_of(eight_bits(encoded.picture.pixels), encoded.preview().pixels, 255, scales=True)


def _write(file: bytes, job: Job, options: argparse.Namespace) -> None:
    if job.place is None:
        sys.stdout.buffer.write(file)
        return
    from aestudio.library.disk import write_whole
    from aestudio.pictures.picture import refuse_overwriting

    refuse_overwriting(job.place, job.originals, overwrite=options.overwrite)
    write_whole(job.place, file)
