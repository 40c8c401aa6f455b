"""Gaussian noise."""

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
class Gaussian(Corruption):
    """White Gaussian noise added to each pixel, then clipped to [0, 1] (Vincent et al. 2010, section 3.3)."""

    kind: ClassVar[str] = "gaussian"
    label: ClassVar[str] = "Gaussian noise"
    sigma: float = knob(0.5, low=0.0, high=2.0, label="σ", help="Standard deviation, where white is 1")

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        noise = x.new_empty(x.shape).normal_(0.0, self.sigma or 1.0, generator=generator)
        return (x + noise).clamp(0.0, 1.0) if self.sigma else x
