"""Masking noise."""

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
class Masking(Corruption):
    """Each pixel is set to zero with a fixed probability (Vincent et al. 2010, section 3.3)."""

    kind: ClassVar[str] = "masking"
    label: ClassVar[str] = "Masking"
    share: float = knob(0.3, low=0.0, high=0.95, help="Share of the pixels set to zero")

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        return x * x.new_empty(x.shape).bernoulli_(1 - self.share, generator=generator)
