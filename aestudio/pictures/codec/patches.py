"""One picture of any size through a trained run: its patches' codes, in few bits each.

A run of convolutions alone looks at the whole picture at once, so its patches have no seams; any other sees
patch by patch. A run trained on grey takes colour channel by channel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aestudio.pictures.codec.archive import BATCH, BROKEN, mark, refuse_others
from aestudio.pictures.codec.codes import packed_codes, read_codes, rounded_codes
from aestudio.pictures.codec.container import PATCHES, Sealed, Short, Source, number, seal
from aestudio.pictures.codec.extras import (
    EVERY_EXTRA,
    UNREADABLE,
    Extras,
    extras_of,
    read_extras,
    seen_again,
)
from aestudio.pictures.own_runs import OwnRun
from aestudio.pictures.picture import MEGAPIXELS, Picture, eight_bits
from aestudio.pictures.waiting import ask_now
from aestudio.spec.faults import UserError

_GREY, _WHOLE = 1, 2
_EXTRAS = 2  # bits of the flags below those of the extras
_MOST_NUMBERS = 500_000_000  # in one layer of a picture seen whole: 2 GB, and the next layer is there as well


class PatchEncoder:
    """A picture that a run has looked at, to be written in any number of bits.

    Raises UserError where the run takes vectors.
    """

    def __init__(self, run: OwnRun, picture: Picture) -> None:
        self.run, self.picture = run, picture
        self._head, planes = _head(run, picture), _planes(run, picture)
        self._grid = (len(planes), *_grid(run, self._head.height, self._head.width))
        self._codes = _coded(run, planes, whole=self._head.whole)

    def file(self, bits: int) -> bytes:
        """The file, with codes of ``bits`` bits. Raises SpecError where those are out of range."""
        codes = packed_codes(self._codes, self.run.model.code_shape, bits)
        return seal(PATCHES, mark(self.run), _packed_head(self._head) + codes)

    def preview(self, bits: int) -> Picture:
        """What :func:`unpack_picture` will give of the file."""
        codes = rounded_codes(self._codes, self.run.model.code_shape, bits)
        x = _painted(self.run, codes, self._grid, whole=self._head.whole)
        return seen_again(self.picture, _pixels(x, self._head))


def unpack_picture(run: OwnRun, sealed: Sealed, name: str) -> Picture:
    """The picture of a file. Raises UserError where it was made with another run, or is damaged inside."""
    refuse_others(run, sealed, name)
    source = Source(sealed.payload)
    try:
        head = read_patches_head(source)
        rows, columns = _grid(run, head.height, head.width)
        planes = 1 if head.grey or run.model.data_shape[0] == 3 else 3
        codes = read_codes(source, run.model.code_shape)
        if len(codes) != planes * rows * columns or head.whole > _sees_whole(run, head.width, head.height):
            raise Short
        alpha, icc = head.extras.unpacked(head.width, head.height)
    except (*BROKEN, *UNREADABLE) as error:
        raise UserError(f"{name}: is damaged inside; get another copy of it") from error
    x = _painted(run, codes, (planes, rows, columns), whole=head.whole)
    return Picture(_pixels(x, head), alpha, icc, density=head.extras.density)


@dataclass(frozen=True)
class Head:
    """The picture's size, whether it is grey, whether the run saw it whole, and what goes along with it."""

    width: int
    height: int
    grey: bool
    whole: bool
    extras: Extras


def read_patches_head(source: Source) -> Head:
    """The front of a payload of patches. Raises Short or ValueError where it makes no sense."""
    flags, width, height = source.take(1)[0], source.number(), source.number()
    if not 0 < width * height <= MEGAPIXELS * 1_000_000 or flags >> _EXTRAS > EVERY_EXTRA:
        raise ValueError(f"{width} x {height} pixels")
    extras = read_extras(flags >> _EXTRAS, source)
    return Head(width, height, bool(flags & _GREY), bool(flags & _WHOLE), extras)


