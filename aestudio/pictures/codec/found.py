"""Which codec codes: the one that ships, or one of a person's own."""

from __future__ import annotations

import functools
from pathlib import Path

from aestudio.data.resources import resource
from aestudio.pictures.codec.model import CodecModel, open_model
from aestudio.pictures.codec.settings import SHIPPED
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
            f"{name_or_path}: is neither a model of the codec nor a run's folder; "
            f"use {SHIPPED}, a {SUFFIX} file, or the folder of a run"
        )
    return _opened(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _opened(path: Path, changed: int) -> CodecModel:
    return open_model(path)
