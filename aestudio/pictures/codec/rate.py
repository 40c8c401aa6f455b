"""How coarse: a quality from 1 to 100, or the finest that fits into so many bytes."""

from __future__ import annotations

import math

from aestudio.pictures.codec.stream import Encoded, Encoder, Progress, silent
from aestudio.spec.faults import SpecError, UserError

LOW, HIGH = 1.0, 100.0
_TRIES = 12
_NEAR = 0.99  # of the bytes wanted is near enough


def level_of(quality: float, top: int) -> int:
    """The level of a quality, 1 to 100. Raises SpecError outside."""
    if not LOW <= quality <= HIGH:
        raise SpecError("quality", f"{quality:g} is out of range", "use a number from 1 to 100")
    return round((quality - LOW) / (HIGH - LOW) * top)


def quality_of(level: int, top: int) -> float:
    """The quality of a level."""
    return LOW + (HIGH - LOW) * level / top


def fitted(encoder: Encoder, most: int, progress: Progress = silent) -> Encoded:
    """The finest level whose file has at most ``most`` bytes, to within a hundredth of them.

    The logarithm of the size is nearly straight in the level, so a few tries are enough: each is put where a
    line through the bracket meets the size wanted.

    Raises
    ------
    UserError
        even the coarsest is larger.
    """
    low, high = 0, encoder.model.exact.top
    best = encoder.at(low, progress)
    if len(best.file) > most:
        raise UserError(
            f"{most:,} bytes are too few for {encoder.layout.width} x {encoder.layout.height} pixels, "
            f"which take {len(best.file):,} at least; make the picture smaller first, or give more bytes"
        )
    finest = encoder.at(high, progress)
    if len(finest.file) <= most:
        return finest
    sizes = [len(best.file), len(finest.file)]
    for _ in range(_TRIES):
        if high - low < 2 or len(best.file) >= _NEAR * most:
            break
        tried = encoder.at(_between(low, high, sizes, most), progress)
        if len(tried.file) <= most:
            best, low, sizes[0] = tried, tried.level, len(tried.file)
        else:
            high, sizes[1] = tried.level, len(tried.file)
    return best


def _between(low: int, high: int, sizes: list[int], most: int) -> int:
    span = math.log(sizes[1]) - math.log(sizes[0])
    share = (math.log(most) - math.log(sizes[0])) / span if span > 0 else 0.5
    # A little below the line: a try that fits can be the answer, one that does not cannot.
    return min(max(low + round((share - 0.003) * (high - low)), low + 1), high - 1)
