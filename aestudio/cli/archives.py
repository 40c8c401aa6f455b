"""What a trained run compresses, on the command line: pictures, or the test images of a data source."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.familiar import tell_familiarity
from aestudio.cli.pictures import PIPE, Job
from aestudio.cli.progress import Progress
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    import numpy as np

    from aestudio.pictures.codec.container import Sealed
    from aestudio.pictures.own_runs import OwnRun

_BITS = 5


def pack_all(options: argparse.Namespace, progress: Progress) -> list[dict[str, Any]]:
    """A file of each picture, an archive of each data source's test images; what is told, failures too."""
    from aestudio.pictures.own_runs import open_own_run

    run = open_own_run(Path(options.model).expanduser())
    told: list[dict[str, Any]] = []
    for source in options.inputs:
        told.append(row := _told(source, run, options, progress))
        if "out" in row and not options.json:
            sys.stdout.write(f"{row['out']}\n")
    return told


def _told(source: str, run: OwnRun, options: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    try:
        return {"in": source, **_packed(source, run, options, progress)}
    except UserError as error:
        sys.stderr.write(f"aestudio: {error}\n")
        return {"in": source, "error": str(error)}


def _packed(source: str, run: OwnRun, options: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from aestudio.library.disk import write_whole
    from aestudio.pictures.picture import SUFFIXES, refuse_overwriting

    if source == PIPE:
        raise UserError("a run compresses pictures and data sources, not a pipe; give a file, or mnist")
    path = Path(source).expanduser()
    picture = path.suffix.lower() in SUFFIXES
    place = (options.out or (path.parent if picture else Path())) / f"{path.stem}.aes"
    refuse_overwriting(place, [path] if picture else [], overwrite=options.overwrite)
    bits = _BITS if options.bits is None else options.bits
    if picture:
        file, figures = _picture(path, run, bits, progress)
    else:
        file, figures = _data(source, run, bits, options, progress)
    write_whole(place, file)
    return {"out": str(place), "bytes": len(file), **figures}


def _picture(path: Path, run: OwnRun, bits: int, progress: Progress) -> tuple[bytes, dict[str, Any]]:
    from aestudio.pictures.codec.patches import PatchEncoder
    from aestudio.pictures.picture import eight_bits, open_picture
    from aestudio.pictures.quality import psnr

    picture = open_picture(path)
    encoder = PatchEncoder(run, picture)
    file = encoder.file(bits)
    width, height = picture.size
    gain = psnr(eight_bits(picture.pixels), encoder.preview(bits).pixels, 255)
    rate = 8 * len(file) / (width * height)
    return file, {
        "width": width,
        "height": height,
        "bits_per_pixel": round(rate, 4),
        "psnr_db": round(gain, 3),
        **tell_familiarity(run, picture, path.name, progress),
    }


def _data(
    source: str, run: OwnRun, bits: int, options: argparse.Namespace, progress: Progress
) -> tuple[bytes, dict[str, Any]]:
    from aestudio.data.door import open_data
    from aestudio.pictures.codec.archive import pack_images
    from aestudio.spec.run import DataSpec

    shape = run.model.data_shape
    channels = "grey" if shape[0] == 1 else "colour"
    size = 0 if source.isidentifier() else shape[-1]
    data = open_data(DataSpec(source=source, size=size, channels=channels), progress=progress.share)
    images = data.images.index_select(0, data.test)
    file = pack_images(run, images, bits)
    figures = {"images": len(images), "bytes_per_image": round(len(file) / max(len(images), 1), 3)}
    return file, {**figures, **(_measured(run, file, images.numpy()) if options.measure else {})}


def _measured(run: OwnRun, file: bytes, images: np.ndarray) -> dict[str, float]:
    from aestudio.pictures.codec.archive import unpack_images
    from aestudio.pictures.codec.container import unseal
    from aestudio.pictures.quality import psnr

    return {"psnr_db": round(psnr(images, unpack_images(run, unseal(file, "it"), "it"), 255), 3)}


def unpack_one(sealed: Sealed, job: Job, options: argparse.Namespace) -> dict[str, Any]:
    """A picture, or a folder of numbered images from an archive, whole or not at all."""
    from aestudio.pictures.codec.archive import unpack_images
    from aestudio.pictures.codec.container import PATCHES
    from aestudio.pictures.codec.patches import unpack_picture
    from aestudio.pictures.own_runs import open_own_run
    from aestudio.pictures.picture import save_picture

    folder = Path(options.model).expanduser()
    if not folder.is_dir():
        raise UserError(f"{job.name}: was made with a run; give the folder of that run with --model")
    if job.place is None:
        raise UserError("what a run made is unpacked into a folder, not into a pipe; give --out")
    run = open_own_run(folder)
    if sealed.kind == PATCHES:
        save_picture(picture := unpack_picture(run, sealed, job.name), job.place, overwrite=options.overwrite)
        return {"width": picture.size[0], "height": picture.size[1]}
    images = unpack_images(run, sealed, job.name)
    place = job.place.with_suffix("")
    _write_images(images, place, options)
    return {"images": len(images), "out": str(place)}


def _write_images(images: np.ndarray, place: Path, options: argparse.Namespace) -> None:
    import shutil
    import tempfile

    from aestudio.library.folder import check_free
    from aestudio.pictures.picture import Picture, packed_picture

    check_free(place)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix=".aestudio-"))
    try:
        for i, image in enumerate(images):
            picture = Picture(image.transpose(1, 2, 0))
            (part / f"{i:06d}.{options.format}").write_bytes(packed_picture(picture, f".{options.format}"))
        part.chmod(0o755)  # mkdtemp keeps others out
        if place.exists():
            place.rmdir()
        part.rename(place)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise UserError(f"{place}: cannot be written ({reason}); choose a folder with room") from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)
