"""Every part with its fields at their bounds, and small ones in every combination."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

from aestudio.spec.knobs import fields_of

if TYPE_CHECKING:
    from aestudio.spec.knobs import KnobField
    from aestudio.spec.parts import Part


def at_bounds(cls: type[Part]) -> list[Part]:
    """The part with each field in turn at its lowest, its highest and each of its choices."""
    return [cls(**{f.name: value}) for f in fields_of(cls) for value in _ends(f)]


def _ends(f: KnobField) -> tuple[Any, ...]:
    if f.choices:
        return f.choices
    return tuple(f.type(end) for end in (f.knob.low, f.knob.high) if end is not None)


def variants(cls: type[Part]) -> list[Part]:
    """Small sizes in every combination (kernel, stride, padding, …), and each activation by itself."""
    values = {f.name: _small_values(cls, f) for f in fields_of(cls) if f.name != "activation"}
    combined = [
        cls(**dict(zip(values, chosen, strict=True))) for chosen in itertools.product(*values.values())
    ]
    activations = [f for f in fields_of(cls) if f.name == "activation"]
    return combined + [cls(**{f.name: choice}) for f in activations for choice in f.choices]


def _small_values(cls: type[Part], f: KnobField) -> tuple[Any, ...]:
    default: Any = next(field.default for field in dataclasses.fields(cls) if field.name == f.name)
    if f.choices:
        return f.choices
    if f.type is not int or f.knob.log:  # how many, not how
        return (default if f.type is float else min(default, 3),)
    low = int(f.knob.low or 0)
    return tuple(dict.fromkeys((low, low + 1, low + 2, default)))
