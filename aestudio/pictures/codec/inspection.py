"""What an .aes file says of itself, without the model that it was made with."""

from __future__ import annotations

from typing import Any

from aestudio.pictures.codec.codes import read_head
from aestudio.pictures.codec.container import ARCHIVE, KINDS, PATCHES, PICTURE, Short, Source, unseal
from aestudio.pictures.codec.extras import Extras
from aestudio.pictures.codec.patches import read_patches_head
from aestudio.pictures.codec.stream import read_header
from aestudio.spec.faults import UserError

_TOP = 65_535  # of levels; the model alone knows its own


def inspect(data: bytes, name: str) -> dict[str, Any]:
    """Kind, model, size and what it costs, by name; bits are of the whole file.

    Raises
    ------
    UserError
        it is no .aes file, damaged, or of a newer version.
    """
    sealed = unseal(data, name)
    found: dict[str, Any] = {"kind": KINDS[sealed.kind], "model": sealed.digest.hex(), "bytes": len(data)}
    source = Source(sealed.payload)
    try:
        return found | _TELLERS[sealed.kind](source, len(data))
    except (Short, ValueError) as error:
        raise UserError(f"{name}: is damaged inside; get another copy of it") from error


def _picture(source: Source, size: int) -> dict[str, Any]:
    header = read_header(source, _TOP)
    layout = header.layout
    return {
        "width": layout.width,
        "height": layout.height,
        "colour": "grey" if header.grey else "colour",
        **_told(header.extras),
        "level": header.level,
        "tiles": len(layout),
        "bits_per_pixel": round(8 * size / (layout.width * layout.height), 4),
        "of_raw_percent": round(100 * size / (layout.width * layout.height * (1 if header.grey else 3)), 3),
    }


def _archive(source: Source, size: int) -> dict[str, Any]:
    head = read_head(source)
    each = size / head.count if head.count else 0.0
    return {
        "images": head.count,
        "code_size": head.places,
        "bits": head.bits,
        "bytes_per_image": round(each, 3),
    }


def _patches(source: Source, size: int) -> dict[str, Any]:
    head = read_patches_head(source)
    codes = read_head(source)
    return {
        "width": head.width,
        "height": head.height,
        "colour": "grey" if head.grey else "colour",
        **_told(head.extras),
        "code_size": codes.places,
        "bits": codes.bits,
        "bits_per_pixel": round(8 * size / (head.width * head.height), 4),
    }


def _told(extras: Extras) -> dict[str, Any]:
    return {
        "transparency": extras.alpha is not None,
        "profile": extras.profile is not None,
        "pixels_per_inch": extras.density,
    }


_TELLERS = {PICTURE: _picture, ARCHIVE: _archive, PATCHES: _patches}
