"""The fully connected layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import activated
from aestudio.models.maps import map_sizes
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class Dense(Layer):
    """Every output sees every input: ``activation(W h + b)``. Images are flattened on the way in."""

    kind: ClassVar[str] = "dense"
    label: ClassVar[str] = "Dense"
    units: int = knob(256, low=1, high=65_536, log=True, help="Outputs of the layer")
    activation: Activation = knob("relu", help="What is done to each output")

    def out_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return (math.prod(shape) + 1) * self.units

    def macs(self, shape: Shape) -> int:
        return math.prod(shape) * self.units

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        from aestudio.models.linear import Linear

        weighted = activated(Linear(math.prod(shape), self.units), self.activation)
        return weighted if len(shape) == 1 else nn.Sequential(nn.Flatten(), weighted)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        dense = Dense(units=math.prod(shape), activation=activation)
        return (dense,) if len(shape) == 1 else (dense, LAYERS.make("reshape", **map_sizes(shape)))
