"""The small handwritten digits that come with scikit-learn (Alpaydin and Kaynak 1998, UCI)."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from aestudio.data.dataset import Report
from aestudio.data.source import NamedSource, Progress, Raw, register

if TYPE_CHECKING:
    from aestudio.spec.run import DataSpec

_LEVELS = 16


@register
class Digits(NamedSource):
    """Small enough that every experiment takes a second."""

    kind = "digits"
    label = "scikit-learn digits"
    help = "1,797 handwritten digits, 8 x 8 grey pixels, 10 classes"
    missing = "the digits come with scikit-learn, which is not installed; run: pip install scikit-learn"

    def here(self) -> bool:
        return importlib.util.find_spec("sklearn") is not None

    def load(self, spec: DataSpec, progress: Progress) -> Raw:
        from sklearn.datasets import load_digits  # an optional extra, and slow to import

        bunch: Any = load_digits()  # its stubs know no attribute
        images = np.round(bunch.images * (255 / _LEVELS)).astype(np.uint8)
        note = f"the {_LEVELS + 1} grey levels 0..{_LEVELS} stretched to 0..255"
        return Raw(
            self.label, images[:, np.newaxis], bunch.target, tuple("0123456789"), report=Report((note,))
        )
