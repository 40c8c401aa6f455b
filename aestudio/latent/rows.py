"""What the window and the command line make of landmarks: one piece, so that both give the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aestudio.latent.landmarks import Landmark
from aestudio.latent.space import Space
from aestudio.latent.walks import analogy, fade, spherical, straight

Floats = NDArray[np.float32]


def path(
    space: Space, a: Landmark, b: Landmark, steps: int, *, circle: bool
) -> tuple[Floats, Floats, Floats]:
    """From A to B, straight or along a great circle: codes, what they stand for, and the pixels faded."""
    codes = (spherical if circle else straight)(a.code, b.code, steps)
    return codes, space.decode(codes), fade(a.image, b.image, steps)


def arithmetic(space: Space, a: Landmark, b: Landmark, c: Landmark) -> tuple[Floats, Floats, Floats]:
    """The codes of A, B, C and A − B + C, what they stand for, and the images given with the result last."""
    codes = np.stack([a.code, b.code, c.code, analogy(a.code, b.code, c.code)])
    made = space.decode(codes)
    return codes, made, np.stack([a.image, b.image, c.image, made[3]])
