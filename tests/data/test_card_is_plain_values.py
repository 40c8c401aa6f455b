"""The card holds plain values: it goes into JSON, onto a terminal and across threads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from aestudio.data.card import data_card
from aestudio.data.door import open_data
from aestudio.spec.run import DataSpec


def test_it_is_json_and_text(idx_folder: Path) -> None:
    card = data_card(open_data(DataSpec(source=str(idx_folder))))
    told = json.loads(json.dumps(card.as_dict()))
    assert told["count"] == 300
    assert told["shape"] == [1, 28, 28]
    assert told["splits"] == {"train": 183, "validation": 17, "test": 100}
    assert np.shape(told["mean_image"]) == (1, 28, 28)
    assert told["content_hash"].startswith("sha256:")
    for line in ("some-idx", "300 of 1 x 28 x 28", card.split_rule, card.content_hash):
        assert line in card.as_text()


def test_vectors_without_labels_have_one_too(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).normal(size=(50, 3)))
    card = data_card(open_data(DataSpec(source=str(tmp_path / "a.npy"))))
    assert card.class_counts == ()
    assert len(card.samples) == 1
    assert card.samples[0].dtype == np.float32
    assert "classes   none" in card.as_text()
    assert "3 columns scaled" in card.as_text()
    json.dumps(card.as_dict())


def test_the_hash_depends_on_content_alone(idx_folder: Path) -> None:
    one = data_card(open_data(DataSpec(source=str(idx_folder))))
    other = data_card(open_data(DataSpec(source=str(idx_folder), seed=5, validation=0.3)))
    assert one.content_hash == other.content_hash
    path = idx_folder / "train-images-idx3-ubyte"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    changed = data_card(open_data(DataSpec(source=str(idx_folder))))
    assert changed.content_hash != one.content_hash
