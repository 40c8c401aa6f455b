"""The absolute error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.parts import LOSSES, Loss, Pass

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register
@dataclass(frozen=True, kw_only=True)
class L1(Loss):
    """Absolute error, ``Σ |x − x̂|``: a Laplace likelihood. It aims at the median, so edges stay sharper."""

    kind: ClassVar[str] = "l1"
    label: ClassVar[str] = "Absolute error"
    unit: ClassVar[str] = "absolute error per image"

    def __call__(self, p: Pass) -> Tensor:
        return (p.x_hat - p.x).abs().sum() / len(p.x)
