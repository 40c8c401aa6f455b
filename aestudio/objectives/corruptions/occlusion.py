"""Occluded squares."""

from __future__ import annotations

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
class Occlusion(Corruption):
    """Black squares at random places (DeVries and Taylor 2017): the net must paint what it cannot see."""

    kind: ClassVar[str] = "occlusion"
    label: ClassVar[str] = "Occluded squares"
    size: int = knob(10, low=1, high=512, unit="pixels", help="Side of each square")
    count: int = knob(1, low=1, high=16, help="Squares in each image")

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        for _ in range(self.count):
            x = x * ~self._square(x, generator)
        return x

    def _square(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """One square an image, True inside, ``(N, 1, H, W)``."""
        inside = []
        for axis in (2, 3):
            side = x.shape[axis]
            start = x.new_empty(len(x), 1).uniform_(generator=generator) * max(side - self.size + 1, 1)
            offset = x.new_ones(side).cumsum(0) - 1 - start.floor()
            inside.append((offset >= 0) & (offset < self.size))
        return (inside[0][:, :, None] & inside[1][:, None, :])[:, None]

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        if len(shape) == 3 and self.size >= min(shape[1:]):
            what = f"squares of {self.size} cover images of {shape[1]} × {shape[2]} whole"
            return Complaint(what, f"use a side below {min(shape[1:])}")
        return only_images("occlusion", shape)
