"""The plain code layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import activated
from aestudio.spec.knobs import knob
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Activation, Bottleneck, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@BOTTLENECKS.register
@dataclass(frozen=True, kw_only=True)
class Plain(Bottleneck):
    """A dense layer whose outputs are the code: ``z = activation(W h + b)``."""

    kind: ClassVar[str] = "plain"
    label: ClassVar[str] = "Plain code"
    size: int = knob(
        32, low=1, high=65_536, log=True, label="Code size", help="Numbers that each image is told in"
    )
    activation: Activation = knob("linear", help="What is done to each number of the code")

    def code_shape(self, shape: Shape) -> Shape:
        return (self.size,)

    def parameters(self, shape: Shape) -> int:
        return (math.prod(shape) + 1) * self.size

    def macs(self, shape: Shape) -> int:
        return math.prod(shape) * self.size

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return LAYERS.make("dense", units=self.size).mirrored(shape, activation)

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        from aestudio.models.code_modules import PlainCode
        from aestudio.models.linear import Linear

        weighted = activated(Linear(math.prod(shape), self.size), self.activation)
        return PlainCode(nn.Sequential(nn.Flatten(), weighted))
