"""Forms drawn from specs, filled in as a person does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from aestudio.qt.forms.form import SpecForm
from aestudio.qt.forms.numbers import RealField, doubled, next_on_ladder
from aestudio.qt.forms.part_form import PartForm
from aestudio.spec.knobs import Spec, fields_of, knob
from aestudio.spec.parts import FAMILIES, PENALTIES
from aestudio.spec.registry import Family
from aestudio.spec.run import DataSpec, TrainingSpec

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True, kw_only=True)
class Sample(Spec):
    """One field of each kind."""

    count: int = knob(3, low=1, high=100, unit="images", help="How many")
    units: int = knob(64, low=1, high=4096, log=True)
    rate: float = knob(1e-3, low=1e-7, high=10.0, log=True, label="Learning rate")
    share: float = knob(0.5, low=0.0, high=1.0)
    weight: float = knob(1.0, low=0.0, high=1e6, log=True)
    mode: Literal["first_one", "second"] = knob("first_one")
    fast: bool = knob(default=False)
    name: str = knob("")
    seed: int = knob(0, low=0, high=2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class Silent(Spec):
    """A weight that is usually not used."""

    weight: float = knob(0.0, low=0.0, high=1e6, log=True)


@pytest.fixture
def form(qtbot: QtBot) -> SpecForm:
    form = SpecForm(Sample, sliders=frozenset({"weight"}))
    form.show_value(Sample())
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
    return form


def _typed(field: QWidget, text: str, qtbot: QtBot) -> None:
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClicks(field, text)


def _told(form: SpecForm) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    form.value_changed.connect(lambda name, value: told.append((name, value)))
    return told


def test_fields_carry_label_unit_and_help(form: SpecForm) -> None:
    count = form.field("count")
    assert count.property("text") == "3 images"
    assert "How many" in count.toolTip()
    assert "From 1 to 100 images" in count.toolTip()
    assert form.field("rate").accessibleName() == "Learning rate"
    labels = [label.text() for label in form.findChildren(QLabel)]
    assert labels == [f.label for f in fields_of(Sample)]


def test_showing_a_value_tells_no_one(form: SpecForm) -> None:
    told = _told(form)
    form.show_value(Sample(count=9, rate=0.1, mode="second", fast=True, name="x", weight=3.0))
    assert told == []


def test_what_is_typed_is_told_at_once(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    _typed(form.field("count"), "42", qtbot)
    assert told == [("count", 4), ("count", 42)]


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
@pytest.mark.parametrize(
    ("name", "text", "words", "after"),
    [
        ("count", "420", "Use a whole number from 1 to 100", 100),
        ("count", "-2", "Use a whole number from 1 to 100", 1),
        ("count", "12,5", "Use a whole number from 1 to 100", 12),
        ("units", "4,100", "Use a whole number from 1 to 4,096", 4096),
        ("rate", "11", "Use a number from 1e-07 to 10", 10.0),
        ("share", "12", "Use a number from 0 to 1", 1.0),
    ],
)
def test_bounds_are_told_and_leaving_takes_the_nearest(
    name: str, text: str, words: str, after: float, form: SpecForm, qtbot: QtBot
) -> None:
    field, told = form.field(name), _told(form)
    _typed(field, text, qtbot)
    assert str(field.property("text")).startswith(text)
    assert QToolTip.text() == words
    form.field("name").setFocus()
    assert told[-1] == (name, after)
    assert field.property("value") == after


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
@pytest.mark.parametrize(("name", "text"), [("rate", "0.00"), ("share", "0.5e-"), ("units", "")])
def test_a_number_on_its_way_is_not_complained_of(name: str, text: str, form: SpecForm, qtbot: QtBot) -> None:
    _typed(form.field(name), text, qtbot)
    assert QToolTip.text() == ""


@pytest.mark.parametrize("name", ["count", "rate", "share", "weight"])
def test_an_emptied_field_takes_its_value_back(name: str, form: SpecForm, qtbot: QtBot) -> None:
    field, told = form.field(name), _told(form)
    before = field.property("text")
    field.setFocus()
    qtbot.keyClick(field, Key.Key_A, Ctrl)
    qtbot.keyClick(field, Key.Key_Delete)
    form.field("name").setFocus()
    assert field.property("text") == before
    assert told == []


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_small_number_may_begin_with_one_that_is_too_large(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    _typed(form.field("share"), "5e-13", qtbot)
    assert told[-1] == ("share", 5e-13)
    form.field("name").setFocus()
    assert form.field("share").property("text") == "5e-13"


def test_steps_are_of_round_numbers(form: SpecForm, qtbot: QtBot) -> None:
    form.show_value(Sample(share=0.0))
    told = _told(form)
    for _ in range(3):
        qtbot.keyClick(form.field("share"), Key.Key_Up)
    assert told == [("share", 0.01), ("share", 0.02), ("share", 0.03)]


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
@pytest.mark.parametrize(("text", "value"), [("64", 64), ("1,000", 1000), ("1 000", 1000), ("1e3", 1000)])
def test_whole_numbers_are_read_as_people_write_them(
    text: str, value: int, form: SpecForm, qtbot: QtBot
) -> None:
    told = _told(form)
    _typed(form.field("units"), text, qtbot)
    form.field("name").setFocus()
    assert told[-1] == ("units", value)
    assert form.field("units").property("text") == str(value)


def test_large_bounds_are_told_in_full(form: SpecForm) -> None:
    assert "From 0 to 2,147,483,647" in form.field("seed").toolTip()
    assert "From 1e-07 to 10; steps by factors" in form.field("rate").toolTip()


@pytest.mark.parametrize(("text", "value"), [("1e-4", 1e-4), ("0,5", 0.5), (".25", 0.25), ("1 e-3", 1e-3)])
def test_numbers_are_read_as_people_write_them(text: str, value: float, form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    _typed(form.field("rate"), text, qtbot)
    assert told[-1] == ("rate", value)


def test_letters_are_no_number(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    _typed(form.field("rate"), "abc", qtbot)
    assert told == []


def test_leaving_a_field_does_not_round_its_value(form: SpecForm, qtbot: QtBot) -> None:
    form.show_value(Sample(share=1 / 12))
    told = _told(form)
    form.field("share").setFocus()
    qtbot.keyClick(form.field("share"), Key.Key_Return)
    form.field("count").setFocus()
    assert told == []


def test_what_is_being_typed_stays_while_the_form_is_shown_again(form: SpecForm, qtbot: QtBot) -> None:
    _typed(form.field("rate"), "2.", qtbot)
    form.show_value(Sample(rate=2.0))
    qtbot.keyClicks(form.field("rate"), "5")
    assert form.field("rate").property("text") == "2.5"


def test_log_fields_step_by_factors(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    qtbot.keyClick(form.field("units"), Key.Key_Up)
    qtbot.keyClick(form.field("rate"), Key.Key_Down)
    assert told == [("units", 128), ("rate", 0.0005)]


def test_the_wheel_changes_only_a_field_with_the_focus(form: SpecForm) -> None:
    told = _told(form)
    form.field("name").setFocus()
    _wheel(form.field("count"))
    _wheel(form.field("mode"))
    assert told == []
    form.field("count").setFocus()
    _wheel(form.field("count"))
    assert told == [("count", 4)]


def _wheel(field: QWidget) -> None:
    none = Qt.MouseButton.NoButton
    middle = QPointF(field.rect().center())
    event = QWheelEvent(
        middle, field.mapToGlobal(middle), QPoint(), QPoint(0, 120), none, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)


def test_choices_flags_and_texts(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    qtbot.keyClick(form.field("mode"), Key.Key_Down)
    qtbot.mouseClick(
        form.field("fast"), Qt.MouseButton.LeftButton, pos=QPoint(8, form.field("fast").height() // 2)
    )
    _typed(form.field("name"), "x", qtbot)
    assert told == [("mode", "second"), ("fast", True), ("name", "x")]


def test_a_slider_reaches_from_zero_over_six_decades(form: SpecForm, qtbot: QtBot) -> None:
    told = _told(form)
    slider = form.slider("weight")
    for key in (Key.Key_PageUp, Key.Key_End, Key.Key_Home):
        qtbot.keyClick(slider, key)
    assert told == [("weight", 10.0), ("weight", 1000.0), ("weight", 0.0)]
    form.show_value(Sample(weight=0.01))
    assert slider.value() == -20


def test_a_slider_of_a_value_that_is_usually_0_has_1_in_the_middle(qtbot: QtBot) -> None:
    form = SpecForm(Silent, sliders=frozenset({"weight"}))
    qtbot.addWidget(form)
    form.show_value(Silent(weight=10.0))
    assert form.slider("weight").value() == 10


def test_leaving_a_field_is_told(form: SpecForm, qtbot: QtBot) -> None:
    form.field("count").setFocus()
    with qtbot.waitSignal(form.left):
        form.field("units").setFocus()


@pytest.mark.parametrize(
    "cls", [TrainingSpec, DataSpec, *(cls for family in FAMILIES.values() for cls in family)]
)
def test_every_spec_has_a_form(cls: type[Spec], qtbot: QtBot) -> None:
    form = SpecForm(cls)
    qtbot.addWidget(form)
    value = cls()
    told = _told(form)
    form.show_value(value)
    assert told == []
    assert form.is_empty == (not fields_of(cls))
    for f in fields_of(cls):
        assert form.field(f.name).accessibleName() == f.label


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.noun)
def test_a_part_changes_its_kind(family: Family, qtbot: QtBot) -> None:
    form = PartForm(family)
    qtbot.addWidget(form)
    first, second = [*family][:2]
    form.show_part(first())
    with qtbot.waitSignal(form.kind_chosen) as chosen:
        qtbot.keyClick(form.kind, Key.Key_Down)
    assert chosen.args == [second]
    form.show_part(second())
    assert form.kind.currentData() == second.kind


def test_the_part_forms_slider_is_the_weights(qtbot: QtBot) -> None:
    form = PartForm(PENALTIES, sliders=frozenset({"weight"}))
    qtbot.addWidget(form)
    form.show_part(PENALTIES.get("l1")())
    assert form.form is not None
    assert isinstance(form.form.field("weight"), RealField)
    assert form.form.slider("weight").value() == 0


@pytest.mark.parametrize(
    ("value", "steps", "after"),
    [
        (1e-3, 1, 2e-3),
        (2e-3, 1, 5e-3),
        (5e-3, 1, 1e-2),
        (3e-3, -1, 2e-3),
        (1e-2, -1, 5e-3),
        (0.1, 10, 1.0),
        (0.0, 1, 1e-6),
    ],
)
def test_the_ladder(value: float, steps: int, after: float) -> None:
    assert next_on_ladder(value, steps, 0.0) == pytest.approx(after)


def test_the_ladder_ends_at_zero_where_zero_is_allowed() -> None:
    assert next_on_ladder(1e-6, -1, 0.0) == 0.0
    assert next_on_ladder(1e-6, -1, 1e-7) == pytest.approx(5e-7)


@pytest.mark.parametrize(
    ("value", "steps", "after"), [(128, 1, 256), (128, -2, 32), (0, 1, 2), (30, 10, 300)]
)
def test_whole_numbers_double(value: int, steps: int, after: int) -> None:
    assert doubled(value, steps) == after
