"""The document as a command: what it names, the command line reads back."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from aestudio.library.presets import load_preset, preset_names
from aestudio.objectives.penalties.l1 import L1Sparsity
from aestudio.qt.command_line import as_command
from aestudio.spec.edit import with_text, with_value


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_its_name(name: str) -> None:
    assert as_command(load_preset(name)) == f"aestudio train {name}"


def test_values_that_differ_are_set() -> None:
    spec = with_value(load_preset("undercomplete"), "training.epochs", 3)
    spec = with_value(with_value(spec, "model.encoder.0.units", 99), "data.source", "/my data")
    command = as_command(spec)
    assert command
    words = shlex.split(command)
    assert words[:3] == ["aestudio", "train", "undercomplete"]
    read = load_preset("undercomplete")
    for assignment in words[4::2]:
        read = with_text(read, assignment)
    assert read == spec


def test_other_parts_need_a_file() -> None:
    spec = load_preset("undercomplete")
    assert as_command(replace(spec, penalties=(*spec.penalties, L1Sparsity()))) is None
    assert as_command(replace(spec, name="mine")) is None
