"""What a trained run compresses, on the command line: pictures, or the test images of a data source."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aestudio.cli.familiar import tell_familiarity
from aestudio.cli.measures import measures_of
from aestudio.cli.pictures import PIPE, Job, each_job, expanded, opened
from aestudio.cli.progress import Progress
from aestudio.pictures.codec.settings import SHIPPED, USUAL_BITS
from aestudio.spec.faults import SpecError, UserError

if TYPE_CHECKING:
    import numpy as np

    from aestudio.pictures.codec.container import Sealed
    from aestudio.pictures.own_runs import OwnRun


def pack_all(options: argparse.Namespace, progress: Progress) -> list[dict[str, Any]]:
    """A file of each picture, an archive of each data source's test images; what is told, failures too."""
    from aestudio.pictures.own_runs import open_own_run
    from aestudio.pictures.places import Places

    run = open_own_run(Path(options.model).expanduser())
    sources = tuple(Path(source) for given in options.inputs for source in _sources(given))
    places = Places(options.out, "")
    jobs = []
    for source in sources:
        place = places.place(source if _is_picture(source) else Path(source.name), "aes")
        jobs.append(Job(source, place, sources))
    return each_job(jobs, lambda job: _packed(job, run, options, progress), options)


def _sources(given: str) -> list[str]:
    """What an input stands for: the pictures of a pattern, or a data source as it was given."""
    found = expanded(given)
    return [given] if len(found) == 1 and not _is_picture(found[0]) else list(map(str, found))


def _is_picture(source: Path) -> bool:
    from aestudio.pictures.picture import SUFFIXES

    return source.suffix.lower() in SUFFIXES


def _packed(job: Job, run: OwnRun, options: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from aestudio.library.disk import write_whole

    if job.name == PIPE:
        raise UserError("a run compresses pictures and data sources, not a pipe; give a file, or mnist")
    assert job.path
    assert job.place
    if _is_picture(job.path):
        file, figures = _picture(job.path, run, options, progress)
    else:
        file, figures = _data(job.name, run, options, progress)
    write_whole(job.place, file)
    return {"bytes": len(file), **figures}


def _picture(
    path: Path, run: OwnRun, options: argparse.Namespace, progress: Progress
) -> tuple[bytes, dict[str, Any]]:
    from aestudio.pictures.codec.packing import file_by_run
    from aestudio.pictures.codec.patches import PatchEncoder
    from aestudio.pictures.codec.settings import CompressSettings
    from aestudio.pictures.picture import eight_bits
    from aestudio.pictures.quality import psnr

    picture = opened(path)
    encoder = PatchEncoder(run, picture)
    settings = CompressSettings(
        model=options.model, target_bytes=options.target_bytes, bits=options.bits or USUAL_BITS
    )
    file, bits = file_by_run(encoder, settings)
    width, height = picture.size
    pair = eight_bits(picture.pixels), encoder.preview(bits).pixels, 255
    rate = 8 * len(file) / (width * height)
    return file, {
        "width": width,
        "height": height,
        "bits": bits,
        "bits_per_pixel": round(rate, 4),
        "psnr_db": round(psnr(*pair), 3),
        **(measures_of(*pair, scales=True) if options.measure else {}),
        **tell_familiarity(run, picture, path.name, progress),
    }


def _data(
    source: str, run: OwnRun, options: argparse.Namespace, progress: Progress
) -> tuple[bytes, dict[str, Any]]:
    from aestudio.data.door import open_data
    from aestudio.pictures.codec.archive import ArchiveEncoder
    from aestudio.pictures.quality import psnr
    from aestudio.spec.run import DataSpec

    if options.target_bytes is not None:
        raise SpecError("--target-bytes", "is for a picture", "use --bits for an archive of many")
    shape = run.model.data_shape
    channels = "grey" if shape[0] == 1 else "colour"
    spec = DataSpec(source=source, size=shape[-1], channels=channels)
    data = open_data(spec, progress=progress.share)
    images = data.images.index_select(0, data.test)
    bits = options.bits or USUAL_BITS
    encoder = ArchiveEncoder(run, images)
    file = encoder.file(bits)
    figures = {"images": len(images), "bytes_per_image": round(len(file) / max(len(images), 1), 3)}
    measured = (
        {"psnr_db": round(psnr(images.numpy(), encoder.preview(bits), 255), 3)} if options.measure else {}
    )
    return file, {**figures, **measured}


def unpack_one(sealed: Sealed, job: Job, options: argparse.Namespace) -> dict[str, Any]:
    """A picture, or a folder of numbered images from an archive, whole or not at all."""
    from aestudio.library.place import default_workspace
    from aestudio.pictures.codec.archive import unpack_images
    from aestudio.pictures.codec.container import PATCHES
    from aestudio.pictures.codec.opening import made_by, runs_in
    from aestudio.pictures.codec.patches import unpack_picture
    from aestudio.pictures.own_runs import open_own_run
    from aestudio.pictures.picture import save_picture

    if job.place is None:
        raise UserError("what a run made is unpacked into a folder, not into a pipe; give --out")
    folder, workspace = Path(options.model).expanduser(), default_workspace()
    if options.model != SHIPPED and not folder.is_dir():
        raise UserError(
            f"{options.model}: is no folder of a run, and {job.name} was made with one; give that"
        )
    run = open_own_run(folder) if folder.is_dir() else made_by(sealed, runs_in(workspace))
    if run is None:
        raise UserError(
            f"{job.name}: was made with a run that is not in {workspace}; "
            f"give the folder of that run with --model"
        )
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

    from aestudio.library.disk import telling
    from aestudio.pictures.picture import Picture, packed_picture

    is_replaced = options.overwrite and _is_unpacked(place)
    if place.exists() and not is_replaced:
        raise UserError(f"{place}: is there already; choose another folder with --out")
    with telling(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".aestudio-") as part:
            whole = Path(part, "images")
            whole.mkdir()
            for i, image in enumerate(images):
                file = packed_picture(Picture(image.transpose(1, 2, 0)), f".{options.format}")
                (whole / f"{i:06d}.{options.format}").write_bytes(file)
            if is_replaced:
                shutil.rmtree(place)
            whole.rename(place)


def _is_unpacked(folder: Path) -> bool:
    """Whether a folder holds numbered images and nothing else, so that nothing of a person's is lost."""
    return folder.is_dir() and all(re.fullmatch(r"\d{6}\.[a-z]+", path.name) for path in folder.iterdir())
