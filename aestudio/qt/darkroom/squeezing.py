"""How a picture is compressed for the stage: the steps, in the order in which a person sees them.

Everything here runs in the background and touches no widget. What is done is handed over part by part, as
frozen values of :mod:`aestudio.qt.darkroom.squeezed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.library.disk import stamp
from aestudio.library.folder import BEST
from aestudio.pictures.codec.settings import CompressSettings
from aestudio.pictures.curves import RIVALS, middle
from aestudio.pictures.picture import Picture, eight_bits
from aestudio.pictures.pyramid import Pyramid
from aestudio.pictures.rivals import RivalProcess
from aestudio.pictures.tiles import Box, Progress
from aestudio.pictures.waiting import asking
from aestudio.qt.darkroom.cleaning import Part, Side
from aestudio.qt.darkroom.squeezed import (
    OURS,
    Coded,
    Curve,
    Curves,
    Figures,
    Known,
    NoRival,
    Oddity,
    RivalFigures,
    megapixels_text,
)
from aestudio.qt.darkroom.tool import Opened
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.qt.darkroom.coders import Coder

Put = Callable[[Any], None]

_MEASURED = 4_000_000
CHARTED = 1_000_000
"""Pixels that curves are taken on."""
_ORDER = ("JPEG", "WebP", OURS, "JPEG 2000", "AVIF")  # what takes long comes last


@dataclass(frozen=True, eq=False)
class Have:
    """What the window has of the picture by now, and need not be made again.

    Args:
        after: the right side, to be pasted into.
        coded: the picture as it is wished.
        figures: of that.
        rival: what stands on the left side, if it is not the original.
        lacks: the rival that cannot encode the picture.
    """

    after: Pyramid | None = None
    coded: Coded | None = None
    figures: Figures | None = None
    rival: RivalFigures | None = None
    lacks: str = ""

    def awaits(self, rival: str | None) -> bool:
        """Whether that codec's picture at the size of ours, or ours, is still to come."""
        if self.coded is None:
            return True
        if rival is None or rival == self.lacks:
            return False
        return self.rival is None or not self.rival.is_for(rival, len(self.coded.file))


@dataclass(frozen=True, eq=False)
class Wish:
    """What is asked for.

    Args:
        settings: model, and quality or size.
        rival: the codec whose picture is wanted on the left side, or None.
        seen: the part of the picture that is in sight.
        have: what is there already.
    """

    settings: CompressSettings
    rival: str | None
    seen: Box
    have: Have


