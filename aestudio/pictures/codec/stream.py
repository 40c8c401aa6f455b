"""A whole picture to the bytes of a file and back, tile by tile, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from aestudio.pictures.codec.basis import SIDE
from aestudio.pictures.codec.coder import Damaged
from aestudio.pictures.codec.container import PICTURE, Short, Source, chunk, number, seal, unseal
from aestudio.pictures.codec.extras import (
    EVERY_EXTRA,
    UNREADABLE,
    Extras,
    extras_of,
    read_extras,
    seen_again,
)
from aestudio.pictures.codec.layout import Layout, Tile, analysed, painted
from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.tile import read_tile, write_tile
from aestudio.pictures.picture import MEGAPIXELS, Picture, eight_bits
from aestudio.pictures.tiles import Progress, nothing_told
from aestudio.pictures.waiting import ask_now, asking
from aestudio.spec.faults import UserError

_GREY = 1
_EXTRAS = 1  # bits of the flags below those of the extras
_KEPT_TILES = 40  # latents of so many tiles are kept, 7 MB each, so that other qualities come faster
_INSIDE = 8  # latents: as far as the synthesis looks, up to a grid of 64 pixels


@dataclass(frozen=True)
class Header:
    """What a coded picture says of itself before its tiles."""

    level: int
    layout: Layout
    grey: bool
    extras: Extras


@dataclass(frozen=True, eq=False)
class Encoded:
    """A picture at one level: the ``file``, and what it will look like when opened."""

    model: CodecModel
    picture: Picture
    level: int
    file: bytes
    tiles: tuple[Tensor, ...] | None = field(repr=False)

    def preview(self, progress: Progress = nothing_told) -> Picture:
        """What :func:`decode` gives of the file, byte for byte, without reading it again where possible."""
        if self.tiles is None:
            return decode(self.model, self.file, progress=progress)
        layout, tiles = Layout(*self.picture.size), self.tiles
        grey = self.picture.pixels.shape[2] == 1

        def latents(row: int, column: int) -> Tensor:
            return tiles[row * layout.columns + column]

        pixels = _paint(self.model, (layout, self.level), latents, grey=grey, progress=progress)
        return seen_again(self.picture, pixels)


class Encoder:
    """One picture, each tile of it looked at once and then written at any level."""

    def __init__(self, model: CodecModel, picture: Picture) -> None:
        self.model, self.picture = model, picture
        self.layout = Layout(*picture.size)
        pixels = eight_bits(picture.pixels)
        self._pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        self._extras = extras_of(picture)
        self._kept: dict[int, Tensor] = {}

    @property
    def keeps(self) -> bool:
        """Whether latents of all tiles are kept."""
        return len(self.layout) <= _KEPT_TILES

    def at(self, level: int, progress: Progress = nothing_told) -> Encoded:
        """The picture at a level, 0 (smallest) to ``model.exact.top``."""
        coding = Coding(self, level)
        for i, tile in enumerate(self.layout):
            share = i / len(self.layout)
            with asking(lambda share=share: progress(share, "writing")):
                coding.write(tile)
        return coding.encoded()

    def looked(self, index: int, tile: Tile) -> Tensor:
        """Latents of a tile, without gain."""
        if index in self._kept:
            return self._kept[index]
        y = analysed(self._pixels, self.layout, tile, self.model.latents)
        if self.keeps:
            self._kept[index] = y
        return y

    def sealed(self, level: int, parts: Sequence[bytes]) -> bytes:
        """The file of all tiles' bytes."""
        flags = (_GREY if self.picture.pixels.shape[2] == 1 else 0) | self._extras.flags << _EXTRAS
        size = number(self.picture.size[0]) + number(self.picture.size[1])
        head = bytes([flags]) + level.to_bytes(2, "little") + size + self._extras.packed()
        return seal(PICTURE, self.model.digest, head + b"".join(map(chunk, parts)))


