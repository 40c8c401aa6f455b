"""The fields of a spec: bounds, unit and help sit on the field, and everything else follows from them.

The form, the check, the TOML and the command line read the same :class:`Knob`.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from dataclasses import dataclass, field
from typing import Any, Literal

from aestudio.spec.faults import SpecError


@dataclass(frozen=True)
class Knob:
    """What a field may hold and how it is told to a person.

    Parameters
    ----------
    low
        smallest value allowed (numbers), or None.
    high
        largest value allowed (numbers), or None.
    unit
        the unit of the value, empty for a pure number.
    help
        one sentence that teaches, shown as the tooltip and in ``--help``.
    label
        the field's name in the window; made from the Python name when empty.
    log
        whether a slider or a spin box steps by factors rather than by sums.
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""
    help: str = ""
    label: str = ""
    log: bool = False


_KEY = "knob"


def knob(
    default: Any = dataclasses.MISSING,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    help: str = "",
    label: str = "",
    log: bool = False,
) -> Any:
    """A dataclass field that carries a :class:`Knob`; the arguments are the knob's own."""
    return field(default=default, metadata={_KEY: Knob(low, high, unit, help, label, log)})


@dataclass(frozen=True)
class KnobField:
    """One field of a spec with its resolved type.

    ``choices`` holds the values of a ``Literal``; ``type`` is then ``str``.
    """

    name: str
    type: Any
    choices: tuple[str, ...]
    knob: Knob

    @property
    def label(self) -> str:
        """The field's name as a person reads it."""
        return self.knob.label or self.name.replace("_", " ").capitalize()


@functools.cache
def fields_of(cls: type) -> tuple[KnobField, ...]:
    """Every field of a spec class, in order, with type, choices and knob."""
    hints = typing.get_type_hints(cls)
    return tuple(
        _resolve(f.name, hints[f.name], f.metadata.get(_KEY, Knob())) for f in dataclasses.fields(cls)
    )


def _resolve(name: str, hint: Any, knob: Knob) -> KnobField:
    if typing.get_origin(hint) is Literal:
        return KnobField(name, str, typing.get_args(hint), knob)
    return KnobField(name, hint, (), knob)


def optional_inner(hint: Any) -> Any:
    """The ``T`` of ``T | None``; any other hint comes back as it is."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A frozen value whose fields are checked against their knobs when it is made.

    Raises
    ------
    SpecError
        a value is of the wrong type, out of bounds or no choice of its field.
    """

    def __post_init__(self) -> None:
        """Check each number and choice once, so that no later code has to."""
        for f in fields_of(type(self)):
            checked = check_value(f, getattr(self, f.name), where=f.name)
            object.__setattr__(self, f.name, checked)


def check_value(f: KnobField, value: Any, where: str) -> Any:
    """The value if its field may hold it (an int becomes a float where one is due), else SpecError."""
    if f.choices:
        if value not in f.choices:
            raise SpecError(where, f"{value!r} is no choice", "use " + " or ".join(map(repr, f.choices)))
        return value
    if f.type in (int, float):
        return _check_number(f, value, where)
    if f.type in (bool, str) and not isinstance(value, f.type):
        wanted = "true or false" if f.type is bool else "a text in quotes"
        raise SpecError(where, f"{value!r} does not fit", f"use {wanted}")
    return value


def _check_number(f: KnobField, value: Any, where: str) -> int | float:
    whole = f.type is int
    if isinstance(value, bool) or not isinstance(value, (int,) if whole else (int, float)):
        raise SpecError(where, f"{value!r} is no {'whole ' if whole else ''}number", f"use {_range_text(f)}")
    low, high = f.knob.low, f.knob.high
    if not ((low is None or value >= low) and (high is None or value <= high)):
        raise SpecError(where, f"{value} is out of range", f"use {_range_text(f)}")
    return f.type(value)


def _range_text(f: KnobField) -> str:
    noun = "a whole number" if f.type is int else "a number"
    low, high = f.knob.low, f.knob.high
    if low is None and high is None:
        return noun
    if high is None:
        return f"{noun} of at least {_number(low)}"
    return f"{noun} from {_number(low)} to {_number(high)}"


def _number(bound: float | None) -> str:
    """Whole numbers in full: 2147483647 is a bound, 2.14748e+09 is none."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"
