"""The linear code layer with tied weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import BOTTLENECKS, Activation, Bottleneck, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@BOTTLENECKS.register
@dataclass(frozen=True, kw_only=True)
class Tied(Bottleneck):
    """One matrix both ways, ``W h + b`` and ``Wᵀ z + c``: it learns PCA's subspace (Baldi, Hornik 1989)."""

    kind: ClassVar[str] = "tied"
    label: ClassVar[str] = "Tied linear code"
    size: int = knob(
        32, low=1, high=65_536, log=True, label="Code size", help="Numbers that each image is told in"
    )

    def code_shape(self, shape: Shape) -> Shape:
        return (self.size,)

    def decoder_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        inputs = math.prod(shape)
        return inputs * self.size + self.size + inputs

    def macs(self, shape: Shape) -> int:
        return 2 * math.prod(shape) * self.size

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return ()

    def build(self, shape: Shape) -> nn.Module:
        from aestudio.models.code_modules import TiedCode

        return TiedCode(shape, self.size)