class Coding:
    """One picture at one level, under way: tiles are written and painted in any order."""

    def __init__(self, encoder: Encoder, level: int) -> None:
        self._encoder, self._level = encoder, level
        self._parts: dict[int, bytes] = {}
        self._y_hats: dict[int, Tensor] = {}
        self._whole: Encoded | None = None

    @classmethod
    def of(cls, encoder: Encoder, encoded: Encoded) -> Coding:
        """One that is written already, to be painted."""
        coding = cls(encoder, encoded.level)
        if encoded.tiles:
            coding._whole, coding._y_hats = encoded, dict(enumerate(encoded.tiles))
        return coding

    def write(self, tile: Tile) -> None:
        """Write a tile, unless that is done."""
        encoder = self._encoder
        index = tile.row * encoder.layout.columns + tile.column
        if index not in self._parts and not self._whole:
            data, y_hat = write_tile(encoder.model, encoder.looked(index, tile), self._level)
            self._parts[index] = data
            self._keep(index, y_hat)

    def paint(self, tile: Tile) -> np.ndarray:
        """Pixels uint8 (H, W, C) of a tile; what it needs of its neighbours is written first."""
        what = self._encoder.layout, self._level
        grey = self._encoder.picture.pixels.shape[2] == 1
        return _painted_tile(self._encoder.model, what, tile, self._latents, grey=grey)

    def paint_inside(self, tile: Tile) -> tuple[int, int, np.ndarray]:
        """Pixels uint8 (h, w, C) of a tile away from its neighbours, and where in it they begin.

        Nothing but the tile itself is written for it, so that something is there to be seen soon.
        """
        layout, model = self._encoder.layout, self._encoder.model
        tiles = Layout(tile.width * SIDE, tile.height * SIDE)
        alone = Tile(0, 0, 0, 0, tile.height, tile.width)
        grey = self._encoder.picture.pixels.shape[2] == 1
        y_hat = self._latents(tile.row, tile.column)
        pixels = _painted_tile(model, (tiles, self._level), alone, lambda row, column: y_hat, grey=grey)
        top, left = (_INSIDE * SIDE * (start > 0) for start in (tile.top, tile.left))
        bottom = min(_end(tile.top, tile.height, layout.latents[0]), layout.height - tile.top * SIDE)
        right = min(_end(tile.left, tile.width, layout.latents[1]), layout.width - tile.left * SIDE)
        return top, left, np.ascontiguousarray(pixels[top:bottom, left:right])

    def encoded(self) -> Encoded:
        """The picture with its file, once all tiles are written."""
        if self._whole:
            return self._whole
        encoder, all_tiles = self._encoder, range(len(self._encoder.layout))
        file = encoder.sealed(self._level, [self._parts[i] for i in all_tiles])
        kept = tuple(self._y_hats[i] for i in all_tiles) if encoder.keeps else None
        return Encoded(encoder.model, encoder.picture, self._level, file, kept)

    def _latents(self, row: int, column: int) -> Tensor:
        layout = self._encoder.layout
        tile, index = layout.tile(row, column), row * layout.columns + column
        self.write(tile)
        if index not in self._y_hats:
            data, model = self._parts[index], self._encoder.model
            self._keep(index, read_tile(model, data, tile.height, tile.width, self._level))
        return self._y_hats[index]

    def _keep(self, index: int, y_hat: Tensor) -> None:
        self._y_hats[index] = y_hat
        if len(self._y_hats) > _KEPT_TILES:
            del self._y_hats[next(iter(self._y_hats))]


def _end(start: int, length: int, end: int) -> int:
    """Where the inside of a tile ends, in pixels from its beginning."""
    return max(length - _INSIDE * (start + length < end), 0) * SIDE


def decode(
    model: CodecModel, data: bytes, *, name: str = "the file", progress: Progress = nothing_told
) -> Picture:
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
        alpha, icc = header.extras.unpacked(header.layout.width, header.layout.height)
    except (Short, Damaged, *UNREADABLE) as error:
        raise UserError(f"{name}: is damaged inside ({_reason(error)}); get another copy of it") from error
    return Picture(pixels, alpha, icc, density=header.extras.density)


def read_header(source: Source, top: int) -> Header:
    """The header at the front of a picture's payload. Raises Short or ValueError where it makes no sense."""
    flags = source.take(1)[0]
    level = int.from_bytes(source.take(2), "little")
    width, height = source.number(), source.number()
    if level > top or not 0 < width * height <= MEGAPIXELS * 1_000_000 or flags >> _EXTRAS > EVERY_EXTRA:
        raise ValueError(f"{width} x {height} pixels at level {level}")
    extras = read_extras(flags >> _EXTRAS, source)
    return Header(level, Layout(width, height), bool(flags & _GREY), extras)


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
    layout, _ = what
    pixels = np.empty((layout.height, layout.width, 1 if grey else 3), np.uint8)
    for i, tile in enumerate(layout):
        share = i / len(layout)
        with asking(lambda share=share: progress(share, "painting")):
            part = _painted_tile(model, what, tile, latents, grey=grey)
        top, left = tile.top * SIDE, tile.left * SIDE
        pixels[top : top + part.shape[0], left : left + part.shape[1]] = part
    return pixels


def _painted_tile(
    model: CodecModel,
    what: tuple[Layout, int],
    tile: Tile,
    latents: Callable[[int, int], Tensor],
    *,
    grey: bool,
) -> np.ndarray:
    """Pixels uint8 (H, W, C) of a tile."""
    layout, level = what
    ask_now()
    x = painted(layout, tile, latents, lambda y: model.pixels(y, level))
    x = x.mean(dim=0, keepdim=True) if grey else x
    return (x.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous().numpy()


def _reason(error: Exception) -> str:
    return str(error).strip() or "it ends too early"
