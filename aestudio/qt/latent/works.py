"""What the Latent page computes in the background, as arrays that its views draw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aestudio.qt.running.background import Progress, Work

if TYPE_CHECKING:
    from aestudio.data.dataset import Dataset
    from aestudio.latent.directions import Direction
    from aestudio.latent.landmarks import Landmark
    from aestudio.latent.space import Space

Floats = NDArray[np.float32]

SLIDERS = 10
"""As many as are turned without getting lost."""


@dataclass(frozen=True, eq=False)
class Explored:
    """A space, and what its sliders turn.

    Args:
        space: what was explored.
        units: single numbers of the code, those that vary most.
        components: its principal components.
        landmarks: where A, B and C are at first.
    """

    space: Space
    units: tuple[Direction, ...]
    components: tuple[Direction, ...]
    landmarks: tuple[Landmark, ...]


@dataclass(frozen=True, eq=False)
class Look:
    """What the decoder makes of one code.

    Args:
        code: ``(k,)``.
        image: ``(*data_shape)`` in [0, 1].
        nearest: position of the test image whose code is nearest.
        distance: how far that is.
    """

    code: Floats
    image: Floats
    nearest: int
    distance: float


@dataclass(frozen=True, eq=False)
class Made:
    """Rows of images side by side.

    Args:
        labels: one a row.
        rows: each ``(m, *data_shape)`` in [0, 1].
        codes: what the columns stand for, ``(m, k)``.
        captions: one a column, or none.
        said: in a line, what is seen.
        line: where the way, or what is new, lies in the plane, ``(m, 2)``.
    """

    labels: tuple[str, ...]
    rows: tuple[Floats, ...]
    codes: Floats
    captions: tuple[str, ...]
    said: str
    line: Floats


def exploring(folder: Path, data: Dataset, texts: tuple[str, ...]) -> Work:
    """Work that opens a run and encodes its data; ``texts`` name where A, B and C are wanted, if anywhere."""

    def work(progress: Progress) -> Explored:
        from aestudio.evaluation.lane import first_pins
        from aestudio.latent.directions import components, units
        from aestudio.latent.landmarks import test_image
        from aestudio.latent.space import explore
        from aestudio.library.kept import open_run

        space = explore(open_run(folder), data, progress)
        pins = [pin for pin in first_pins(data) if pin < len(space.codes)] or [0]
        own = [test_image(space, pins[i % len(pins)]) for i in range(3)]
        marks = [_found(space, text) or mark for text, mark in zip(texts, own, strict=True)]
        return Explored(space, units(space, SLIDERS), components(space, SLIDERS), tuple(marks))

    def _found(space: Space, text: str) -> Landmark | None:
        from aestudio.latent.landmarks import landmark
        from aestudio.spec.faults import UserError

        try:
            return landmark(space, text) if text else None
        except UserError:
            return None  # it was there in the data before

    return work


def looking(space: Space, code: Floats) -> Work:
    """Work that decodes one code."""

    def work(progress: Progress) -> Look:
        image = space.decode(code[None])[0]
        nearest, distance = space.nearest(code)
        return Look(code, image, nearest, distance)

    return work


def finding(space: Space, text: str) -> Work:
    """Work that finds a landmark by what it is called."""

    def work(progress: Progress) -> Landmark:
        from aestudio.latent.landmarks import landmark

        return landmark(space, text)

    return work


def standing(space: Space, code: Floats) -> Work:
    """Work that makes a landmark of where one is: of a test image, where it is one's code."""

    def work(progress: Progress) -> Landmark:
        from aestudio.latent.landmarks import Landmark, test_image

        position, distance = space.nearest(code)
        if distance == 0:
            return test_image(space, position)
        return Landmark("a place between the images", "", code, space.decode(code[None])[0])

    return work


def walking(space: Space, a: Landmark, b: Landmark, steps: int, *, spherical: bool) -> Work:
    """Work that goes from A to B through the space, and beside it pixel by pixel."""

    def work(progress: Progress) -> Made:
        from aestudio.latent.rows import path

        codes, *rows = path(space, a, b, steps, circle=spherical)
        line = space.projection.project(codes)
        said = f"{a.name} to {b.name}, {'along a great circle' if spherical else 'straight'}"
        return Made(("through the space", "pixels faded"), tuple(rows), codes, (), said, line)

    return work


def adding(space: Space, a: Landmark, b: Landmark, c: Landmark) -> Work:
    """Work that puts on C what sets A apart from B."""

    def work(progress: Progress) -> Made:
        from aestudio.latent.rows import arithmetic

        codes, made, given = arithmetic(space, a, b, c)
        position, distance = space.nearest(codes[3])
        labels = space.labels
        kind = "" if labels is None else f", of class {space.data.classes[int(labels[position])]}"
        said = f"nearest: test image {position:,}{kind}, {distance:.3g} away"
        line = space.projection.project(codes[3:])
        return Made(("given", "decoded"), (given, made), codes, ("A", "− B", "+ C", "="), said, line)

    return work


def sampling(space: Space, kind: str, count: int, temperature: float, seed: int) -> Work:
    """Work that draws codes and decodes them, each beside the training image most like it."""

    def work(progress: Progress) -> Made:
        from aestudio.latent.memory import nearest_training
        from aestudio.latent.samplers import draw

        codes, _ = draw(space, kind, count, temperature, seed, progress)
        progress(0.2, "decoding")
        images = space.decode(codes)
        progress(0.4, "comparing with the training images")
        near = nearest_training(space, images)
        middle = float(np.median(near.distances))
        said = f"{middle:.3f} from the nearest training image (test images: {near.usual:.3f})"
        captions = tuple(f"{distance:.3f}" for distance in near.distances)
        line = space.projection.project(codes)
        return Made(("drawn", "nearest in training"), (images, near.images), codes, captions, said, line)

    return work


def mapping(
    space: Space, x: tuple[float, float], y: tuple[float, float], size: tuple[int, int], code: Any
) -> Work:
    """Work that decodes a grid of so many columns and rows over a part of the plane through ``code``."""

    def work(progress: Progress) -> Floats:
        from aestudio.latent import plane

        return space.decode(plane.at(space, plane.grid(x, y, *size), code))

    return work
