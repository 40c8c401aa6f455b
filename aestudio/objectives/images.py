"""What corruptions that need an image say of vectors."""

from __future__ import annotations

from aestudio.spec.parts import Complaint, Shape


def only_images(noun: str, shape: Shape) -> Complaint | None:
    """A complaint where ``shape`` is no image ``(channels, height, width)``."""
    if len(shape) == 3:
        return None
    return Complaint(
        f"{noun} needs images, and the data are vectors of {shape[0]}", "use masking or Gaussian noise"
    )
