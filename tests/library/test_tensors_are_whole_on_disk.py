"""Files of arrays: the library reads what we lay out, and a single altered bit is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from aestudio.library.disk import read_tensors, write_tensors
from aestudio.spec.faults import UserError

ARRAYS = {
    "bytes": np.arange(7, dtype=np.uint8),
    "weights": np.linspace(-1, 1, 30, dtype=np.float32).reshape(5, 6),
    "turned": np.arange(12, dtype=np.float64).reshape(3, 4).T,
    "halves": np.linspace(0, 1, 5).astype(np.float16),
    "labels": np.arange(4, dtype=np.int64),
    "one": np.float32(3.5).reshape(()),
    "none": np.zeros((0, 3), np.float32),
    "is it": np.array([True, False]),
}
FACTS = {"epoch": "3", "name": "größer"}


def test_what_is_written_comes_back_here_and_in_the_library(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_tensors(path, ARRAYS, FACTS)
    arrays, facts = read_tensors(path)
    assert facts == FACTS
    for told in (arrays, load_file(path)):
        assert told.keys() == ARRAYS.keys()
        for name, array in ARRAYS.items():
            assert told[name].dtype == array.dtype
            assert told[name].shape == array.shape
            assert np.array_equal(told[name], array)


def test_a_changed_bit_of_an_array_or_its_name_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_tensors(path, ARRAYS, FACTS)
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    assert start % 8 == 0
    for place in (*range(start, len(data), 37), len(data) - 1, data.index(b"weights")):
        altered = bytearray(data)
        altered[place] ^= 2
        path.write_bytes(altered)
        with pytest.raises(UserError, match=r"was altered|is cut off"):
            read_tensors(path)


def test_a_file_without_a_hash_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"w": ARRAYS["weights"]}, path, {"epoch": "1"})
    arrays, facts = read_tensors(path)
    assert np.array_equal(arrays["w"], ARRAYS["weights"])
    assert facts == {"epoch": "1"}
