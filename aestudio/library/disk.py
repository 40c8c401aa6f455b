"""Files that are whole or not there: written under another name, synced, and renamed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from aestudio.spec.faults import UserError

PART = ".part"
"""How the name of a file ends that is being written; one that is left over was never finished."""

_LENGTH = 8  # bytes before a safetensors header, which tell how long it is
_KINDS = {"b": "BOOL", "i": "I", "u": "U", "f": "F"}  # numpy's letters, and what safetensors calls them
_FACTS, _HASH = "__metadata__", "hash"


def write_bytes(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Put ``data`` in place of whatever was at ``path``; a crash leaves the old file or the new one.

    Unsynced files may be lost in a power cut, whole; that is good enough for what can be done without.
    """
    _write_parts(path, [data], synced=synced)


def write_whole(path: Path, data: bytes) -> None:
    """The same for a file that a person asked for; its folder is made where it lacks.

    Raises
    ------
    UserError
        it cannot be written: the disk is full, say, or read-only.
    """
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, data)


def _write_parts(path: Path, parts: Iterable[bytes | memoryview], *, synced: bool) -> None:
    if path.exists() and not path.is_file():  # a device would be replaced
        raise FileExistsError(errno.EEXIST, "Is no file", str(path))
    part = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}{PART}")
    try:
        with part.open("xb") as file:  # not mkstemp, which lets nobody else read it, whatever the umask is
            file.writelines(parts)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
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
    """A safetensors file with ``facts`` in its header, and a hash by which an altered byte is found.

    It is laid out here, since the library's own ``save`` copies everything three times and holds the
    interpreter meanwhile: a run's state would keep its training waiting. Hashing and writing let go of it.
    """
    header, buffers = _laid_out(arrays)
    digest = _hash(header, buffers)
    whole = _dumped({_FACTS: {**facts, _HASH: digest}, **header})
    whole += b" " * (-len(whole) % _LENGTH)
    _write_parts(path, [len(whole).to_bytes(_LENGTH, "little"), whole, *buffers], synced=synced)


def _laid_out(arrays: Mapping[str, NDArray[Any]]) -> tuple[dict[str, Any], list[memoryview]]:
    """What the header says of each array, and their bytes; the widest numbers first, so that all align."""
    header: dict[str, Any] = {}
    buffers, end = [], 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        bits = "" if array.dtype.kind == "b" else 8 * array.itemsize
        offsets = [end, end := end + array.nbytes]
        kind = f"{_KINDS[array.dtype.kind]}{bits}"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": offsets}
        buffers.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return header, buffers


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Arrays and facts of a file that :func:`write_tensors` wrote.

    Raises
    ------
    UserError
        it is missing, cut off, altered or of another kind.
    """
    try:
        data = path.read_bytes()
        start = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
        header = json.loads(data[_LENGTH:start])
        facts: dict[str, str] = header.pop(_FACTS, {})
        arrays = load(data)
        told = facts.pop(_HASH, None)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({_reason(error)}); restore it from a copy") from error
    except (SafetensorError, ValueError, AttributeError, TypeError, MemoryError) as error:
        raise UserError(f"{path}: is cut off or no safetensors file; restore it from a copy") from error
    if told not in (None, _hash(header, [memoryview(data)[start:]])):
        raise UserError(f"{path}: was altered since it was written; restore it from a copy")
    return arrays, facts


def _hash(header: Mapping[str, Any], buffers: Iterable[memoryview]) -> str:
    """SHA-256 of what the arrays are called and hold; facts may differ."""
    import hashlib  # 3 ms: the first window reads no run, and need not wait for it

    digest = hashlib.sha256(_dumped(header))
    for buffer in buffers:
        digest.update(buffer)
    return digest.hexdigest()


def _dumped(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, separators=(",", ":")).encode()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    import hashlib

    with path.open("rb") as file:
        if sys.version_info >= (3, 11):
            return hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(file.read()).hexdigest()


def stamp(path: Path | str) -> tuple[int, int, int] | None:
    """Changes whenever the file is written anew or replaced; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


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