class Bench:
    """What is kept of one picture between wishes. Only the background touches it."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.picture = opened.picture
        self.part = self._part()
        self.curves = Curves(tuple(map(_unknown, (OURS, *(rival.name for rival in RIVALS)))), self._on())
        self._model: tuple[str, object] = "", None
        self._coders: tuple[Coder, Coder] | None = None
        self._processes: dict[str, RivalProcess] = {}

    def coders(self, model: str) -> tuple[Coder, Coder]:
        """Of the whole picture, and of the part that curves are taken on."""
        # A run may be trained further: a file by its old weights could be opened by nobody.
        now = model, stamp(Path(model).expanduser() / BEST)
        if self._coders is None or self._model != now:
            from aestudio.qt.darkroom.coders import coder_of

            whole = coder_of(model, self.picture)
            part = whole if self.part is self.picture else coder_of(model, self.part)
            self._coders, self._model = (whole, part), now
            settings = part.settings()
            fresh = Curve(OURS, wanted=len(settings))
            self.curves = replace(self.curves, curves=(fresh, *self.curves.curves[1:]))
        return self._coders

    def process(self, which: str) -> RivalProcess:
        """What encodes the ``whole`` picture, or the ``part``, by other codecs."""
        which = "whole" if self.part is self.picture else which
        if which not in self._processes:
            picture = self.picture if which == "whole" else self.part
            self._processes[which] = RivalProcess(eight_bits(picture.pixels))
        return self._processes[which]

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.close()
        self._processes.clear()

    def _part(self) -> Picture:
        pixels = middle(self.picture.pixels, CHARTED)
        return self.picture if pixels is self.picture.pixels else Picture(np.ascontiguousarray(pixels))

    def _on(self) -> str:
        if self.part is self.picture:
            return ""
        return megapixels_text([round(each.megapixels * 1e6) for each in (self.part, self.picture)])


def _unknown(name: str) -> Curve:
    wanted = next((len(rival.steps) for rival in RIVALS if rival.name == name), 0)
    return Curve(name, wanted=wanted)


def squeeze(bench: Bench, wish: Wish, progress: Progress, put: Put) -> None:
    """Compress as wished; measure; put the rival beside it; draw curves until something else is wished.

    What is there already is not made again.
    """
    have = wish.have
    progress(0.0, "loading the model")
    whole, part = bench.coders(wish.settings.model)
    put(bench.curves)
    coded = have.coded or _code(bench, wish, progress, put)
    if have.figures is None:
        progress(1.0, "measuring")
        with asking(lambda: progress(1.0, "measuring")):
            put(_figures(bench.picture, coded.picture))
        put(Oddity(whole.oddity(progress)))
    if wish.rival and replace(have, coded=coded).awaits(wish.rival):
        _put_beside(bench, wish.rival, len(coded.file), progress, put)
    whole.look_on(progress)
    put(Known(whole.law, whole.top))
    _draw_curves(bench, part, progress, put)


def _code(bench: Bench, wish: Wish, progress: Progress, put: Put) -> Coded:
    coder, _ = bench.coders(wish.settings.model)
    after = wish.have.after
    if after is None:
        after = bench.opened.pyramid.copy()
        put(Side(after, is_before=False))
    progress(0.0, "looking")
    coder.look(progress)
    put(Known(coder.law, coder.top))

    def show(box: Box, pixels: np.ndarray) -> None:
        put(Part(after.patch(box, pixels)))

    coded = coder.code(wish.settings, wish.seen, progress, show)
    put(Known(coder.law, coder.top))
    put(coded)
    return coded


def _figures(picture: Picture, seen: Picture) -> Figures:
    from aestudio.pictures.quality import psnr, similarities

    whole = eight_bits(picture.pixels)
    a, b = middle(whole, _MEASURED), middle(seen.pixels, _MEASURED)
    on = "" if a is whole else megapixels_text([pixels.shape[0] * pixels.shape[1] for pixels in (a, whole)])
    return Figures(psnr(a, b, 255), *similarities(a, b, 255), on)


def _put_beside(bench: Bench, rival: str, most: int, progress: Progress, put: Put) -> None:
    doing = f"{rival} at the same size"
    try:
        beside = bench.process("whole").fitted(rival, most, lambda: progress(0.0, doing))
    except UserError as error:
        put(NoRival(rival, str(error)))
        return
    pyramid = Pyramid(beside.pixels, alpha=bench.picture.alpha, icc=bench.picture.icc)
    with asking(lambda: progress(1.0, doing)):
        figures = _figures(bench.picture, Picture(beside.pixels))
    put(RivalFigures(rival, beside.bytes, figures, most, pyramid))
    progress(1.0, doing)


def _draw_curves(bench: Bench, part: Coder, progress: Progress, put: Put) -> None:
    """The points that are still missing."""
    for name in _ORDER:
        settings = part.settings() if name == OURS else next(r.steps for r in RIVALS if r.name == name)
        for setting in settings:
            curve = bench.curves.named(name)
            if curve is None or curve.is_whole or setting in curve.settings:
                continue
            progress(1.0, "drawing the curves")
            try:
                if name == OURS:
                    point = part.point(round(setting), progress)
                else:
                    ask = bench.process("part")
                    point = ask.point(name, setting, lambda: progress(1.0, "drawing the curves"))
            except UserError:
                _drop(bench, name)  # this Pillow lacks it, or the picture is too large for it
                put(bench.curves)
                break
            grown = curve.with_point(setting, point)
            bench.curves = replace(
                bench.curves,
                curves=tuple(grown if each.name == name else each for each in bench.curves.curves),
            )
            put(bench.curves)
    if bench.part is not bench.picture:
        bench.process("part").close()


def _drop(bench: Bench, name: str) -> None:
    kept = tuple(curve for curve in bench.curves.curves if curve.name != name)
    bench.curves = replace(bench.curves, curves=kept)
