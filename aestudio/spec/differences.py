"""What differs between runs, in words: a table's last column, and a report's first paragraph."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from aestudio.spec.knobs import Spec, fields_of
from aestudio.spec.parts import Part
from aestudio.spec.run import RunSpec

_LEFT_OUT = {"name", "lesson"}


def differences(runs: Sequence[RunSpec]) -> tuple[dict[str, str], ...]:
    """For each run what is not the same in all, in the spec's order: ``{"learning rate": "0.001"}``."""
    told = [dict(_flat(run)) for run in runs]
    keys = list(dict.fromkeys(key for one in told for key in one))
    unlike = [key for key in keys if len({one.get(key, "none") for one in told}) > 1]
    return tuple({key: one.get(key, "none") for key in unlike} for one in told)


def in_words(difference: dict[str, str]) -> str:
    """One run's differences as a line: ``code 32, penalties L1 0.1``."""
    return ", ".join(f"{name} {value}" for name, value in difference.items())


def part_words(part: Part) -> str:
    """A part as a person says it: its label, and each value that is not the usual one."""
    return " ".join([part.label, *_unusual(part)])


def _unusual(part: Part) -> Iterator[str]:
    usual = {f.name: f.default for f in dataclasses.fields(part)}
    for f in fields_of(type(part)):
        value = getattr(part, f.name)
        first = f.type is int and f.name in ("units", "filters", "size")
        if first:
            yield f"{value:,}"
        elif value != usual[f.name]:
            yield str(value) if f.choices else f"{f.label.lower()} {_text(value)}"


def _flat(spec: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for f in fields_of(type(spec)):
        if not prefix and f.name in _LEFT_OUT:
            continue
        value = getattr(spec, f.name)
        label = f.label.lower()
        if isinstance(value, Part):
            yield label, part_words(value)
        elif isinstance(value, Spec):
            yield from _flat(value, f"{f.name}.")
        elif isinstance(value, tuple):
            yield label, " → ".join(map(part_words, value)) if value else "none"
        else:
            yield label if prefix != "data." else f"data {label}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "as the encoder, mirrored" if value is None else str(value)
