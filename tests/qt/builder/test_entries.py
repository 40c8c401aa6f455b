"""What the hourglass draws, without a window."""

from __future__ import annotations

import math

import pytest

from aestudio.qt.builder.entries import Entry, count_text, entries_of, largest, width_share
from aestudio.spec.check import faults
from aestudio.spec.edit import with_value
from aestudio.spec.faults import Fault
from aestudio.spec.outline import lay_out
from aestudio.spec.run import RunSpec
from aestudio.spec.toml import parse_spec
from tests.qt.builder.conftest import SMALL

SHAPE = (1, 28, 28)


def _entries(run: RunSpec) -> dict[str, Entry]:
    found = entries_of(run.model, lay_out(run.model, SHAPE), faults(run, SHAPE))
    return {entry.key: entry for entry in found}


def test_rows_run_from_input_to_output() -> None:
    rows = _entries(parse_spec(SMALL))
    assert [(key, row.shape) for key, row in rows.items()] == [
        ("input", "28 × 28 × 1"),
        ("model.encoder.0", "300"),
        ("model.encoder.1", "100"),
        ("model.bottleneck", "32"),
        ("mirror.0", "100"),
        ("mirror.1", "300"),
        ("mirror.2", "784"),
        ("mirror.3", "28 × 28 × 1"),
        ("model.output", "28 × 28 × 1"),
    ]
    assert rows["mirror.0"].original == "model.bottleneck"
    assert rows["model.encoder.1"].activation == "tanh"


def test_rows_behind_a_fault_are_unknown() -> None:
    run = parse_spec(SMALL.replace('kind = "dense"\nunits = 100\nactivation = "tanh"', 'kind = "max-pool"'))
    rows = _entries(run)
    assert rows["model.encoder.1"].wrong
    assert rows["model.encoder.0"].known
    assert not any(rows[key].known for key in ("model.encoder.1", "model.bottleneck", "model.output"))


def test_a_fault_of_the_output_stands_at_the_output() -> None:
    rows = _entries(with_value(parse_spec(SMALL), "model.output", "tanh"))
    assert [key for key, row in rows.items() if row.faults] == ["model.output"]


def test_no_fault_of_the_model_goes_untold() -> None:
    run = parse_spec(SMALL)
    found = [Fault(where, "strange", "what", "fix") for where in ("model", "model.pixels", "model.decoder.7")]
    assert sum(len(row.faults) for row in entries_of(run.model, None, found)) == 3


def test_without_data_no_shape_is_known() -> None:
    run = parse_spec(SMALL)
    assert not any(row.known for row in entries_of(run.model, None))


def test_widths_are_to_scale() -> None:
    rows = _entries(parse_spec(SMALL))
    most = largest(tuple(rows.values()))
    assert most == 784
    assert width_share(784, most) == 1.0
    assert width_share(196, most) == pytest.approx(0.5)
    assert math.isclose(width_share(rows["model.bottleneck"].after, most) ** 2, 32 / 784)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10 k"),
        (147_584, "148 k"),
        (1_234_567, "1.2 M"),
        (25_000_000, "25 M"),
    ],
)
def test_counts_take_little_room(count: int, text: str) -> None:
    assert count_text(count) == text
