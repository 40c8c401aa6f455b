"""Files that are whole or not there: written under another name, synced, and renamed."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from aestudio.spec.faults import UserError

PART = ".part"
"""How the name of a file ends that is being written; one that is left over was never finished."""

_LENGTH = 8  # bytes before a safetensors header, which tell how long it is


def write_bytes(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Put ``data`` in place of whatever was at ``path``; a crash leaves the old file or the new one.

    Unsynced files may be lost in a power cut, whole; that is good enough for what can be done without.
    """
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        Path(part).chmod(0o644)  # mkstemp keeps others out; a run is to be shared
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    if synced:
        sync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    """The same for text, as UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, plain: Any) -> None:
    """The same for what JSON can hold, laid out for a person to read."""
    write_text(path, json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_tensors(
    path: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, str], *, synced: bool = True
) -> None:
    """A safetensors file with ``facts`` in its header, and a hash by which an altered byte is found."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_bytes(path, save(whole, {**facts, "sha256": _hash(save(whole))}), synced=synced)


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Arrays and facts of a file that :func:`write_tensors` wrote.

    Raises
    ------
    UserError
        it is missing, cut off, altered or of another kind.
    """
    try:
        data = path.read_bytes()
        header = json.loads(data[_LENGTH : _LENGTH + int.from_bytes(data[:_LENGTH], "little")])
        facts: dict[str, str] = header.get("__metadata__", {})
        arrays = load(data)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({_reason(error)}); restore it from a copy") from error
    except (SafetensorError, ValueError, AttributeError, TypeError, MemoryError) as error:
        raise UserError(f"{path}: is cut off or no safetensors file; restore it from a copy") from error
    if facts.get("sha256") not in (None, _hash(save(arrays))):
        raise UserError(f"{path}: was altered since it was written; restore it from a copy")
    return arrays, facts


def _hash(data: bytes) -> str:
    import hashlib  # 3 ms: the first window reads no run, and need not wait for it

    return hashlib.sha256(data).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    import hashlib

    with path.open("rb") as file:
        if sys.version_info >= (3, 11):
            return hashlib.file_digest(file, "sha256").hexdigest()
        return _hash(file.read())


def sync_folder(folder: Path) -> None:
    """Let a rename in ``folder`` survive a power cut; where the system has no such call, it does anyway."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def telling(where: Path) -> Iterator[None]:
    """The system's errors while writing to ``where``, as one sentence."""
    try:
        yield
    except (OSError, SafetensorError) as error:  # safetensors wraps the system's error in its own
        raise UserError(
            f"{where}: cannot be written ({_reason(error)}); choose a folder with room that is yours"
        ) from error


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
