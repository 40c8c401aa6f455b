"""Speckle noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import CORRUPTIONS, Corruption

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@CORRUPTIONS.register
@dataclass(frozen=True, kw_only=True)
class Speckle(Corruption):
    """Noise in proportion to the brightness, ``x (1 + σ ε)`` clipped to [0, 1], as in ultrasound."""

    kind: ClassVar[str] = "speckle"
    label: ClassVar[str] = "Speckle"
    sigma: float = knob(0.5, low=0.0, high=2.0, label="σ", help="Standard deviation of the factor")

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        factor = x.new_empty(x.shape).normal_(generator=generator).mul_(self.sigma).add_(1.0)
        return (x * factor).clamp(0.0, 1.0)
