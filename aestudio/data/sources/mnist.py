"""MNIST, which ships with the program (LeCun, Cortes and Burges; CC BY-SA 3.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aestudio.data.idx_folder import idx_files, load_idx
from aestudio.data.resources import resource
from aestudio.data.source import NamedSource, Progress, Raw, register

if TYPE_CHECKING:
    from aestudio.spec.run import DataSpec


@register
class Mnist(NamedSource):
    """Handwritten digits."""

    kind = "mnist"
    label = "MNIST"
    help = "70,000 handwritten digits, 28 x 28 grey pixels, 10 classes"
    missing = "the four files of MNIST are missing from the program's resources; install AE Studio again"

    def here(self) -> bool:
        return resource("datasets", "mnist", "train-images-idx3-ubyte.gz").is_file()

    def load(self, spec: DataSpec, progress: Progress) -> Raw:
        files = idx_files(resource("datasets", "mnist"))
        return load_idx(self.label, files, tuple("0123456789"), progress)
