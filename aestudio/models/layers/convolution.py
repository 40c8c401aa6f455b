"""The convolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import activated
from aestudio.models.maps import Padding, extra_pixels, map_shape, pad_of, window_shape
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class Convolution(Layer):
    """The same small filters everywhere in the image (LeCun et al. 1989): far fewer weights than dense."""

    kind: ClassVar[str] = "conv"
    label: ClassVar[str] = "Convolution"
    filters: int = knob(32, low=1, high=4096, log=True, help="Maps that the layer gives")
    kernel: int = knob(3, low=1, high=31, unit="pixels", help="Side of each filter")
    stride: int = knob(1, low=1, high=8, unit="pixels", help="Steps of the filter; 2 halves the map")
    padding: Padding = knob("same", help="'same' keeps the size (at stride 1), 'valid' adds no border")
    activation: Activation = knob("relu", help="What is done to each output")

    def out_shape(self, shape: Shape) -> Shape:
        return window_shape(shape, self.filters, self.kernel, self.stride, pad_of(self.kernel, self.padding))

    def parameters(self, shape: Shape) -> int:
        return (map_shape(shape)[0] * self.kernel**2 + 1) * self.filters

    def macs(self, shape: Shape) -> int:
        return math.prod(self.out_shape(shape)) * shape[0] * self.kernel**2

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        pad = pad_of(self.kernel, self.padding)
        return activated(nn.Conv2d(shape[0], self.filters, self.kernel, self.stride, pad), self.activation)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        channels = map_shape(shape)[0]
        if self.stride == 1 and self.padding == "same":
            return (Convolution(filters=channels, kernel=self.kernel, activation=activation),)
        extra = extra_pixels(shape, self.out_shape(shape), self.kernel, self.stride, self.padding)
        options = {"kernel": self.kernel, "stride": self.stride, "padding": self.padding, "extra": extra}
        return (LAYERS.make("conv-transposed", filters=channels, activation=activation, **options),)
