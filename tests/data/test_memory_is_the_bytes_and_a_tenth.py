"""Opening data takes their bytes and at most a tenth more, measured as the peak of a process of its own.

Each measurement is the difference between two sizes, so that what does not grow with the data (imports,
threads, the few megabytes that are worked on at a time) does not count, and the figure holds for a million.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.makers import idx_bytes

LIMIT = 1.10

# The peak is the kernel's own (VmHWM), so that the memory of every library counts.
SCRIPT = """
import json, sys
from aestudio.data.card import content_hash
from aestudio.data.door import open_data
from aestudio.spec.run import DataSpec

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

data = open_data(DataSpec(source=sys.argv[1], size=28))
opened = peak()
content_hash(data)  # touches every byte
print(json.dumps({"opened": opened, "looked_through": peak(), "bytes": data.images.nbytes}))
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc, which this system lacks"
)


def measured(source: Path) -> dict[str, int]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(source)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def growth(make: Callable[[Path, int], Path], home: Path, counts: tuple[int, int]) -> dict[str, float]:
    """Bytes of memory for each byte of images, after opening and after touching all."""
    few, many = (measured(make(home / str(count), count)) for count in counts)
    more = {key: many[key] - few[key] for key in few}
    return {key: more[key] / more["bytes"] for key in ("opened", "looked_through")}


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


def picture_folder(home: Path, count: int) -> Path:
    for i in range(count):
        path = home / f"class-{i % 10}" / f"{i // 10:07}.pgm"
        if i < 10:
            path.parent.mkdir(parents=True)
            Image.new("L", (28, 28), i).save(path)
        else:
            os.link(home / f"class-{i % 10}" / f"{0:07}.pgm", path)
    return home


def picture_zip(home: Path, count: int) -> Path:
    packed = home.with_suffix(".zip")
    Image.new("L", (28, 28), 7).save(home.with_suffix(".pgm"))
    data = home.with_suffix(".pgm").read_bytes()
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(count):
            archive.writestr(f"class-{i % 10}/{i // 10:07}.pgm", data)
    return packed


@pytest.mark.parametrize("make", [zipped_idx, plain_npy, coloured_npz])
def test_peak_grows_by_the_bytes_and_less_than_a_tenth(
    tmp_path: Path, make: Callable[[Path, int], Path]
) -> None:
    assert growth(make, tmp_path, (50_000, 150_000))["looked_through"] <= LIMIT


@pytest.mark.parametrize("make", [picture_folder, picture_zip])
def test_names_of_pictures_are_within_the_tenth(tmp_path: Path, make: Callable[[Path, int], Path]) -> None:
    assert growth(make, tmp_path, (10_000, 30_000))["opened"] <= LIMIT


def test_a_mapped_file_costs_nothing_until_it_is_read(tmp_path: Path) -> None:
    assert growth(plain_npy, tmp_path, (50_000, 150_000))["opened"] <= LIMIT - 1
