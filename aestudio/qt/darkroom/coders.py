"""Ways to compress one picture for the stage: the photo codec, or a run of one's own. For the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from aestudio.library.folder import BEST
from aestudio.pictures.codec.basis import SIDE
from aestudio.pictures.codec.extras import seen_again
from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.layout import Layout, Tile
from aestudio.pictures.codec.packing import file_by_run
from aestudio.pictures.codec.patches import PatchEncoder
from aestudio.pictures.codec.rate import fitted, level_of, quality_of
from aestudio.pictures.codec.settings import MOST_BITS, CompressSettings
from aestudio.pictures.codec.sizes import SizeLaw
from aestudio.pictures.codec.stream import Coding, Encoder
from aestudio.pictures.curves import Point, psnr
from aestudio.pictures.familiar import familiarity
from aestudio.pictures.own_runs import open_own_run
from aestudio.pictures.picture import Picture, eight_bits
from aestudio.pictures.tiles import Box, Progress
from aestudio.pictures.waiting import asking
from aestudio.qt.darkroom.squeezed import Coded

Show = Callable[[Box, np.ndarray], None]

_PLACES, _PLACE = 3, 192  # a picture's sample: 3 × 3 places of 192 pixels a side
_SAMPLED = 1_000_000  # pixels from which on a sample is taken first
_LEVELS = 7  # of a curve


class Coder(Protocol):
    """Compresses one picture at any setting."""

    model_bytes: int
    top: int

    @property
    def law(self) -> SizeLaw:
        """What is known of the sizes."""
        ...

    def look(self, progress: Progress) -> None:
        """What has to be done before sizes can be guessed."""
        ...

    def look_on(self, progress: Progress) -> None:
        """What may be done for that once the picture is shown."""
        ...

    def code(self, settings: CompressSettings, seen: Box, progress: Progress, show: Show) -> Coded:
        """Compress, showing what comes out part by part, that in sight first."""
        ...

    def oddity(self, progress: Progress) -> str:
        """A sentence where the picture is unlike what the model was trained on."""
        ...

    def settings(self) -> tuple[int, ...]:
        """Those of a curve, coarse to fine."""
        ...

    def point(self, setting: int, progress: Progress) -> Point:
        """One of a curve."""
        ...


def coder_of(model: str, picture: Picture) -> Coder:
    """By a model's name or path, or by a run's folder. Raises UserError where there is none."""
    run = CompressSettings(model=model).run
    return CodecCoder(model, picture) if run is None else RunCoder(run, picture)


class CodecCoder:
    """By the photo codec, whose settings are levels."""

    def __init__(self, model: str, picture: Picture) -> None:
        self._model, self._picture = find_codec(model), picture
        self._encoder = Encoder(self._model, picture)
        self.top = self._model.exact.top
        self.model_bytes = self._model.bytes
        self.law = SizeLaw()

    def look(self, progress: Progress) -> None:
        if self._picture.pixels.size > 3 * _SAMPLED and not self.law.sample:
            sample = _sample(self._picture)
            encoder, ratio = Encoder(self._model, sample), self._picture.megapixels / sample.megapixels
            law = self.law
            for level in (self.top // 8, self.top * 7 // 8):
                size = len(encoder.at(level, lambda _, doing: progress(0.0, doing)).file)
                law = law.with_sample(level, size * ratio)
            self.law = law

    def look_on(self, progress: Progress) -> None:
        level = self.top // 8
        if self.law.at(level) is None:
            encoded = self._encoder.at(level, progress)
            self.law = self.law.with_tried(level, len(encoded.file))

    def code(self, settings: CompressSettings, seen: Box, progress: Progress, show: Show) -> Coded:
        coding, level = self._begun(settings, progress)
        layout, grey = self._encoder.layout, self._picture.pixels.shape[2] == 1
        pixels = np.empty((layout.height, layout.width, 1 if grey else 3), np.uint8)
        tiles = sorted(layout, key=lambda tile: _distance(tile, layout, seen))
        if len(tiles) > 1:
            with asking(lambda: progress(0.0, "compressing")):
                _show_inside(coding, tiles[0], layout, show)
        for i, tile in enumerate(tiles):
            share = i / len(tiles)
            with asking(lambda share=share: progress(share, "compressing")):
                part = coding.paint(tile)
            box = _box(tile, layout)
            pixels[box.slices] = part
            show(box, part)
        encoded = coding.encoded()
        self.law = self.law.with_tried(level, len(encoded.file))
        seen_picture = seen_again(self._picture, pixels)
        return Coded(level, quality_of(level, self.top), encoded.file, seen_picture, self.model_bytes)

    def _begun(self, settings: CompressSettings, progress: Progress) -> tuple[Coding, int]:
        if settings.target_bytes is None:
            level = level_of(settings.quality, self.top)
            return Coding(self._encoder, level), level
        encoded = fitted(self._encoder, settings.target_bytes, progress, self.law)
        return Coding.of(self._encoder, encoded), encoded.level

    def oddity(self, progress: Progress) -> str:
        return ""  # photographs of all kinds are known to it

    def settings(self) -> tuple[int, ...]:
        return tuple(round(level) for level in np.linspace(0, self.top, _LEVELS))

    def point(self, setting: int, progress: Progress) -> Point:
        encoded = self._encoder.at(setting, progress)
        return _point(self._picture, encoded.file, encoded.preview(progress))


class RunCoder:
    """By a run of one's own, whose settings are the bits of a number in its codes."""

    def __init__(self, folder: Path, picture: Picture) -> None:
        self._run, self._picture = open_own_run(folder), picture
        self._oddity: str | None = None
        self._encoder: PatchEncoder | None = None
        self.top = MOST_BITS
        self.model_bytes = (folder / BEST).stat().st_size
        self.law = SizeLaw()

    def look(self, progress: Progress) -> None:
        if self._encoder is None:
            with asking(lambda: progress(0.0, "looking")):
                self._encoder = PatchEncoder(self._run, self._picture)
        for bits in range(1, MOST_BITS + 1):
            progress(bits / MOST_BITS, "looking")
            if bits not in dict(self.law.tried):
                self.law = self.law.with_tried(bits, len(self._encoder.file(bits)))

    def look_on(self, progress: Progress) -> None:
        """All is known."""

    def code(self, settings: CompressSettings, seen: Box, progress: Progress, show: Show) -> Coded:
        self.look(progress)
        encoder = self._encoder
        assert encoder
        file, bits = file_by_run(encoder, settings)
        with asking(lambda: progress(0.5, "compressing")):
            picture = encoder.preview(bits)
        layout = Layout(*picture.size)
        for tile in sorted(layout, key=lambda tile: _distance(tile, layout, seen)):
            box = _box(tile, layout)
            show(box, picture.pixels[box.slices])
            progress(0.9, "compressing")
        return Coded(bits, None, file, picture, self.model_bytes)

    def oddity(self, progress: Progress) -> str:
        if self._oddity is None:
            with asking(lambda: progress(1.0, "measuring")):
                found = familiarity(self._run, self._picture, progress)
            self._oddity = found.sentence if found and found.is_unlike else ""
        return self._oddity

    def settings(self) -> tuple[int, ...]:
        return tuple(range(1, MOST_BITS + 1))

    def point(self, setting: int, progress: Progress) -> Point:
        self.look(progress)
        assert self._encoder
        with asking(lambda: progress(0.0, "compressing")):
            return _point(self._picture, self._encoder.file(setting), self._encoder.preview(setting))


