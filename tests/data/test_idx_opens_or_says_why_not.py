"""Folders of IDX files under every usual name, and every way in which they can be wrong."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from aestudio.data import idx
from aestudio.data.door import open_data
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault, idx_bytes

Part = tuple[np.ndarray, np.ndarray]
FASHION = Path("/usr/share/datasets/fashion-mnist")


@pytest.mark.parametrize(
    ("images", "labels", "test"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte"),
        ("train_images.idx", "train_labels.idx", "test_images.idx"),
        (
            "emnist-letters-train-images-idx3-ubyte",
            "emnist-letters-train-labels-idx1-ubyte",
            "test-images-ubyte",
        ),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_usual_names_are_known(
    tmp_path: Path, mnist_part: Part, images: str, labels: str, test: str, zipped: bool
) -> None:
    pixels, numbers = mnist_part
    test_labels = test.replace("images", "labels").replace("idx3", "idx1")
    contents = {images: pixels[:200], labels: numbers[:200], test: pixels[200:], test_labels: numbers[200:]}
    for name, array in contents.items():
        data = idx_bytes(array)
        (tmp_path / (name + ".gz" * zipped)).write_bytes(gzip.compress(data) if zipped else data)
    found = open_data(DataSpec(source=str(tmp_path)))
    assert torch.equal(found.images, torch.from_numpy(pixels.copy())[:, None])
    assert found.labels is not None
    assert found.labels.tolist() == numbers.tolist()
    assert found.test.tolist() == list(range(200, 300))


def test_labels_and_test_part_may_be_missing(idx_folder: Path) -> None:
    for name in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-labels-idx1-ubyte"):
        (idx_folder / name).unlink()
    found = open_data(DataSpec(source=str(idx_folder)))
    assert found.labels is None
    assert found.classes == ()
    assert len(found.test) == 30


def test_a_single_unzipped_file_is_mapped_not_read(tmp_path: Path, mnist_part: Part) -> None:
    path = tmp_path / "digits.bin"
    path.write_bytes(idx_bytes(mnist_part[0]))
    mapped = idx.mapped(idx.read_header(path, 3))
    assert isinstance(mapped, np.memmap)
    assert not mapped.flags.writeable
    assert torch.equal(open_data(DataSpec(source=str(path))).images[:, 0], torch.from_numpy(np.array(mapped)))


def test_a_single_truncated_file_is_told_before_it_is_mapped(
    tmp_path: Path, mnist_part: Part, fault: Fault
) -> None:
    path = tmp_path / "digits.bin"
    path.write_bytes(idx_bytes(mnist_part[0])[:-10])
    assert "10 of 235,200 bytes" in fault(path)


def test_one_file_of_a_set_opens_the_set(idx_folder: Path) -> None:
    found = open_data(DataSpec(source=str(idx_folder / "train-images-idx3-ubyte")))
    assert len(found) == 300


@pytest.mark.skipif(not FASHION.is_dir(), reason="apt-get install dataset-fashion-mnist puts it there")
def test_fashion_mnist_is_found_where_debian_puts_it() -> None:
    found = open_data(DataSpec(source="fashion-mnist"))
    assert (found.name, len(found), len(found.test)) == ("Fashion-MNIST", 70_000, 10_000)
    assert found.classes[9] == "ankle boot"
    assert len(open_data(DataSpec(source=str(FASHION)))) == 70_000


@pytest.mark.parametrize("cut", [1, 784, 50_000])
@pytest.mark.parametrize("zipped", [False, True])
def test_truncation_tells_the_missing_bytes(idx_folder: Path, fault: Fault, cut: int, zipped: bool) -> None:
    path = idx_folder / "train-images-idx3-ubyte"
    data = path.read_bytes()[:-cut]
    path.unlink()
    path.with_name(path.name + ".gz" * zipped).write_bytes(gzip.compress(data) if zipped else data)
    text = fault(idx_folder)
    assert "train-images-idx3-ubyte" in text
    assert f"{cut:,} of 156,800 bytes" in text


def test_a_gzip_stream_cut_short_tells_too(idx_folder: Path, fault: Fault) -> None:
    path = idx_folder / "train-images-idx3-ubyte"
    data = gzip.compress(path.read_bytes())
    path.unlink()
    path.with_name(path.name + ".gz").write_bytes(data[: len(data) // 2])
    assert "is truncated" in fault(idx_folder)


def test_a_damaged_gzip_stream_is_told(idx_folder: Path, fault: Fault) -> None:
    path = idx_folder / "train-images-idx3-ubyte"
    data = bytearray(gzip.compress(path.read_bytes()))
    data[-8] ^= 0xFF  # its checksum
    path.unlink()
    path.with_name(path.name + ".gz").write_bytes(data)
    assert "damaged gzip" in fault(idx_folder)


def test_an_absurd_promise_makes_no_room(tmp_path: Path, fault: Fault) -> None:
    header = bytes([0, 0, 8, 3]) + (2**31).to_bytes(4, "big") + (1000).to_bytes(4, "big") * 2
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(header))
    assert "is truncated" in fault(tmp_path)


def test_labels_in_the_place_of_images_are_told(idx_folder: Path, fault: Fault) -> None:
    shutil.copy(idx_folder / "train-labels-idx1-ubyte", idx_folder / "train-images-idx3-ubyte")
    assert "holds labels where images belong" in fault(idx_folder)


def test_images_in_the_place_of_labels_are_told(idx_folder: Path, fault: Fault) -> None:
    shutil.copy(idx_folder / "train-images-idx3-ubyte", idx_folder / "train-labels-idx1-ubyte")
    assert "holds images where labels belong" in fault(idx_folder)


def test_labels_of_another_set_are_told(idx_folder: Path, fault: Fault) -> None:
    shutil.copy(idx_folder / "t10k-labels-idx1-ubyte", idx_folder / "train-labels-idx1-ubyte")
    assert "holds 100 labels and train-images-idx3-ubyte 200 images" in fault(idx_folder)


def test_images_of_two_sizes_are_told(idx_folder: Path, fault: Fault) -> None:
    (idx_folder / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((100, 32, 32), np.uint8)))
    assert "images of 28 x 28 and t10k-images-idx3-ubyte of 32 x 32" in fault(idx_folder)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "begins with 89 50 4e 47"),
        (b"", "it is empty"),
        (b"\0\0\x08\x03\0\0", "ends within its IDX header"),
        (b"\0\0\x0d\x03" + bytes(20), "holds floats"),
        (b"\0\0\x08\x03" + bytes(12), "holds nothing"),
    ],
)
def test_foreign_content_is_told(idx_folder: Path, fault: Fault, content: bytes, what: str) -> None:
    (idx_folder / "train-images-idx3-ubyte").write_bytes(content)
    assert what in fault(idx_folder)


@pytest.mark.parametrize("zipped", [False, True])
def test_bytes_after_the_end_are_told(idx_folder: Path, fault: Fault, zipped: bool) -> None:
    path = idx_folder / "train-images-idx3-ubyte"
    data = path.read_bytes() + b"x"
    path.unlink()
    path.with_name(path.name + ".gz" * zipped).write_bytes(gzip.compress(data) if zipped else data)
    assert "goes on after the 156,800 bytes" in fault(idx_folder)


def test_two_data_sets_in_a_folder_are_told(idx_folder: Path, fault: Fault) -> None:
    shutil.copy(idx_folder / "train-images-idx3-ubyte", idx_folder / "letters-train-images-idx3-ubyte")
    assert "two files of train images" in fault(idx_folder)
