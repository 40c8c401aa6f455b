"""A whole picture to the bytes of a file and back, tile by tile, in bounded memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from torch import Tensor

from aestudio.pictures.codec.basis import SIDE
from aestudio.pictures.codec.coder import Damaged
from aestudio.pictures.codec.container import PICTURE, Short, Source, chunk, number, seal, unseal
from aestudio.pictures.codec.layout import Layout, Tile, analysed, painted
from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.tile import read_tile, write_tile
from aestudio.pictures.picture import MEGAPIXELS, Picture, eight_bits
from aestudio.spec.faults import UserError

Progress = Callable[[float, str], None]
"""Told how much is done (0 to 1) and what is being done; it may raise to break off."""

_GREY, _ALPHA, _PROFILE = 1, 2, 4
_KEPT_TILES = 40  # latents of so many tiles are kept, 7 MB each, so that other qualities come faster
_MOST_PROFILE = 8_000_000  # bytes of a colour profile; printers' take 2 MB


def silent(share: float, doing: str) -> None:
    """Progress that nobody waits for."""


@dataclass(frozen=True)
class Header:
    """What a coded picture says of itself before its tiles."""

    level: int
    layout: Layout
    grey: bool
    profile: bytes | None
    alpha: bytes | None


@dataclass(frozen=True, eq=False)
class Encoded:
    """A picture at one level: the ``file``, and what it will look like when opened."""

    model: CodecModel
    picture: Picture
    level: int
    file: bytes
    tiles: tuple[Tensor, ...] | None = field(repr=False)

    def preview(self, progress: Progress = silent) -> Picture:
        """What :func:`decode` gives of the file, byte for byte, without reading it again where possible."""
        if self.tiles is None:
            return decode(self.model, self.file, progress=progress)
        layout, tiles = Layout(*self.picture.size), self.tiles
        grey = self.picture.pixels.shape[2] == 1

        def latents(row: int, column: int) -> Tensor:
            return tiles[row * layout.columns + column]

        pixels = _paint(self.model, (layout, self.level), latents, grey=grey, progress=progress)
        alpha = self.picture.alpha
        return Picture(pixels, None if alpha is None else eight_bits(alpha), self.picture.icc)


class Encoder:
    """One picture, looked at once and then written at any level."""

    def __init__(self, model: CodecModel, picture: Picture, progress: Progress = silent) -> None:
        self.model, self.picture = model, picture
        self.layout = Layout(*picture.size)
        pixels = eight_bits(picture.pixels)
        self._pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        self._extras = _extras(picture)
        self._kept: list[Tensor] | None = None
        if len(self.layout) <= _KEPT_TILES:
            self._kept = []
            for i, tile in enumerate(self.layout):
                progress(i / len(self.layout), "looking")
                self._kept.append(self._look(tile))

    def at(self, level: int, progress: Progress = silent) -> Encoded:
        """The picture at a level, 0 (smallest) to ``model.exact.top``."""
        written, kept = [], []
        for i, tile in enumerate(self.layout):
            progress(i / len(self.layout), "writing")
            data, y_hat = write_tile(self.model, self._kept[i] if self._kept else self._look(tile), level)
            written.append(chunk(data))
            if self._kept:
                kept.append(y_hat)
        file = seal(PICTURE, self.model.digest, self._head(level) + b"".join(written))
        return Encoded(self.model, self.picture, level, file, tuple(kept) if self._kept else None)

    def _look(self, tile: Tile) -> Tensor:
        return analysed(self._pixels, self.layout, tile, self.model.latents)

    def _head(self, level: int) -> bytes:
        flags, extras = self._extras
        size = number(self.picture.size[0]) + number(self.picture.size[1])
        return bytes([flags]) + level.to_bytes(2, "little") + size + extras


def decode(model: CodecModel, data: bytes, *, name: str = "the file", progress: Progress = silent) -> Picture:
    """The picture in the bytes of a file that :class:`Encoder` wrote with the same model.

    Raises
    ------
    UserError
        the file is foreign, damaged, holds no picture or was made with another model.
    """
    sealed = unseal(data, name)
    if sealed.kind != PICTURE:
        raise UserError(f"{name}: was made with a run of someone's own; give its folder with --model")
    if sealed.digest != model.digest:
        raise UserError(
            f"{name}: was made with the model {sealed.digest.hex()}, not with {model.name} "
            f"({model.digest.hex()}); give that model with --model"
        )
    try:
        source = Source(sealed.payload)
        header = read_header(source, top=model.exact.top)
        parts = [source.chunk() for _ in header.layout]
        source.end()
        pixels = _read(model, header, parts, progress)
        alpha = None if header.alpha is None else _alpha(header.alpha, header.layout)
        icc = None if header.profile is None else _inflated(header.profile)
    except (Short, Damaged, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise UserError(f"{name}: is damaged inside ({_reason(error)}); get another copy of it") from error
    return Picture(pixels, alpha, icc)


def read_header(source: Source, top: int) -> Header:
    """The header at the front of a picture's payload. Raises Short or ValueError where it makes no sense."""
    flags = source.take(1)[0]
    level = int.from_bytes(source.take(2), "little")
    width, height = source.number(), source.number()
    if level > top or not 0 < width * height <= MEGAPIXELS * 1_000_000 or flags > 7:
        raise ValueError(f"{width} x {height} pixels at level {level}")
    profile = source.chunk() if flags & _PROFILE else None
    alpha = source.chunk() if flags & _ALPHA else None
    return Header(level, Layout(width, height), bool(flags & _GREY), profile, alpha)


