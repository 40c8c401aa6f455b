"""How a picture is denoised for the stage: the steps, in the order in which a person sees them.

Everything here runs in the background and touches no widget. What is done is handed over part by part:
a :class:`Side` is a whole new side of the stage, a :class:`Part` new pixels of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.pictures.picture import Picture
from aestudio.pictures.pyramid import Patch, Pyramid, pyramid_of
from aestudio.pictures.tiles import Box, Progress, on_grid, tiles

if TYPE_CHECKING:
    from aestudio.pictures.damage import Damage, Stroke
    from aestudio.pictures.denoise import Cleaner
    from aestudio.pictures.familiar import Familiarity

Put = Callable[[Any], None]

_MEASURED = 2048  # pixels a side of the middle part that figures are taken on


@dataclass(frozen=True)
class Side:
    """A new left or right side of the stage."""

    pyramid: Pyramid
    is_before: bool


@dataclass(frozen=True)
class Part:
    """New pixels of a side."""

    patch: Patch
    is_before: bool = False


@dataclass(frozen=True)
class Figures:
    """How near a picture is to the clean one: PSNR in dB, and SSIM."""

    psnr: float
    ssim: float


@dataclass(eq=False)
class Knob:
    """What may be turned while work goes on: the strength, from 0 to 1."""

    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A picture on the table after the work.

    Args:
        clean: as it was opened.
        given: what was denoised: the same, or with damage done to it.
        noise: what was found in it, float16 ``(H, W, C)`` where white is 1.
        pixels: of the result, like ``given``'s.
        strength: that the result was made with.
        level: of the noise found, where white is 255.
        before: figures of ``given`` beside the clean picture, where damage was done.
        after: figures of the result, likewise.
        familiarity: how it compares with what a run of one's own was trained on.
    """

    clean: Picture
    given: Picture
    noise: np.ndarray
    pixels: np.ndarray
    strength: float
    level: float
    before: Figures | None = None
    after: Figures | None = None
    familiarity: Familiarity | None = None

    @property
    def picture(self) -> Picture:
        """The result."""
        return self.given.with_pixels(self.pixels)


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked for.

    Args:
        picture: as it was opened.
        damage: noise that is put on it first.
        strokes: of the brush, on top of that.
        model: a cleaner's name, or the folder of a run of one's own.
        knob: the strength, which may be turned meanwhile.
        visible: what is in sight, which is done first.
    """

    picture: Picture
    damage: Damage | None
    strokes: tuple[Stroke, ...]
    model: str
    knob: Knob
    visible: Box


def clean(task: Task, progress: Progress, put: Put) -> Cleaned:
    """Damage as asked, find the noise tile by tile, take it off."""
    given, before = _damaged(task, progress), None
    if given is not task.picture:
        before = pyramid_of(given)
        put(Side(before, is_before=True))
    after = (before or pyramid_of(given)).copy()
    put(Side(after, is_before=False))
    progress(0.0, "loading the model")
    from aestudio.pictures.cleaners import find_cleaner
    from aestudio.pictures.denoise import find_noise, noise_level, part_without

    cleaner = find_cleaner(task.model)
    noise, pixels = np.zeros(given.pixels.shape, np.float16), np.empty_like(given.pixels)  # tiles fill both
    used: set[float] = set()
    for tile in find_noise(given, cleaner, visible=task.visible, progress=progress):
        strength = task.knob.strength
        used.add(strength)
        noise[tile.box.slices] = tile.noise
        pixels[tile.box.slices] = part_without(given, noise, strength, tile.box)
        put(Part(after.patch(tile.box, pixels[tile.box.slices])))
    progress(1.0, "measuring")
    known = _familiarity(cleaner, given, progress)
    done = Cleaned(task.picture, given, noise, pixels, 1.0, noise_level(noise), familiarity=known)
    if used == {1.0} and task.knob.strength == 1.0:
        return measured(done)
    # Below full strength bands reach beyond a tile, whose neighbours' noise was not known yet.
    return blend(done, after, task, progress, put)


def _familiarity(cleaner: Cleaner, picture: Picture, progress: Progress) -> Familiarity | None:
    """How a run of one's own finds the picture; what ships was trained on photographs of all kinds."""
    from aestudio.pictures.familiar import familiarity
    from aestudio.pictures.own_runs import OwnRun

    return familiarity(cleaner, picture, progress) if isinstance(cleaner, OwnRun) else None


