"""``--set`` and the window's edits: one value of a run, found by its dotted path."""

from __future__ import annotations

from typing import Any

import pytest

from aestudio.spec.edit import get_value, with_text, with_value
from aestudio.spec.faults import SpecError
from aestudio.spec.parts import LAYERS, PENALTIES
from tests.small import small_run

RUN = small_run(penalties=(PENALTIES.make("l1", weight=0.5), PENALTIES.make("weight-decay")))


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("training.lr=0.01", "training.lr", 0.01),
        ("training.lr = 1", "training.lr", 1.0),
        ("training.lr=1e-4", "training.lr", 1e-4),
        ("training.epochs=7", "training.epochs", 7),
        ("training.optimiser=sgd", "training.optimiser", "sgd"),
        ("name=a = b", "name", "a = b"),
        ("name=3", "name", "3"),
        ("data.source=/tmp/a b.csv", "data.source", "/tmp/a b.csv"),
        ("model.encoder.0.units=5", "model.encoder.0.units", 5),
        ("model.encoder.-1.units=5", "model.encoder.0.units", 5),
        ("model.encoder.dense.units=5", "model.encoder.0.units", 5),
        ("penalties.weight-decay.weight=3", "penalties.1.weight", 3.0),
        ("model.bottleneck.size=2", "model.bottleneck.size", 2),
    ],
)
def test_a_value_is_set(assignment: str, path: str, value: Any) -> None:
    changed = with_text(RUN, assignment)
    assert get_value(changed, path) == value
    assert type(get_value(changed, path)) is type(value)
    assert with_value(changed, path, get_value(RUN, path)) == RUN, "and nothing else has changed"


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("training.lr", "training.lr: is no assignment; write it as training.lr=0.001"),
        ("", "is no assignment"),
        ("=3", "is no field here; use one of name, "),
        ("trainin.lr=1", "trainin.lr: is no field here; use one of name, lesson, "),
        ("training.rl=1", "training.rl: is no field here; use one of epochs, "),
        ("training.lr.x=1", "training.lr.x: is no field here; stop before it"),
        ("training.lr=fast", "training.lr: 'fast' is no number; use a number from 1e-07 to 10"),
        ("training.lr=nan", "training.lr: nan is out of range"),
        ("training.lr=99", "training.lr: 99 is out of range; use a number from 1e-07 to 10"),
        ("training.epochs=2.5", "training.epochs: 2.5 is no whole number"),
        ("training.epochs=", "training.epochs: '' is no whole number"),
        (
            "training.optimiser=lion",
            "training.optimiser: 'lion' is no choice; use 'adam' or 'adamw' or 'sgd'",
        ),
        ("training=1", "training: is a part, not a value"),
        ("model.decoder=1", "model.decoder: is a part, not a value"),
        ("penalties=1", "penalties: is a part, not a value"),
        ("model.encoder.7.units=1", "it holds 0 (dense)"),
        ("model.encoder.conv.units=1", "it holds 0 (dense)"),
        ("model.encoder.--1.units=1", "it holds 0 (dense)"),
        ("model.encoder.².units=1", "it holds 0 (dense)"),
        ("corruptions.0.share=1", "it holds none"),
        ("model.encoder.0.size=1", "model.encoder.0.size: is no field here; use one of units, activation"),
        ("penalties.l1.weight=-1", "penalties.l1.weight: -1 is out of range"),
    ],
)
def test_what_cannot_be_set_is_told_with_its_path(assignment: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        with_text(RUN, assignment)
    assert told in str(caught.value)


def test_a_part_is_replaced_whole() -> None:
    conv = LAYERS.make("conv")
    changed = with_value(RUN, "model.encoder.0", conv)
    assert changed.model.encoder == (conv,)
    assert with_value(RUN, "model.encoder", ()).model.encoder == ()
