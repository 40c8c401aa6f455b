"""Sheets of images and tables of codes, read back by Pillow and by Python's csv."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aestudio.latent.sheet import write_sheet
from aestudio.latent.space import Space
from aestudio.latent.table import write_table
from aestudio.spec.faults import UserError


def _levels(count: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, *shape)).astype(np.float32) / 255


def _read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize(
    ("shape", "times"),
    [((1, 28, 28), 2), ((1, 8, 8), 7), ((3, 64, 64), 1), ((3, 16, 20), 3), ((1, 56, 9), 1)],
)
@pytest.mark.parametrize("gap", [0, 1, 3])
def test_each_image_is_at_its_place_pixel_by_pixel(
    shape: tuple[int, int, int], times: int, gap: int, tmp_path: Path
) -> None:
    images, path = _levels(7, shape), tmp_path / "sheet.png"
    write_sheet(path, images, 3, gap)
    sheet = _read(path)
    high, wide = times * shape[1], times * shape[2]
    assert sheet.shape[:2] == (3 * high + 2 * gap, 3 * wide + 2 * gap)
    assert sheet.ndim == (3 if shape[0] == 3 else 2)
    for i, image in enumerate(images):
        top, left = i // 3 * (high + gap), i % 3 * (wide + gap)
        shown = sheet[top : top + high : times, left : left + wide : times].reshape(*shape[1:], shape[0])
        np.testing.assert_array_equal(shown, np.rint(255 * image).transpose(1, 2, 0))
        block = sheet[top : top + times, left : left + times].reshape(times * times, -1)
        assert (block == block[0]).all(), "enlarged by a whole number, each pixel a square"


def test_what_is_left_of_the_last_row_and_between_images_is_white(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    write_sheet(path, np.zeros((3, 1, 60, 60), np.float32), 2)
    sheet = _read(path)
    assert (sheet[60] == 255).all()
    assert (sheet[:, 60] == 255).all()
    assert (sheet[61:, 61:] == 255).all()
    assert (sheet == 0).sum() == 3 * 60 * 60


def test_values_beyond_the_range_are_clipped(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    write_sheet(path, np.stack([np.full((1, 60, 60), v, np.float32) for v in (-3, 7)]), 2, 0)
    assert _read(path)[0, [0, 60]].tolist() == [0, 255]


def test_other_numbers_of_channels_are_shown_grey(tmp_path: Path) -> None:
    images = _levels(2, (2, 60, 60))
    write_sheet(tmp_path / "sheet.png", images, 1, 0)
    np.testing.assert_allclose(_read(tmp_path / "sheet.png")[:60], 255 * images[0].mean(axis=0), atol=1)


def test_fewer_images_than_columns_are_one_row(tmp_path: Path) -> None:
    write_sheet(tmp_path / "sheet.png", _levels(2, (1, 60, 60)), 4, 0)
    assert _read(tmp_path / "sheet.png").shape == (60, 240)


def test_vectors_are_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.png: vectors are no pictures; give a name that ends in \.npy"):
        write_sheet(tmp_path / "a.png", np.zeros((2, 6), np.float32), 1)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_a_sentence(plain: Space, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="cannot be written"):
        write_sheet(tmp_path / "file" / "a.png", _levels(1, (1, 8, 8)), 1)
    with pytest.raises(UserError, match="cannot be written"):
        write_table(tmp_path / "file" / "a.csv", plain)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_table_holds_every_code_with_its_class(plain: Space, tmp_path: Path) -> None:
    write_table(tmp_path / "codes.csv", plain)
    header, *rows = _rows(tmp_path / "codes.csv")
    assert header == ["test_position", "class", *(f"z{i}" for i in range(1, 9))]
    assert [int(row[0]) for row in rows] == list(range(300))
    assert plain.labels is not None
    assert [row[1] for row in rows] == [str(label) for label in plain.labels]
    np.testing.assert_allclose(np.array([row[2:] for row in rows], float), plain.codes, rtol=1e-6, atol=1e-12)


def test_a_table_of_some_holds_those(plain: Space, tmp_path: Path) -> None:
    write_table(tmp_path / "codes.csv", plain, [9, 2])
    assert [row[0] for row in _rows(tmp_path / "codes.csv")] == ["test_position", "9", "2"]
    write_table(tmp_path / "none.csv", plain, [])
    assert len(_rows(tmp_path / "none.csv")) == 1, "none were asked for"


def test_without_labels_the_class_is_empty(vectors: Space, tmp_path: Path) -> None:
    write_table(tmp_path / "codes.csv", vectors)
    rows = _rows(tmp_path / "codes.csv")
    assert rows[0] == ["test_position", "class", "z1", "z2", "z3"]
    assert {row[1] for row in rows[1:]} == {""}
    assert len(rows) == 701


def test_names_of_classes_survive_whatever_is_in_them(plain: Space, tmp_path: Path) -> None:
    names = ('a, "b"', "line\nbreak", "ü", *map(str, range(7)))
    write_table(tmp_path / "codes.csv", replace(plain, data=replace(plain.data, classes=names)))
    assert plain.labels is not None
    told = [row[1] for row in _rows(tmp_path / "codes.csv")[1:]]
    assert told == [names[label] for label in plain.labels]
