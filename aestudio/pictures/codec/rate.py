"""How coarse: a quality from 1 to 100, or the finest that fits into so many bytes."""

from __future__ import annotations

from aestudio.pictures.codec.settings import HIGH, LOW
from aestudio.pictures.codec.sizes import SizeLaw
from aestudio.pictures.codec.stream import Encoded, Encoder
from aestudio.pictures.tiles import Progress, nothing_told
from aestudio.spec.faults import SpecError, UserError

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


def fitted(
    encoder: Encoder, most: int, progress: Progress = nothing_told, law: SizeLaw | None = None
) -> Encoded:
    """The finest level whose file has at most ``most`` bytes, to within a hundredth of them.

    The logarithm of the size is nearly straight in the level, so a few tries are enough: each is put where
    what is known of the picture expects the size wanted.

    Raises
    ------
    UserError
        even the coarsest is larger.
    """
    law, top = law or SizeLaw(), encoder.model.exact.top
    best: Encoded | None = None
    low, high = -1, top + 1  # what fits and what does not
    for _ in range(_TRIES):
        # A little below: a try that fits can be the answer, one that does not cannot.
        expected = law.level_for(0.998 * most, top)
        level = (0 if best is None else top) if expected is None else expected
        tried = encoder.at(min(max(level, low + 1), high - 1), progress)
        law = law.with_tried(tried.level, len(tried.file))
        if len(tried.file) <= most:
            best, low = tried, tried.level
        else:
            high = tried.level
        if high - low < 2 or (best and len(best.file) >= _NEAR * most):
            break
    best = best or encoder.at(0, progress)
    if len(best.file) > most:
        raise UserError(
            f"{most:,} bytes are too few for {encoder.layout.width} x {encoder.layout.height} pixels, "
            f"which take {len(best.file):,} at least; make the picture smaller first, or give more bytes"
        )
    return best
