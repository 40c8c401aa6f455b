"""Tables and arrays of numbers, and the row and column of what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from aestudio.data.door import open_data
from aestudio.data.scale import scaled
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault

ROWS = np.random.default_rng(0).normal(50, 20, (60, 4))


def write(path: Path, rows: np.ndarray | list[list[object]], heading: str = "", mark: str = ",") -> Path:
    lines = [heading] if heading else []
    path.write_text("\n".join([*lines, *(mark.join(map(str, row)) for row in rows)]) + "\n")
    return path


@pytest.mark.parametrize(("mark", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv")])
@pytest.mark.parametrize("heading", ["", "a b c d"])
def test_a_table_opens(tmp_path: Path, mark: str, name: str, heading: str) -> None:
    path = write(tmp_path / name, ROWS, heading.replace(" ", mark), mark)
    found = open_data(DataSpec(source=str(path)))
    assert (found.images.dtype, found.shape, len(found)) == (torch.float32, (4,), 60)
    train = ROWS[found.train.numpy()]
    expected = np.clip((ROWS - train.min(0)) / (train.max(0) - train.min(0)), 0, 1)
    np.testing.assert_allclose(found.images.numpy(), expected, atol=1e-6)
    assert torch.equal(found.pixels(found.test), found.images[found.test])
    assert found.report.notes[0].startswith(
        "4 columns scaled to [0, 1] by the minimum and maximum of the train"
    )


def test_scaling_sees_the_training_rows_alone() -> None:
    rows = np.array([[0.0, 5.0], [10.0, 5.0], [30.0, -1.0]])
    out, notes = scaled(rows, np.array([0, 1]))
    assert out.tolist() == [[0, 0], [1, 0], [1, 0]]
    assert notes[1:] == (
        "1 columns do not change over the training rows and became 0",
        "1 rows outside the range of the training rows were clipped to it",
    )


def test_a_label_column_names_the_classes(tmp_path: Path) -> None:
    rows = [[i, ("cat", "owl")[i % 2], i * i] for i in range(20)]
    found = open_data(DataSpec(source=str(write(tmp_path / "a.csv", rows, "x,Class,y"))))
    assert (found.classes, found.shape) == (("cat", "owl"), (2,))
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1] * 10


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("1,two,3,4", "line 9, column 2 (b): 'two' is no number"),
        ("1,2,,4", "line 9, column 3 (c) is a gap ('')"),
        ("1,2,3,NaN", "line 9, column 4 (d) is a gap ('NaN')"),
        ("inf,2,3,4", "line 9, column 1 (a): inf is not finite"),
        ("1,2,3", "line 9 has 3 values where line 1 has 4"),
        ("1,2,3,4,5", "line 9 has 5 values where line 1 has 4"),
    ],
)
def test_the_first_fault_is_told_with_line_and_column(
    tmp_path: Path, fault: Fault, line: str, what: str
) -> None:
    path = write(tmp_path / "a.csv", ROWS, "a,b,c,d")
    lines = path.read_text().splitlines()
    lines[8] = line
    path.write_text("\n".join(lines))
    assert what in fault(path)


def test_a_ragged_label_column_is_told(tmp_path: Path, fault: Fault) -> None:
    path = write(tmp_path / "a.csv", [[1, 2, "x"], [3, 4], [5, 6, "y"]], "a,b,label")
    assert "line 3 has 2 values where line 1 has 3" in fault(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"a,b\n", "has a heading but no rows"),
        (b"label\ncat\n", "has no column of numbers"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is no text in UTF-8"),
        ("café,1\n".encode("latin-1"), "is no text in UTF-8"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, fault: Fault, content: bytes, what: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert what in fault(tmp_path / "a.csv")


def test_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n3,4\r\n5,7\r\n")
    assert len(open_data(DataSpec(source=str(tmp_path / "a.csv")))) == 3


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16, np.uint8])
def test_vectors_as_npy(tmp_path: Path, order: str, dtype: type) -> None:
    rows = ROWS.astype(dtype)
    np.save(tmp_path / "a.npy", np.asfortranarray(rows) if order == "F" else rows)
    found = open_data(DataSpec(source=str(tmp_path / "a.npy")))
    assert found.images.dtype == torch.float32
    chosen = rows[found.train.numpy()].astype(float)
    expected = (chosen - chosen.min(0)) / (chosen.max(0) - chosen.min(0))
    np.testing.assert_allclose(found.images[found.train].numpy(), expected, atol=1e-6)


def test_a_gap_in_an_array_is_told(tmp_path: Path, fault: Fault) -> None:
    rows = ROWS.copy()
    rows[41, 2] = np.nan
    np.save(tmp_path / "a.npy", rows)
    assert "holds nan in row 42, column 3" in fault(tmp_path / "a.npy")
