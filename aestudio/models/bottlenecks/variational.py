"""The variational code layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Activation, Bottleneck, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@BOTTLENECKS.register
@dataclass(frozen=True, kw_only=True)
class Variational(Bottleneck):
    """A Gaussian for each image, ``z = μ + σ ε`` (Kingma and Welling 2014, eq. 10): codes one can sample."""

    kind: ClassVar[str] = "variational"
    label: ClassVar[str] = "Variational code"
    variational: ClassVar[bool] = True
    size: int = knob(20, low=1, high=65_536, log=True, label="Code size", help="Dimensions of the Gaussian")

    def code_shape(self, shape: Shape) -> Shape:
        return (self.size,)

    def parameters(self, shape: Shape) -> int:
        return 2 * (math.prod(shape) + 1) * self.size

    def macs(self, shape: Shape) -> int:
        return 2 * math.prod(shape) * self.size

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return LAYERS.make("dense", units=self.size).mirrored(shape, activation)

    def build(self, shape: Shape) -> nn.Module:
        from aestudio.models.code_modules import GaussianCode

        return GaussianCode(math.prod(shape), self.size)
