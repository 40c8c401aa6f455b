"""Where an axis is marked, and with what words."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticks:
    """Places on an axis with their words, and places between them without."""

    named: tuple[tuple[float, str], ...]
    bare: tuple[float, ...] = ()


@functools.lru_cache(maxsize=16)  # axes seldom move, and are painted with each snapshot
def linear_ticks(low: float, high: float, most: float) -> Ticks:
    """Multiples of 1, 2 or 5 times a power of ten, at most about so many."""
    step = _step(high - low, most)
    if not step:
        return Ticks(())
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    every = range(math.ceil(low / step), math.floor(high / step) + 1)
    return Ticks(tuple((i * step, f"{i * step + 0.0:,.{decimals}f}") for i in every))


@functools.lru_cache(maxsize=16)
def log_ticks(low: float, high: float, most: float) -> Ticks:
    """The same for an axis of powers of ten: the places are logarithms, the words are not."""
    span = high - low
    if not 0 < span < 300:
        return Ticks(())
    if span < 0.5:  # too narrow for 1, 2, 5: marked as a linear axis is
        flat = linear_ticks(10**low, 10**high, most)
        return Ticks(tuple((math.log10(value), text) for value, text in flat.named if value > 0))
    digits = (1, 2, 5) if most >= 3 * span else (1,)
    skip = math.ceil(span / most)  # decades, where there are more than fit
    named: list[tuple[float, str]] = []
    bare: list[float] = []
    for decade in range(math.floor(low), math.ceil(high) + 1):
        for digit in range(1, 10):
            place = decade + math.log10(digit)
            if low <= place <= high:
                if digit in digits and decade % skip == 0:
                    named.append((place, f"{10.0**decade * digit:,.6g}"))
                elif skip == 1:
                    bare.append(place)
    return Ticks(tuple(named), tuple(bare))


def _step(span: float, most: float) -> float:
    """The smallest round step of which at most ``most`` fit into ``span``; 0 where there is none."""
    if not (math.isfinite(span) and span > 0 and most > 0):
        return 0.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice * most >= span * (1 - 1e-9))
