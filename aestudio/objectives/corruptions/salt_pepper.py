"""Salt-and-pepper noise."""

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
class SaltAndPepper(Corruption):
    """Some pixels become black or white with equal chance (Vincent et al. 2010, section 3.3)."""

    kind: ClassVar[str] = "salt-pepper"
    label: ClassVar[str] = "Salt and pepper"
    share: float = knob(0.2, low=0.0, high=1.0, help="Share of the pixels replaced")

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        hit = x.new_empty(x.shape).bernoulli_(self.share, generator=generator).bool()
        return x.where(~hit, x.new_empty(x.shape).bernoulli_(0.5, generator=generator))
