"""Changing one value of a frozen spec by its dotted path: ``model.encoder.0.units``, ``penalties.l1.weight``.

The command line's ``--set`` and the window's undo steps use the same two functions.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from aestudio.spec.faults import SpecError
from aestudio.spec.knobs import KnobField, Spec, check_value, fields_of
from aestudio.spec.parts import Part

T = TypeVar("T")


def get_value(spec: Any, path: str) -> Any:
    """The value at a dotted path; a list takes an index or the ``kind`` of a part in it."""
    value = spec
    try:
        for step in path.split("."):
            if isinstance(value, tuple):
                value = value[_index(value, step)]
            else:
                value = getattr(value, _field(value, step).name)
    except SpecError as error:
        raise SpecError(path, error.what, error.fix) from None
    return value


def with_value(spec: T, path: str, value: Any) -> T:
    """A copy of ``spec`` with ``value`` at ``path``; SpecError for a path or value that does not fit."""
    step, _, rest = path.partition(".")
    try:
        if isinstance(spec, tuple):
            index = _index(spec, step)
            changed = with_value(spec[index], rest, value) if rest else value
            return (*spec[:index], changed, *spec[index + 1 :])  # type: ignore[return-value]  # a tuple again
        field = _field(spec, step)
        changed = (
            with_value(getattr(spec, field.name), rest, value) if rest else check_value(field, value, "")
        )
        return dataclasses.replace(spec, **{field.name: changed})  # type: ignore[type-var]  # a Spec by now
    except SpecError as error:
        raise error if error.where == step and not rest else error.below(step) from None


def with_text(spec: T, assignment: str) -> T:
    """A copy changed by ``path=value`` as typed on the command line; the field decides how it is read."""
    path, equals, text = assignment.partition("=")
    if not equals:
        raise SpecError(assignment, "is no assignment", "write it as training.lr=0.001")
    return with_value(spec, path.strip(), _parse(get_value(spec, path.strip()), text.strip(), path))


def _parse(current: Any, text: str, path: str) -> Any:
    if isinstance(current, (Spec, tuple)) or current is None:
        raise SpecError(path, "is a part, not a value", "set one of its fields, or edit the TOML file")
    if isinstance(current, bool):
        return {"true": True, "false": False}.get(text.lower(), text)
    for number in (int, float):
        if isinstance(current, (int, float)):
            try:
                return number(text)
            except ValueError:
                continue
    return text


def _field(spec: Any, step: str) -> KnobField:
    fields = {f.name: f for f in fields_of(type(spec))} if isinstance(spec, Spec) else {}
    if step not in fields:
        raise SpecError(
            step, "is no field here", "use one of " + ", ".join(fields) if fields else "stop before it"
        )
    return fields[step]


def _index(parts: tuple[Any, ...], step: str) -> int:
    kinds = [part.kind if isinstance(part, Part) else "" for part in parts]
    if step in kinds:
        return kinds.index(step)
    if step.removeprefix("-").isdecimal() and -len(parts) <= int(step) < len(parts):
        return int(step) % len(parts)
    have = ", ".join(f"{i} ({kind})" for i, kind in enumerate(kinds)) or "none"
    raise SpecError(step, "is not in the list", f"it holds {have}")