def _read(model: CodecModel, header: Header, parts: Sequence[bytes], progress: Progress) -> np.ndarray:
    """Pixels, with the latents of three rows of tiles at hand and no more."""
    layout, at_hand = header.layout, dict[tuple[int, int], Tensor]()

    def latents(row: int, column: int) -> Tensor:
        if (row, column) not in at_hand:
            for gone in [place for place in at_hand if place[0] < row - 2]:
                del at_hand[gone]
            tile = layout.tile(row, column)
            data = parts[row * layout.columns + column]
            at_hand[row, column] = read_tile(model, data, tile.height, tile.width, header.level)
        return at_hand[row, column]

    return _paint(model, (layout, header.level), latents, grey=header.grey, progress=progress)


def _paint(
    model: CodecModel,
    what: tuple[Layout, int],
    latents: Callable[[int, int], Tensor],
    *,
    grey: bool,
    progress: Progress,
) -> np.ndarray:
    layout, level = what
    pixels = np.empty((layout.height, layout.width, 1 if grey else 3), np.uint8)
    for i, tile in enumerate(layout):
        progress(i / len(layout), "painting")
        x = painted(layout, tile, latents, lambda y: model.pixels(y, level))
        x = x.mean(dim=0, keepdim=True) if grey else x
        top, left = tile.top * SIDE, tile.left * SIDE
        place = pixels[top : top + x.shape[1], left : left + x.shape[2]]
        place[...] = (x.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return pixels


def _extras(picture: Picture) -> tuple[int, bytes]:
    """Flags, and the chunks of profile and transparency."""
    flags = _GREY if picture.pixels.shape[2] == 1 else 0
    chunks = b""
    if picture.icc and len(picture.icc) <= _MOST_PROFILE:
        flags, chunks = flags | _PROFILE, chunk(zlib.compress(picture.icc, 9))
    if picture.alpha is not None:
        file = io.BytesIO()
        Image.fromarray(eight_bits(picture.alpha)).save(file, "PNG", optimize=True)
        flags, chunks = flags | _ALPHA, chunks + chunk(file.getvalue())
    return flags, chunks


def _alpha(data: bytes, layout: Layout) -> np.ndarray:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        if image.size != (layout.width, layout.height) or image.mode != "L":
            raise ValueError("its transparency is of another size")
        return np.array(image)


def _inflated(data: bytes) -> bytes:
    profile = zlib.decompressobj().decompress(data, _MOST_PROFILE)
    if not profile:
        raise ValueError("its colour profile is empty")
    return profile


def _reason(error: Exception) -> str:
    return str(error).strip() or "it ends too early"
