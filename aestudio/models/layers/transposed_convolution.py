"""The transposed convolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import activated
from aestudio.models.maps import Padding, map_shape, pad_of, window_shape
from aestudio.spec.faults import ShapeError
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class TransposedConvolution(Layer):
    """A convolution run backwards (Zeiler et al. 2010): it enlarges a map by its stride."""

    kind: ClassVar[str] = "conv-transposed"
    label: ClassVar[str] = "Transposed convolution"
    filters: int = knob(32, low=1, high=4096, log=True, help="Maps that the layer gives")
    kernel: int = knob(3, low=1, high=31, unit="pixels", help="Side of each filter")
    stride: int = knob(2, low=1, high=8, unit="pixels", help="How many times larger the map becomes")
    padding: Padding = knob("same", help="The padding of the convolution that it turns around")
    extra: int = knob(1, low=0, high=7, unit="pixels", help="Rows and columns added so that the size fits")
    activation: Activation = knob("relu", help="What is done to each output")

    def out_shape(self, shape: Shape) -> Shape:
        _, *sides = map_shape(shape)
        if self.extra >= self.stride:
            raise ShapeError(
                f"{self.extra} extra pixels do not fit stride {self.stride}", "use fewer than the stride"
            )
        pad = pad_of(self.kernel, self.padding)
        out = [(side - 1) * self.stride - 2 * pad + self.kernel + self.extra for side in sides]
        # What it gives must lead back to what it receives; that is also what makes both sides positive.
        window_shape((self.filters, *out), shape[0], self.kernel, self.stride, pad)
        return (self.filters, *out)

    def parameters(self, shape: Shape) -> int:
        return (map_shape(shape)[0] * self.kernel**2) * self.filters + self.filters

    def macs(self, shape: Shape) -> int:
        return math.prod(map_shape(shape)) * self.filters * self.kernel**2

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        pad = pad_of(self.kernel, self.padding)
        layer = nn.ConvTranspose2d(shape[0], self.filters, self.kernel, self.stride, pad, self.extra)
        return activated(layer, self.activation)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        options = {"kernel": self.kernel, "stride": self.stride, "padding": self.padding}
        return (LAYERS.make("conv", filters=map_shape(shape)[0], activation=activation, **options),)
