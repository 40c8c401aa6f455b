"""Opening data takes their bytes and at most a tenth more, measured as the peak of a process of its own."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.makers import idx_bytes

COUNT = 100_000
LIMIT = 1.10

# The peak is the kernel's own (VmHWM), so that memory of every library counts. A small data set is opened
# first, so that imports and thread stacks do not.
SCRIPT = """
import json, sys
from aestudio.data.card import data_card
from aestudio.data.door import open_data
from aestudio.spec.run import DataSpec

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

data_card(open_data(DataSpec(source=sys.argv[1])))
before = peak()
data = open_data(DataSpec(source=sys.argv[2]))
opened = peak() - before
data_card(data)
print(json.dumps({"opened": opened, "looked_through": peak() - before, "bytes": data.images.nbytes}))
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc, which this system lacks"
)


def measured(small: Path, large: Path) -> dict[str, int]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(small), str(large)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def images(count: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 8, (count, *shape), np.uint8)


def zipped_idx(home: Path, count: int) -> Path:
    home.mkdir()
    cut = count * 6 // 7
    pixels, labels = images(count, 28, 28), images(count)
    for part, some in (("train", slice(cut)), ("t10k", slice(cut, None))):
        for name, array in (("images-idx3", pixels[some]), ("labels-idx1", labels[some])):
            path = home / f"{part}-{name}-ubyte.gz"
            path.write_bytes(gzip.compress(idx_bytes(array), 1))
    return home


def plain_npy(home: Path, count: int) -> Path:
    path = home.with_suffix(".npy")
    np.save(path, images(count, 28, 28))
    return path


def coloured_npz(home: Path, count: int) -> Path:
    path = home.with_suffix(".npz")
    np.savez(path, x_train=images(count // 3, 28, 28, 3), y_train=images(count // 3))
    return path


@pytest.mark.parametrize("make", [zipped_idx, plain_npy, coloured_npz])
def test_peak_is_within_a_tenth_of_the_bytes(tmp_path: Path, make: type) -> None:
    found = measured(make(tmp_path / "small", 3_000), make(tmp_path / "large", COUNT))
    assert found["bytes"] >= 0.99 * COUNT * 784
    assert found["looked_through"] <= LIMIT * found["bytes"], found


def test_a_mapped_file_costs_nothing_until_it_is_read(tmp_path: Path) -> None:
    found = measured(plain_npy(tmp_path / "small", 3_000), plain_npy(tmp_path / "large", COUNT))
    assert found["opened"] <= 0.1 * found["bytes"], found


def test_a_folder_of_pictures_adds_little_for_each(tmp_path: Path) -> None:
    """Names and bookkeeping, per picture, by the difference between two folders of 1-pixel pictures."""

    def folder(count: int) -> Path:
        home = tmp_path / str(count)
        home.mkdir()
        Image.new("L", (1, 1)).save(home / "00000.bmp")
        for i in range(1, count):
            os.link(home / "00000.bmp", home / f"{i:05}.bmp")
        return home

    found = measured(folder(200), folder(6_000))
    extra = found["opened"] - found["bytes"]
    assert extra / 6_000 <= LIMIT * 784 - 784 + 500, found  # 3 MB of slack, for the threads' own memory
