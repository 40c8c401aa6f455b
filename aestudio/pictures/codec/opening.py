"""Whatever an .aes file holds, as a picture to look at: by the codec that ships, or the run that made it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aestudio.library.folder import BEST, noted_hash
from aestudio.library.workspace import Workspace
from aestudio.pictures.codec.container import ARCHIVE, PICTURE, Sealed, unseal
from aestudio.pictures.picture import MEGAPIXELS, Picture
from aestudio.pictures.tiles import Progress, nothing_told
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.pictures.own_runs import OwnRun


def open_coded(
    data: bytes, name: str, runs: Iterable[Path] = (), progress: Progress = nothing_told
) -> Picture:
    """The picture in an .aes file, or all images of an archive in rows on one sheet.

    What a run has made is opened by that run, if it is among ``runs``, which are folders.

    Raises
    ------
    UserError
        the file is foreign or damaged, or was made with a run that is not there.
    """
    sealed = unseal(data, name)
    if sealed.kind == PICTURE:
        from aestudio.pictures.codec.found import find_codec
        from aestudio.pictures.codec.stream import decode

        return decode(find_codec(), data, name=name, progress=progress)
    run = made_by(sealed, runs)
    if run is None:
        mark = sealed.digest.hex()
        raise UserError(
            f"{name}: was made with a run ({mark}) that is not in the workspace, or was trained on since; "
            f"import that run first"
        )
    if sealed.kind == ARCHIVE:
        from aestudio.pictures.codec.archive import unpack_images

        return sheet_of(unpack_images(run, sealed, name), name)
    from aestudio.pictures.codec.patches import unpack_picture

    return unpack_picture(run, sealed, name)


def sheet_of(images: np.ndarray, name: str) -> Picture:
    """Images uint8 ``(N, C, H, W)`` row by row on one picture, about as wide as high; what is over is black.

    Raises
    ------
    UserError
        there are none, they are vectors, or too many for one picture.
    """
    if images.ndim != 4 or not len(images):
        what = "holds no images" if images.ndim == 4 else "holds vectors, which are no pictures"
        raise UserError(f"{name}: {what}; 'aestudio decompress' unpacks it")
    count, channels, height, width = images.shape
    across = min(count, max(1, round(math.sqrt(count * height / width))))
    down = -(-count // across)
    if down * height * across * width > MEGAPIXELS * 1_000_000:
        raise UserError(f"{name}: holds too many images to be seen at once; 'aestudio decompress' unpacks it")
    sheet = np.zeros((down * across, channels, height, width), np.uint8)
    sheet[:count] = images
    rows = sheet.reshape(down, across, channels, height, width).transpose(0, 3, 1, 4, 2)
    return Picture(np.ascontiguousarray(rows.reshape(down * height, across * width, channels)))


def made_by(sealed: Sealed, runs: Iterable[Path]) -> OwnRun | None:
    """The run that made a file, opened, if its folder is among ``runs``: the file names its weights' hash.

    A run that cannot be read, or whose weights were altered, is passed over: there may be a copy of it.
    """
    from aestudio.pictures.codec.archive import mark
    from aestudio.pictures.own_runs import open_own_run

    for folder in runs:
        with contextlib.suppress(UserError, OSError):
            if noted_hash(folder, BEST).startswith(sealed.digest.hex()):
                run = open_own_run(folder)
                if mark(run) == sealed.digest:
                    return run
    return None


def runs_in(workspace: Path) -> Iterator[Path]:
    """The folders of a workspace; none where it is not there yet, or cannot be read."""
    with contextlib.suppress(UserError):
        yield from Workspace(workspace).folders()
