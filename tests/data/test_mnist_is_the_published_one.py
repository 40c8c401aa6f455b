"""The MNIST that ships is the published one, and opens as it should."""

from __future__ import annotations

import gzip
import hashlib

import pytest
import torch

from aestudio.data.card import content_hash, data_card
from aestudio.data.dataset import Dataset
from aestudio.data.door import open_data
from aestudio.data.resources import resource
from aestudio.spec.run import DataSpec

PUBLISHED = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return open_data(DataSpec())


@pytest.mark.parametrize("name", PUBLISHED)
def test_file_has_the_published_sum(name: str) -> None:
    data = gzip.decompress(resource("datasets", "mnist", f"{name}.gz").read_bytes())
    assert hashlib.md5(data).hexdigest() == PUBLISHED[name]
    assert PUBLISHED[name] in resource("datasets", "mnist", "README.md").read_text()


def test_default_split_is_55_5_10_thousand(mnist: Dataset) -> None:
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (55_000, 5_000, 10_000)
    assert mnist.split_rule == (
        "60,000 training examples of the source: 55,000 train and 5,000 validate, drawn with seed 0, "
        "each class in its share; its 10,000 test examples test"
    )


def test_images_are_one_tensor_of_bytes(mnist: Dataset) -> None:
    assert (mnist.images.dtype, mnist.images.shape) == (torch.uint8, (70_000, 1, 28, 28))
    assert mnist.shape == (1, 28, 28)
    assert mnist.labels is not None
    assert mnist.labels.dtype == torch.uint8
    assert torch.bincount(mnist.labels[60_000:]).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]


def test_pixels_are_floats_from_0_to_1(mnist: Dataset) -> None:
    some = torch.tensor([3, 0, 69_999])
    pixels = mnist.pixels(some)
    assert (pixels.dtype, pixels.shape) == (torch.float32, (3, 1, 28, 28))
    assert torch.equal((pixels * 255).round().to(torch.uint8), mnist.images[some])
    assert pixels.max() == 1.0


def test_moving_to_where_it_is_shares_memory(mnist: Dataset) -> None:
    assert mnist.to("cpu").images.data_ptr() == mnist.images.data_ptr()
    assert mnist.to("meta").device.type == "meta"


def test_hash_is_that_of_the_published_bytes(mnist: Dataset) -> None:
    digest = hashlib.sha256()
    for name, skip in zip(("images-idx3", "labels-idx1"), (16, 8), strict=True):
        for part in ("train", "t10k"):
            file = resource("datasets", "mnist", f"{part}-{name}-ubyte.gz")
            digest.update(gzip.decompress(file.read_bytes())[skip:])
    assert content_hash(mnist) == digest.hexdigest()
    assert content_hash(mnist) == "c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83"


def test_card_tells_what_is_there(mnist: Dataset) -> None:
    card = data_card(mnist)
    assert card.count == 70_000
    assert dict(card.class_counts)["1"] == 7_877
    assert card.bytes == 70_000 * 785
    expected = mnist.pixels(mnist.train).mean(dim=0)
    torch.testing.assert_close(torch.from_numpy(card.mean_image.copy()), expected)
    assert len(card.samples) == 10
    assert mnist.labels is not None
    for k, indices in enumerate(card.sample_indices):
        assert set(mnist.labels[list(indices)].tolist()) == {k}
    assert not card.mean_image.flags.writeable


def test_what_cannot_be_asked_of_it_is_told_on_its_card() -> None:
    asked = open_data(DataSpec(size=64, channels="colour"))
    assert asked.shape == (1, 28, 28)
    (note,) = asked.report.notes
    assert note.startswith("these data stay as they are: only a folder or zip of pictures is brought to")
    assert note.endswith("64 x 64 pixels and colour")
    assert open_data(DataSpec(size=28, channels="grey")).report.notes == ()
