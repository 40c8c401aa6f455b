"""Blur."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.objectives.images import only_images
from aestudio.spec.knobs import knob
from aestudio.spec.parts import CORRUPTIONS, Complaint, Corruption, Shape

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from aestudio.spec.run import ModelSpec


@CORRUPTIONS.register
@dataclass(frozen=True, kw_only=True)
class Blur(Corruption):
    """A Gaussian blur, the same for every image: fine detail is lost before the encoder sees it."""

    kind: ClassVar[str] = "blur"
    label: ClassVar[str] = "Blur"
    sigma: float = knob(
        1.5, low=0.1, high=10.0, unit="pixels", label="σ", help="Standard deviation of the blur"
    )

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        from torch.nn import functional as F

        channels, height, width = x.shape[1:]
        # Reflection needs a border smaller than the image.
        reach = min(math.ceil(3 * self.sigma), height - 1, width - 1)
        weights = [math.exp(-((i / self.sigma) ** 2) / 2) for i in range(-reach, reach + 1)]
        line = x.new_tensor(weights).div(sum(weights)).expand(channels, 1, 1, -1)
        padded = F.pad(x, (reach, reach, reach, reach), mode="reflect")
        rows = F.conv2d(padded, line, groups=channels)
        return F.conv2d(rows, line.transpose(2, 3), groups=channels)

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        return only_images("blur", shape)
