"""What max and average pooling share."""

from __future__ import annotations

from dataclasses import dataclass

from aestudio.models.maps import map_shape, window_shape
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape


@dataclass(frozen=True, kw_only=True)
class Pool(Layer):
    """One number for each window of ``size`` × ``size`` pixels; windows do not overlap."""

    size: int = knob(2, low=2, high=16, unit="pixels", help="Side of the window: 2 halves the map")

    def out_shape(self, shape: Shape) -> Shape:
        return window_shape(shape, map_shape(shape)[0], self.size, self.size, 0)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        _, height, width = map_shape(shape)
        fits = height % self.size == 0 and width % self.size == 0
        target = {} if fits else {"height": height, "width": width}
        return (LAYERS.make("upsample", factor=self.size, **target),)
