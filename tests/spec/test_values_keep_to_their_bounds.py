"""A spec holds only what its fields allow, and says what would be right."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pytest

from aestudio.spec.faults import SpecError
from aestudio.spec.knobs import KnobField, Spec, fields_of, knob
from aestudio.spec.parts import FAMILIES, LAYERS
from aestudio.spec.run import DataSpec, Lesson, ModelSpec, RunSpec, TrainingSpec

SPECS: list[type[Spec]] = [
    Lesson,
    DataSpec,
    TrainingSpec,
    *(cls for family in FAMILIES.values() for cls in family),
]
FIELDS = [(cls, f) for cls in SPECS for f in fields_of(cls)]
NUMBERS = [(cls, f) for cls, f in FIELDS if f.type in (int, float)]
WRONG: dict[type, tuple[Any, ...]] = {
    int: ("3", 3.5, True, None, [3], math.nan),
    float: ("0.3", True, None, [0.3], math.nan, math.inf, -math.inf),
    bool: ("true", 1, None),
    str: (3, True, None, ["a"]),
}


def _name(value: Any) -> str:
    return value.name if isinstance(value, KnobField) else value.__name__


def _refused(cls: type[Spec], name: str, value: Any) -> SpecError:
    with pytest.raises(SpecError) as caught:
        cls(**{name: value})
    return caught.value


@pytest.mark.parametrize(("cls", "f"), FIELDS, ids=_name)
def test_wrong_types_and_choices_are_refused(cls: type[Spec], f: KnobField) -> None:
    wrong = ("no such choice", 3, None) if f.choices else WRONG[f.type]
    for value in wrong:
        error = _refused(cls, f.name, value)
        assert error.where == f.name
        assert error.fix.startswith("use ")
        if f.choices:
            assert all(repr(choice) in error.fix for choice in f.choices)


@pytest.mark.parametrize(("cls", "f"), NUMBERS, ids=_name)
def test_bounds_are_part_of_the_range(cls: type[Spec], f: KnobField) -> None:
    for end, step in ((f.knob.low, -1), (f.knob.high, 1)):
        assert end is not None, "every number is bounded, so that a form can draw it"
        assert getattr(cls(**{f.name: f.type(end)}), f.name) == end
        # No nextafter: beside 0 it is a denormal, which counts as 0 on a thread that has trained.
        beyond = end + step * (1 if f.type is int else max(1e-9, 1e-9 * abs(end)))
        error = _refused(cls, f.name, f.type(beyond))
        for bound in (f.knob.low, f.knob.high):
            told = str(bound) if f.type is int else f"{bound:g}"
            assert f" {told} " in f"{error.fix} "


@pytest.mark.parametrize(("cls", "f"), FIELDS, ids=_name)
def test_the_default_lies_within(cls: type[Spec], f: KnobField) -> None:
    default = getattr(cls(), f.name)
    assert type(default) is f.type
    assert default in f.choices or not f.choices


@pytest.mark.parametrize("cls", [*SPECS, ModelSpec, RunSpec], ids=_name)
def test_every_field_teaches(cls: type[Spec]) -> None:
    for f in fields_of(cls):
        told = f.knob.help or (f.type.__doc__ if issubclass(f.type, Spec) else "")
        assert told, f.name
        assert re.match(r"\S", f.label)


def test_a_whole_number_becomes_a_float_where_one_is_due() -> None:
    spec = TrainingSpec(lr=1)
    assert type(spec.lr) is float


def test_specs_are_values() -> None:
    one, two = (LAYERS.make("dense", units=3) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.units = 4  # type: ignore[attr-defined]


def test_a_range_without_an_upper_end_is_told() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Open(Spec):
        count: int = knob(1, low=1)
        free: float = knob(0.0)

    assert _refused(Open, "count", 0).fix == "use a whole number of at least 1"
    assert _refused(Open, "free", "x").fix == "use a number"


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.noun)
def test_a_missing_part_is_answered_with_the_nearest_or_all(family: Any) -> None:
    kinds = [cls.kind for cls in family]
    with pytest.raises(SpecError, match=f"did you mean '{re.escape(kinds[0])}'"):
        family.get(kinds[0] + "x")
    with pytest.raises(SpecError, match=re.escape(", ".join(kinds))):
        family.get("§")
    for nothing in (None, [], 3):
        with pytest.raises(SpecError):
            family.get(nothing)


def test_two_parts_of_one_name_are_refused() -> None:
    class Twin:
        kind = "dense"

    with pytest.raises(TypeError, match="two parts call themselves layer 'dense'"):
        LAYERS.register(Twin)  # type: ignore[type-var]
