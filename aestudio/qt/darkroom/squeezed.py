"""What is told of a picture that is compressed: frozen values, from the background to the window."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aestudio.pictures.codec.settings import HIGH, LOW, SHIPPED, CompressSettings
from aestudio.pictures.codec.sizes import SizeLaw
from aestudio.pictures.curves import Point, bd_rate, pays_from, rate_at

if TYPE_CHECKING:
    from aestudio.pictures.picture import Picture
    from aestudio.pictures.pyramid import Pyramid

OURS = "Ours"
_ABOUT_SAME = 0.01
_GLUE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Known:
    """What is known of the picture's sizes, and the finest setting there is."""

    law: SizeLaw
    top: int

    def size(self, share: float) -> float | None:
        """Bytes to expect at a share, 0 to 1, of the settings."""
        return self.law.at(round(share * self.top))

    def share_for(self, most: int) -> float | None:
        """The share of the settings that is expected to fit into so many bytes."""
        level = self.law.level_for(most, self.top)
        return None if level is None else level / self.top


@dataclass(frozen=True, eq=False)
class Coded:
    """The whole picture, compressed.

    Args:
        setting: the codec's level, or a run's bits.
        quality: 1 to 100 that the setting is; None of a run.
        file: the bytes for ``.aes``.
        picture: what the file will show.
        model_bytes: of the model's file, which whoever opens the picture must have too.
    """

    setting: int
    quality: float | None
    file: bytes
    picture: Picture
    model_bytes: int


@dataclass(frozen=True)
class Figures:
    """How near the compressed picture is: PSNR in dB, SSIM, MS-SSIM, and on what part, if not the whole."""

    psnr: float
    ssim: float
    ms_ssim: float
    on: str = ""


@dataclass(frozen=True)
class Oddity:
    """A sentence where the picture is unlike what a run was trained on, or nothing."""

    sentence: str


@dataclass(frozen=True)
class RivalFigures:
    """Another codec's picture for the left side: its bytes, how near it is, and what it was to fit into."""

    name: str
    bytes: int
    figures: Figures
    most: int
    pyramid: Pyramid

    @property
    def fits(self) -> bool:
        """Whether it is as small as that."""
        return self.bytes <= self.most

    def is_for(self, name: str | None, most: int) -> bool:
        """Whether it is that codec's, and for so many bytes."""
        return (self.name, self.most) == (name, most)


@dataclass(frozen=True)
class NoRival:
    """A codec that cannot encode this picture, and why."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Curve:
    """What a codec does to this picture, coarse to fine.

    Args:
        name: the codec's.
        points: bits a pixel and PSNR.
        settings: what it was set to for each.
        wanted: how many points there will be.
    """

    name: str
    points: tuple[Point, ...] = ()
    settings: tuple[float, ...] = ()
    wanted: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all points are there."""
        return len(self.points) >= self.wanted

    def with_point(self, setting: float, point: Point) -> Curve:
        """With one more point, in the order of the bits."""
        pairs = sorted(
            zip((*self.points, point), (*self.settings, setting), strict=True), key=lambda pair: pair[0].bits
        )
        points, settings = zip(*pairs, strict=True)
        return Curve(self.name, points, settings, self.wanted)

    def at(self, setting: float) -> Point | None:
        """The point of a setting, between two that were tried; None outside."""
        if len(self.points) < 2:
            return None
        pairs = sorted(zip(self.settings, self.points, strict=True), key=lambda pair: pair[0])
        settings = [each for each, _ in pairs]
        if not settings[0] <= setting <= settings[-1]:
            return None
        logs, psnrs = np.log([point.bits for _, point in pairs]), [point.psnr for _, point in pairs]
        bits = float(np.exp(np.interp(setting, settings, logs)))
        return Point(bits, float(np.interp(setting, settings, psnrs)))


@dataclass(frozen=True)
class Curves:
    """All curves of this picture: ours first.

    Args:
        curves: one for each codec.
        on: the part of the picture that they were taken on, or nothing for the whole.
    """

    curves: tuple[Curve, ...] = ()
    on: str = ""

    @property
    def ours(self) -> Curve | None:
        """The curve of the model chosen."""
        return self.named(OURS)

    def named(self, name: str) -> Curve | None:
        """The curve of a codec."""
        return next((curve for curve in self.curves if curve.name == name), None)

    def needs(self, name: str) -> float | None:
        """Bits that a codec needs over ours at equal PSNR, less one; None while that is not known."""
        ours, theirs = self.ours, self.named(name)
        if not ours or not theirs or not (ours.is_whole and theirs.is_whole):
            return None
        if min(len(ours.points), len(theirs.points)) < 2:
            return None
        found = bd_rate(theirs.points, ours.points)
        return None if np.isnan(found) else found

    def verdict(self) -> str:
        """One sentence: who needs fewer bits here, the best first."""
        told = [(curve.name, self.needs(curve.name)) for curve in self.curves if curve.name != OURS]
        known = sorted((found, name) for name, found in told if found is not None)
        if not known:
            return ""
        first, *rest = [(name, _more(found)) for found, name in known]
        return ", ".join([f"{first[0]} needs {first[1]} bits here", *(f"{n} {more}" for n, more in rest)])


