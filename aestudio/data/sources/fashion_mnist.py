"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017; MIT licence), as Debian ships it or as downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aestudio.data.download import download_fashion_mnist
from aestudio.data.idx_folder import idx_files, load_idx
from aestudio.data.resources import cache_folder
from aestudio.data.source import NamedSource, Progress, Raw, register

if TYPE_CHECKING:
    from aestudio.spec.run import DataSpec

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
_CLASSES = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
_FILES = 4


@register
class FashionMnist(NamedSource):
    """Photographs of clothes, a drop-in for MNIST that is harder."""

    kind = "fashion-mnist"
    label = "Fashion-MNIST"
    help = "70,000 pictures of clothes, 28 x 28 grey pixels, 10 classes"
    missing = (
        "Fashion-MNIST is not on this computer; download it (30 MB) in the window's File menu or with "
        "'aestudio data fashion-mnist --download', or on Debian run: apt-get install dataset-fashion-mnist"
    )

    download_mb = 30

    def fetch(self, progress: Progress) -> None:
        download_fashion_mnist(progress=progress, cancelled=_never)

    def here(self) -> bool:
        return _home() is not None

    def load(self, spec: DataSpec, progress: Progress) -> Raw:
        return load_idx(self.label, idx_files(_home() or DEBIAN), _CLASSES, progress)


def _never() -> bool:
    return False  # whoever listens to the progress cancels by an exception


def _home() -> Path | None:
    for folder in (DEBIAN, cache_folder() / "fashion-mnist"):
        if folder.is_dir() and len(idx_files(folder)) == _FILES:
            return folder
    return None
