"""Specs as TOML that a person can read and edit, and as plain dictionaries.

The codec is one pair of functions over :func:`fields_of`; a part is a table with its ``kind`` first.
"""

from __future__ import annotations

import dataclasses
import difflib
import sys
import typing
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from aestudio.spec.faults import SpecError, UserError
from aestudio.spec.knobs import KnobField, Spec, check_value, fields_of, optional_inner
from aestudio.spec.parts import FAMILIES, Part
from aestudio.spec.run import RunSpec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

S = TypeVar("S", bound=Spec)


def load_spec(path: Path) -> RunSpec:
    """The run described by a TOML file.

    Raises
    ------
    UserError
        the file cannot be read or is no TOML.
    SpecError
        it says something that a run cannot be.
    """
    return read_spec(RunSpec, load_plain(path), path)


def parse_spec(text: str) -> RunSpec:
    """The run described by TOML text; errors as in :func:`load_spec`."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"this is no valid TOML: {error}") from error
    return from_plain(RunSpec, plain)


def load_plain(path: Path) -> dict[str, Any]:
    """What a TOML file holds, unchecked. Raises UserError where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: this is no valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); give the path of a preset's TOML file") from error


def read_spec(cls: type[S], plain: dict[str, Any], path: Path) -> S:
    """A spec of class ``cls`` from what ``path`` holds. Raises SpecError, naming the file."""
    try:
        return from_plain(cls, plain)
    except SpecError as error:
        raise SpecError(f"{path}: {error.where}".rstrip(": "), error.what, error.fix) from error


def dump_spec(spec: Spec) -> str:
    """The run as TOML text; :func:`parse_spec` gives back an equal value."""
    return tomli_w.dumps(to_plain(spec))


def to_plain(value: Any) -> Any:
    """Specs as dictionaries, tuples as lists; what is None is left out."""
    if isinstance(value, Spec):
        head = {"kind": value.kind} if isinstance(value, Part) else {}
        body = {f.name: to_plain(getattr(value, f.name)) for f in fields_of(type(value))}
        return head | {name: plain for name, plain in body.items() if plain is not None}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(cls: type[S], plain: Any) -> S:
    """A spec of class ``cls`` (or of the part that ``kind`` names) from a dictionary."""
    if not isinstance(plain, dict):
        raise SpecError("", f"{plain!r} does not fit", "write a table here")
    values = dict(plain)
    if cls in FAMILIES:
        cls = FAMILIES[cls].get(values.pop("kind", None))  # type: ignore[assignment]  # a member of the family
    known = {f.name: f for f in fields_of(cls)}
    for name in values:
        if name not in known:
            raise _unknown_key(name, known)
    missing = [name for name, f in known.items() if name not in values and _is_required(cls, name)]
    if missing:
        raise SpecError(missing[0], "is missing", f"add {missing[0]}")
    return cls(**{name: _read_field(known[name], value) for name, value in values.items()})


def _read_field(f: KnobField, value: Any) -> Any:
    try:
        return _read_value(f, value)
    except SpecError as error:
        raise error.below(f.name) from None


def _read_value(f: KnobField, value: Any) -> Any:
    hint = optional_inner(f.type)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise SpecError("", f"{value!r} does not fit", "write a list of tables")
        item = typing.get_args(hint)[0]
        return tuple(_read_item(item, index, plain) for index, plain in enumerate(value))
    if isinstance(hint, type) and issubclass(hint, Spec):
        return from_plain(hint, value)
    return check_value(f, value, where="")


def _read_item(cls: type[Spec], index: int, plain: Any) -> Spec:
    try:
        return from_plain(cls, plain)
    except SpecError as error:
        raise error.below(str(index)) from None


def _is_required(cls: type[Spec], name: str) -> bool:
    f = next(f for f in dataclasses.fields(cls) if f.name == name)
    return f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING


def _unknown_key(name: str, known: dict[str, KnobField]) -> SpecError:
    near = difflib.get_close_matches(name, known, n=1)
    fix = f"did you mean {near[0]!r}?" if near else "use one of " + ", ".join(known)
    return SpecError(name, "is no known key", fix)
