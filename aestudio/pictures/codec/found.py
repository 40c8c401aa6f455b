"""Which model codes: the one that ships, one of a person's own, or any run that they trained."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from aestudio.data.resources import resource
from aestudio.library.folder import BEST
from aestudio.pictures.codec.archive import Run
from aestudio.pictures.codec.model import HASH_BYTES, CodecModel, open_model
from aestudio.pictures.codec.settings import SHIPPED
from aestudio.pictures.own_runs import open_own_run
from aestudio.spec.faults import UserError

SUFFIX = ".safetensors"


def find_codec(name_or_path: str = SHIPPED) -> CodecModel:
    """The codec that ships, by its name, or one of a person's own, by the path of its model file.

    Raises
    ------
    UserError
        there is none, or it is damaged.
    """
    shipped = name_or_path == SHIPPED
    path = resource("models", SHIPPED + SUFFIX) if shipped else Path(name_or_path).expanduser()
    if shipped and not path.is_file():
        raise UserError(f"{path}: is missing, which ships with AE Studio; install it again")
    if path.suffix != SUFFIX or not path.is_file():
        raise UserError(
            f"{name_or_path}: is no model of the codec; use {SHIPPED}, or the path of a {SUFFIX} file"
        )
    return _opened(path, path.stat().st_mtime_ns)


def open_run(folder: Path) -> Run:
    """The autoencoder of a run's folder, named by the hash of its weights.

    Raises
    ------
    UserError
        the folder is none of a run, or it was not trained on pictures.
    """
    own = open_own_run(folder)
    digest = hashlib.sha256((folder / BEST).read_bytes()).digest()[:HASH_BYTES]
    return Run(own.model, digest, str(folder), own.slides)


@functools.lru_cache(maxsize=2)
def _opened(path: Path, changed: int) -> CodecModel:
    return open_model(path)
