"""From a vector to a map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.maps import map_sizes
from aestudio.spec.faults import ShapeError
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class Reshape(Layer):
    """The same numbers, laid out as an image of ``channels`` × ``height`` × ``width``."""

    kind: ClassVar[str] = "reshape"
    label: ClassVar[str] = "Reshape"
    channels: int = knob(1, low=1, high=65_536, help="Channels of the map")
    height: int = knob(28, low=1, high=4096, unit="pixels", help="Height of the map")
    width: int = knob(28, low=1, high=4096, unit="pixels", help="Width of the map")

    def out_shape(self, shape: Shape) -> Shape:
        target = (self.channels, self.height, self.width)
        if math.prod(shape) != math.prod(target):
            what = f"{math.prod(shape)} numbers do not fill {' x '.join(map(str, target))}"
            raise ShapeError(what, f"let the layer before give {math.prod(target)}")
        return target

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        return nn.Sequential(nn.Flatten(), nn.Unflatten(1, (self.channels, self.height, self.width)))

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        # Dense layers flatten what they receive, so a vector needs no layer to come back.
        return () if len(shape) == 1 else (Reshape(**map_sizes(shape)),)