def blend(done: Cleaned, after: Pyramid, task: Task, progress: Progress, put: Put) -> Cleaned:
    """The noise taken off as strongly as the knob says now, what is in sight first."""
    from aestudio.pictures.denoise import part_without

    height, width = done.noise.shape[:2]
    pixels, strength = done.pixels.copy(), task.knob.strength
    boxes = tiles(height, width, task.visible)
    for i, box in enumerate(boxes):
        progress(i / len(boxes), "blending")
        pixels[box.slices] = part_without(done.given, done.noise, strength, box)
        put(Part(after.patch(box, pixels[box.slices])))
    return measured(replace(done, pixels=pixels, strength=strength))


def touch_up(
    done: Cleaned, sides: tuple[Pyramid, Pyramid], task: Task, progress: Progress, put: Put
) -> Cleaned:
    """The last stroke of the brush on the picture, and the net at the place that it damaged."""
    from aestudio.pictures.cleaners import find_cleaner
    from aestudio.pictures.damage import brushed
    from aestudio.pictures.denoise import find_noise, part_without

    box, painted = brushed(done.given.pixels, task.strokes[-1])
    given = done.given.with_pixels(done.given.pixels.copy())
    given.pixels[box.slices] = painted
    width, height = given.size
    outer = on_grid(height, width, box)
    put(Part(sides[0].patch(outer, given.pixels[outer.slices]), is_before=True))
    cleaner = find_cleaner(task.model)
    noise, pixels = done.noise.copy(), done.pixels.copy()
    for tile in find_noise(given, cleaner, only=box.grown(cleaner.margin), progress=progress):
        noise[tile.box.slices] = tile.noise
        pixels[tile.box.slices] = part_without(given, noise, done.strength, tile.box)
        put(Part(sides[1].patch(tile.box, pixels[tile.box.slices])))
    return measured(replace(done, given=given, noise=noise, pixels=pixels))


def _damaged(task: Task, progress: Progress) -> Picture:
    picture = task.picture
    if task.damage:
        from aestudio.pictures.damage import damaged

        progress(0.0, "adding noise")
        picture = damaged(picture, task.damage, progress)
    if task.strokes:
        from aestudio.pictures.damage import brushed

        picture = picture.with_pixels(picture.pixels.copy())
        for stroke in task.strokes:
            box, painted = brushed(picture.pixels, stroke)
            picture.pixels[box.slices] = painted
    return picture


def measured(done: Cleaned) -> Cleaned:
    """With figures, where the clean picture is known because the damage was done here."""
    if done.given is done.clean:
        return done
    middle = middle_of(done.clean.size)
    truth, peak = done.clean.pixels[middle.slices], done.clean.peak
    before, after = (
        figures(truth, pixels[middle.slices], peak) for pixels in (done.given.pixels, done.pixels)
    )
    return replace(done, before=before, after=after)


def middle_of(size: tuple[int, int], side: int = _MEASURED) -> Box:
    """The middle of a picture, at most ``side`` pixels wide and high."""
    width, height = size
    wide, high = min(width, side), min(height, side)
    top, left = (height - high) // 2, (width - wide) // 2
    return Box(top, left, top + high, left + wide)


def figures(truth: np.ndarray, pixels: np.ndarray, peak: int) -> Figures:
    """PSNR and SSIM of pixels ``(H, W, C)`` beside the clean ones."""
    from aestudio.pictures.quality import psnr, ssim

    return Figures(psnr(truth, pixels, peak), ssim(truth, pixels, peak))
