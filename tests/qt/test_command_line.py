"""The document as a command: what it names, the command line reads back."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from aestudio.cli import make_parser
from aestudio.cli.commands.race import chosen_specs
from aestudio.library.folder import SPEC
from aestudio.library.presets import load_preset, preset_names
from aestudio.objectives.penalties.l1 import L1Sparsity
from aestudio.qt.command_line import as_command, as_race
from aestudio.qt.shelf.command_lines import race_command
from aestudio.spec.edit import with_text, with_value
from aestudio.spec.fairness import Budget, read_budget
from aestudio.spec.toml import dump_spec


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


def test_a_race_of_presets_is_a_command_that_the_command_line_takes() -> None:
    runs = [load_preset("linear"), load_preset("vae-2")]
    command = as_race(runs, Budget("seconds", 30), 3, runs[0].data)
    assert command == "aestudio race linear vae-2 --budget seconds=30 --seeds 3"
    options = make_parser().parse_args(shlex.split(command)[1:])
    assert [spec.name for spec in chosen_specs(options)] == ["linear", "vae-2"]
    changed = with_value(runs[1], "training.lr", 0.1)
    assert as_race([runs[0], changed], Budget(), 1, runs[0].data) is None


def test_a_race_on_other_data_names_them_and_its_budget_to_the_last_digit() -> None:
    runs = [load_preset("linear"), load_preset("vae-2")]
    leaves = with_value(with_value(runs[0], "data.source", "/my leaves"), "data.size", 32).data
    command = as_race(runs, Budget("parameters", 1_234_567), 1, leaves)
    assert command
    options = make_parser().parse_args(shlex.split(command)[1:])
    assert {spec.data for spec in chosen_specs(options)} == {leaves}
    assert read_budget(options.budget) == Budget("parameters", 1_234_567)


def test_kept_runs_are_trained_anew_as_they_are(tmp_path: Path) -> None:
    first = load_preset("linear")
    specs = [with_value(with_value(first, "training.seed", i), "training.epochs", 2 + i) for i in range(3)]
    folders = [tmp_path / str(i) for i in range(3)]
    for folder, spec in zip(folders, specs, strict=True):
        folder.mkdir()
        (folder / SPEC).write_text(dump_spec(spec), encoding="utf-8")
    options = make_parser().parse_args(shlex.split(race_command(folders, tmp_path))[1:])
    assert options.unfair, "else all have the first one's seed and epochs"
    assert chosen_specs(options) == specs
