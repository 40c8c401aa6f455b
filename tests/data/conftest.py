"""What the tests of the data share: small real files, and what a sentence for a person must be like."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from aestudio.data.door import open_data
from aestudio.data.resources import resource
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec
from tests.data.makers import Fault, idx_bytes


@pytest.fixture
def fault() -> Fault:
    """Open what must fail; the text must be one line that names the place and what would be right."""

    def told(source: Path | str, **wishes: object) -> str:
        with pytest.raises(UserError) as caught:
            open_data(DataSpec(source=str(source), **wishes))  # type: ignore[arg-type]
        text = str(caught.value)
        assert str(Path(source).parent) in text
        assert re.fullmatch(r"[^\n]+; [^\n]+[^.\n]", text), text
        return text

    return told


@pytest.fixture(scope="session")
def mnist_part() -> tuple[np.ndarray, np.ndarray]:
    """The first 300 test images ``(300, 28, 28)`` and labels of the real MNIST."""
    home = resource("datasets", "mnist")
    images = gzip.decompress((home / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((home / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    count = 300
    return (
        np.frombuffer(images, np.uint8)[: count * 784].reshape(count, 28, 28),
        np.frombuffer(labels, np.uint8)[:count],
    )


@pytest.fixture
def idx_folder(tmp_path: Path, mnist_part: tuple[np.ndarray, np.ndarray]) -> Path:
    """200 training and 100 test images of the real MNIST as unzipped IDX files."""
    images, labels = mnist_part
    folder = tmp_path / "some-idx"
    folder.mkdir()
    for part, some in (("train", slice(0, 200)), ("t10k", slice(200, 300))):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(images[some]))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(labels[some]))
    return folder
