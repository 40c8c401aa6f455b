"""The test split as views know it: pictures, classes and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from PySide6.QtGui import QImage

from aestudio.qt.drawing.pictures import as_rgb, to_image


@dataclass(frozen=True, eq=False)
class Gallery:
    """Test images, all by their position in the split.

    Args:
        images: bytes ``(n, C, H, W)`` or floats ``(n, D)``, or None where they are not at hand.
        labels: class numbers ``(n,)``, or None.
        classes: the classes' names.
    """

    images: NDArray[Any] | None = None
    labels: NDArray[Any] | None = None
    classes: Sequence[str] = ()

    def __len__(self) -> int:
        return 0 if self.images is None else len(self.images)

    def name_of(self, number: int) -> str:
        """The name of a class."""
        return self.classes[number] if number < len(self.classes) else str(number)

    def class_of(self, position: int) -> str:
        """The name of an image's class, empty without labels."""
        return "" if self.labels is None else self.name_of(int(self.labels[position]))

    def picture(self, position: int) -> QImage:
        """An image, or a null one where it is not at hand."""
        if self.images is None or position >= len(self.images):
            return QImage()
        return to_image(as_rgb(self.images[position : position + 1])[0])