def _show_inside(coding: Coding, tile: Tile, layout: Layout, show: Show) -> None:
    """What can be seen of a tile before its neighbours are written."""
    down, right, pixels = coding.paint_inside(tile)
    if not pixels.size:
        return  # a narrow one, at the far end
    box = _box(tile, layout)
    top, left = box.top + down, box.left + right
    show(Box(top, left, top + pixels.shape[0], left + pixels.shape[1]), pixels)


def _point(picture: Picture, file: bytes, seen: Picture) -> Point:
    width, height = picture.size
    return Point(8 * len(file) / (width * height), psnr(eight_bits(picture.pixels), seen.pixels))


def _sample(picture: Picture) -> Picture:
    """Places all over a picture, put together."""
    height, width = picture.pixels.shape[:2]
    tops, lefts = (
        [round(share * (length - _PLACE)) for share in np.linspace(0.1, 0.9, _PLACES)]
        for length in (height, width)
    )
    side = min(_PLACE, height, width)
    rows = [
        np.concatenate([picture.pixels[max(t, 0) :][:side, max(f, 0) :][:, :side] for f in lefts], axis=1)
        for t in tops
    ]
    return Picture(np.ascontiguousarray(np.concatenate(rows)))


def _box(tile: Tile, layout: Layout) -> Box:
    top, left = tile.top * SIDE, tile.left * SIDE
    whole = Box(0, 0, layout.height, layout.width)
    return Box(top, left, top + tile.height * SIDE, left + tile.width * SIDE).within(whole)


def _distance(tile: Tile, layout: Layout, seen: Box) -> tuple[Any, ...]:
    """In sight first, and from its middle outwards."""
    box = _box(tile, layout)
    seen = seen if seen.area else Box(0, 0, layout.height, layout.width)
    gaps = (box.top + box.bottom - seen.top - seen.bottom, box.left + box.right - seen.left - seen.right)
    return (box.within(seen).area == 0, gaps[0] ** 2 + gaps[1] ** 2)
