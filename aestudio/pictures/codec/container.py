"""The file around coded data: magic, version, kind, the model's hash, length, checksum.

::

    89 41 45 53   version   kind   model's hash (8)   length   payload   CRC-32 of all before (4)

Lengths are written in groups of 7 bits, the lowest first, as in Protocol Buffers.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from aestudio.pictures.codec.model import HASH_BYTES
from aestudio.spec.faults import UserError

MAGIC = b"\x89AES"
VERSION = 1
PICTURE, ARCHIVE, PATCHES = 1, 2, 3
KINDS = {PICTURE: "picture", ARCHIVE: "archive", PATCHES: "picture by a run"}
_HEAD = len(MAGIC) + 2 + HASH_BYTES
_CHECK = 4
_MOST_DIGITS = 5  # groups of 7 bits in a length


@dataclass(frozen=True)
class Sealed:
    """What a file holds: ``kind``, the hash of the model it was made with, and its ``payload``."""

    kind: int
    digest: bytes
    payload: bytes


def seal(kind: int, digest: bytes, payload: bytes) -> bytes:
    """The file of a payload."""
    body = MAGIC + bytes([VERSION, kind]) + digest + number(len(payload)) + payload
    return body + zlib.crc32(body).to_bytes(_CHECK, "little")


def unseal(data: bytes, name: str) -> Sealed:
    """What the file ``data`` holds; ``name`` is what messages call it.

    Raises
    ------
    UserError
        it is foreign, of a newer version, cut short, or altered.
    """
    if not data.startswith(MAGIC[: len(data)]) or not data:
        raise UserError(f"{name}: is no .aes file; give one that 'aestudio compress' wrote")
    if len(data) >= _HEAD and data[len(MAGIC)] != VERSION:
        raise UserError(
            f"{name}: is of version {data[len(MAGIC)]} of .aes, not {VERSION}; a newer AE Studio may open it"
        )
    try:
        source = Source(data[_HEAD:-_CHECK])
        length = source.number()
    except Short:
        raise UserError(f"{name}: is cut short; get another copy of it") from None
    missing = length - source.left
    if missing > 0:
        raise UserError(f"{name}: is cut short by {missing:,} bytes; get another copy of it")
    if missing or zlib.crc32(data[:-_CHECK]) != int.from_bytes(data[-_CHECK:], "little"):
        raise UserError(f"{name}: was altered, its checksum does not fit; get another copy of it")
    kind = data[len(MAGIC) + 1]
    if kind not in KINDS:
        raise UserError(f"{name}: holds something unknown here (kind {kind}); a newer AE Studio may open it")
    return Sealed(kind, data[_HEAD - HASH_BYTES : _HEAD], source.take(length))


def number(value: int) -> bytes:
    """A whole number of 0 or more, in groups of 7 bits."""
    groups = []
    while value > 127:
        groups.append(value & 127 | 128)
        value >>= 7
    return bytes([*groups, value])


class Short(Exception):
    """The data end too early, or a length in them makes no sense."""


class Source:
    """Bytes that are taken from the front. Methods raise Short where there are too few."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """How many bytes are still there."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        if count > self.left:
            raise Short
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self) -> int:
        """A number that :func:`number` wrote."""
        value = 0
        for group in range(_MOST_DIGITS):
            byte = self.take(1)[0]
            value |= (byte & 127) << (7 * group)
            if byte < 128:
                return value
        raise Short

    def chunk(self) -> bytes:
        """A length, and as many bytes."""
        return self.take(self.number())

    def end(self) -> None:
        """Raise Short where something is left that should not be."""
        if self.left:
            raise Short


def chunk(data: bytes) -> bytes:
    """``data`` with its length before it."""
    return number(len(data)) + data
