"""NPY and NPZ files of images, and everything in them that must not be trusted."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from aestudio.data import archive as archives
from aestudio.data.door import open_data
from aestudio.data.sources.npy_file import NpyFile
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault

Part = tuple[np.ndarray, np.ndarray]
COLOUR = np.random.default_rng(0).integers(0, 256, (30, 8, 9, 3), np.uint8)


@pytest.mark.parametrize(
    ("stored", "shape"),
    [
        (COLOUR[..., 0], (1, 8, 9)),
        (COLOUR[..., :1], (1, 8, 9)),
        (COLOUR, (3, 8, 9)),
        (COLOUR.transpose(0, 3, 1, 2).copy(), (3, 8, 9)),
    ],
)
@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_images_of_any_layout_open(
    tmp_path: Path, stored: np.ndarray, shape: tuple[int, ...], kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    np.save(path, stored) if kind == "npy" else np.savez_compressed(path, x=stored)
    found = open_data(DataSpec(source=str(path)))
    assert found.shape == shape
    assert torch.equal(found.images, torch.from_numpy(COLOUR[..., : shape[0]].copy()).permute(0, 3, 1, 2))


def test_an_npy_file_is_mapped_not_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", COLOUR[..., 0])
    raw = NpyFile().load(tmp_path / "a.npy", DataSpec(), lambda share, doing: None)
    assert isinstance(raw.images, np.memmap)


def test_labels_beside_the_file_are_taken_along(tmp_path: Path, fault: Fault) -> None:
    np.save(tmp_path / "a.npy", COLOUR)
    np.save(tmp_path / "a_labels.npy", np.arange(30) % 3 * 10)
    found = open_data(DataSpec(source=str(tmp_path / "a.npy")))
    assert found.classes == ("0", "10", "20")
    np.save(tmp_path / "a_labels.npy", np.arange(29))
    assert "holds 29 labels for 30 examples" in fault(tmp_path / "a.npy")


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
    ],
)
def test_train_and_test_arrays_are_kept(tmp_path: Path, mnist_part: Part, names: tuple[str, ...]) -> None:
    images, labels = mnist_part
    arrays = (images[:200], labels[:200], images[200:], labels[200:, None])
    np.savez(tmp_path / "a.npz", **dict(zip(names, arrays, strict=True)))  # type: ignore[arg-type]
    found = open_data(DataSpec(source=str(tmp_path / "a.npz")))
    assert found.test.tolist() == list(range(200, 300))
    assert found.labels is not None
    assert found.labels.tolist() == labels.tolist()
    assert torch.equal(found.images[:, 0], torch.from_numpy(images.copy()))


def test_objects_are_never_unpickled(tmp_path: Path, fault: Fault) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    np.save(tmp_path / "a.npy", np.array([Trap()] * 3, object), allow_pickle=True)
    np.savez(tmp_path / "b.npz", x=np.array([Trap()] * 3, object))
    for name in ("a.npy", "b.npz"):
        assert "Python objects" in fault(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (COLOUR / 255.0, "images of type float64"),
        (np.zeros((5, 4, 4, 7), np.uint8), "images need 1 or 3 channels"),
        (np.zeros(5), "has the shape (5,)"),
        (np.zeros((0, 4)), "has the shape (0, 4)"),
        (np.zeros((5, 4), complex), "values of type complex128"),
        (np.array([["a", "b"]] * 5), "values of type"),
        (np.asfortranarray(COLOUR), "Fortran order"),
    ],
)
def test_what_is_neither_image_nor_vector_is_told(
    tmp_path: Path, fault: Fault, array: np.ndarray, what: str
) -> None:
    np.save(tmp_path / "a.npy", array)
    assert what in fault(tmp_path / "a.npy")


@pytest.mark.parametrize("array", [COLOUR, COLOUR[..., 0], COLOUR.reshape(30, -1)])
def test_truncation_tells_the_missing_bytes(tmp_path: Path, fault: Fault, array: np.ndarray) -> None:
    path = tmp_path / "a.npy"
    np.save(path, array)
    path.write_bytes(path.read_bytes()[:-100])
    assert f"100 of {array.size:,} bytes" in fault(path)


def test_foreign_content_is_told(tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "a.npy").write_bytes(b"GIF89a" + bytes(100))
    assert "is no NPY array" in fault(tmp_path / "a.npy")
    (tmp_path / "a.npz").write_bytes(b"GIF89a" + bytes(100))
    assert "is a damaged zip file" in fault(tmp_path / "a.npz")


def test_an_archive_of_too_many_arrays_is_told(tmp_path: Path, fault: Fault) -> None:
    np.savez(tmp_path / "a.npz", first=COLOUR, second=COLOUR)
    assert "of which only one can be meant" in fault(tmp_path / "a.npz")


def test_a_bomb_is_refused(tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_BOMB_BYTES", 10 << 20)
    packed = tmp_path / "a.npz"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as entry:
        for _ in range(11):
            entry.write(bytes(1 << 20))
    assert "as a zip bomb does" in fault(tmp_path / "a.npz")