def _more(share: float) -> str:
    if abs(share) < _ABOUT_SAME:
        return "as many"
    return f"{100 * abs(share):.0f}{_GLUE}% {'fewer' if share < 0 else 'more'}"


@dataclass(frozen=True)
class Worth:
    """From how many pictures like this one on the model's own bytes are saved; None: never."""

    model_bytes: int
    against: str
    pictures: int | None


def worth_of(coded: Coded, curves: Curves, against: str) -> Worth | None:
    """Whether the model pays, at equal PSNR; None where the curves do not reach."""
    ours, theirs = curves.ours, curves.named(against)
    here = ours.at(coded.setting) if ours else None
    if here is None or theirs is None or len(theirs.points) < 2:
        return None
    rate = rate_at(theirs.points, here.psnr)
    if np.isnan(rate):
        return None
    size = len(coded.file)
    return Worth(coded.model_bytes, against, pays_from(coded.model_bytes, size, size * rate / here.bits))


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All that is known of the picture as it is asked for now.

    Args:
        quality: that is shown, or None of a run.
        bits: of a run's numbers, or None.
        size: bytes; None while not even an estimate is known.
        is_exact: whether ``size`` is a file's, not an estimate.
        pixels: of the picture.
        before: bytes of the file that it was opened from.
        figures: once they are taken.
        rival: what stands on the left side, if it is of this size.
        worth: whether the model pays.
        here: where it stands on our curve.
        oddity: a sentence where the picture is unlike what a run was trained on.
        trouble: why there is no result.
    """

    quality: float | None
    bits: int | None
    size: float | None
    is_exact: bool
    pixels: int
    before: int
    figures: Figures | None = None
    rival: RivalFigures | None = None
    worth: Worth | None = None
    here: Point | None = None
    oddity: str = ""
    trouble: str = ""

    @property
    def bits_per_pixel(self) -> float | None:
        """Of the file."""
        return None if self.size is None else 8 * self.size / self.pixels

    @property
    def share(self) -> float | None:
        """The file's bytes over those of the file before."""
        return None if self.size is None or not self.before else self.size / self.before


def expected(settings: CompressSettings, known: Known | None) -> tuple[float | None, float | None]:
    """Quality and bytes to expect of what is asked for."""
    if settings.run is not None:
        return None, known.law.at(settings.bits) if known else None
    if settings.target_bytes is None:
        share = (settings.quality - LOW) / (HIGH - LOW)
        return settings.quality, known.size(share) if known else None
    share = known.share_for(settings.target_bytes) if known else None
    return None if share is None else LOW + (HIGH - LOW) * share, settings.target_bytes


def here_on(
    curves: Curves, settings: CompressSettings, known: Known | None, coded: Coded | None
) -> Point | None:
    """Where the picture stands, or is expected to, on our curve."""
    ours = curves.ours
    if ours is None:
        return None
    if coded:
        return ours.at(coded.setting)
    if settings.run is not None:
        return ours.at(settings.bits)
    quality, _ = expected(settings, known)
    if quality is None or known is None:
        return None
    return ours.at((quality - LOW) / (HIGH - LOW) * known.top)


def megapixels_text(pixels: Sequence[int]) -> str:
    """``middle 4 of 24 MP``, of two counts of pixels."""
    part, whole = (f"{count / 1e6:,.0f}" if count > 1e7 else f"{count / 1e6:.2g}" for count in pixels)
    return f"middle {part} of {whole} MP"


def command_of(settings: CompressSettings, source: Path | None) -> str:
    """The command line that compresses ``source`` in the same way."""
    words = ["aestudio", "compress", str(source) if source else "FILE"]
    if settings.model != SHIPPED:
        words += ["--model", settings.model]
    if settings.target_bytes is not None:
        words += ["--target-bytes", str(settings.target_bytes)]
    elif settings.run is not None:
        words += ["--bits", str(settings.bits)]
    else:
        words += ["--quality", f"{settings.quality:g}"]
    return shlex.join(words)