def _packed_head(head: Head) -> bytes:
    flags = _GREY * head.grey | _WHOLE * head.whole | head.extras.flags << _EXTRAS
    return bytes([flags]) + number(head.width) + number(head.height) + head.extras.packed()


def _head(run: OwnRun, picture: Picture) -> Head:
    width, height = picture.size
    is_grey, is_whole = picture.pixels.shape[2] == 1, _sees_whole(run, width, height)
    return Head(width, height, is_grey, is_whole, extras_of(picture))


def _sees_whole(run: OwnRun, width: int, height: int) -> bool:
    return run.slides and width * height * run.widest <= _MOST_NUMBERS


def _pixels(x: Tensor, head: Head) -> np.ndarray:
    """Pixels uint8 (H, W, C) of planes (planes, C, H, W), their rim cut off."""
    x = x.flatten(0, 1)[:, : head.height, : head.width]
    # A grey picture that went through a run for colour has three channels nearly alike.
    x = x.mean(dim=0, keepdim=True) if head.grey else x
    pixels = (x.clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return np.ascontiguousarray(pixels.numpy())


def _grid(run: OwnRun, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of patches that cover a picture."""
    side = run.model.data_shape[1:]
    return -(-height // side[0]), -(-width // side[1])


def _planes(run: OwnRun, picture: Picture) -> Tensor:
    """What the run sees, (planes, C, H, W) in [0, 1], filled up to whole patches by repeating the rim."""
    shape = run.model.data_shape
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise UserError(f"{run.folder} was not trained on pictures; give a run that was")
    pixels = eight_bits(picture.pixels)
    if shape[0] == 3 and pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    rows, columns = _grid(run, *pixels.shape[:2])
    missing = rows * shape[1] - pixels.shape[0], columns * shape[2] - pixels.shape[1]
    filled = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    x = torch.from_numpy(filled.transpose(2, 0, 1).copy()).float() / 255
    return x[None] if shape[0] == 3 else x[:, None]


@torch.inference_mode()
def _coded(run: OwnRun, x: Tensor, *, whole: bool) -> np.ndarray:
    """Codes (patches, D) of planes."""
    ask_now()
    if whole:
        # Plane by plane: layers of all three at once would take three times the memory.
        z = torch.cat([run.model.encode(plane).z for plane in x.split(1)])
        return _parted(z, run.model.code_shape[1:]).flatten(1).numpy()
    patches = _parted(x, run.model.data_shape[1:])
    return torch.cat([run.model.encode(part).z.flatten(1) for part in patches.split(BATCH)]).numpy()


@torch.inference_mode()
def _painted(run: OwnRun, codes: np.ndarray, grid: tuple[int, int, int], *, whole: bool) -> Tensor:
    """Planes (planes, C, H, W) of codes."""
    z = torch.from_numpy(codes).float().unflatten(1, run.model.code_shape)
    if whole:
        return torch.cat([run.model.decode(plane) for plane in _joined(z, grid).split(1)])
    return _joined(torch.cat([run.model.decode(part) for part in z.split(BATCH)]), grid)


def _parted(x: Tensor, side: tuple[int, ...]) -> Tensor:
    """Patches (planes · rows · columns, C, h, w) of maps (planes, C, H, W)."""
    planes, channels, height, width = x.shape
    rows, columns = height // side[0], width // side[1]
    parts = x.reshape(planes, channels, rows, side[0], columns, side[1])
    return parts.permute(0, 2, 4, 1, 3, 5).reshape(-1, channels, *side)


def _joined(parts: Tensor, grid: tuple[int, int, int]) -> Tensor:
    """Maps (planes, C, H, W) of patches, the inverse of :func:`_parted`."""
    planes, rows, columns = grid
    channels, height, width = parts.shape[1:]
    maps = parts.reshape(planes, rows, columns, channels, height, width).permute(0, 3, 1, 4, 2, 5)
    return maps.reshape(planes, channels, rows * height, columns * width)
