"""The code as a small map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import opened
from aestudio.spec.knobs import knob
from aestudio.spec.parts import BOTTLENECKS, LAYERS, Activation, Bottleneck, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@BOTTLENECKS.register
@dataclass(frozen=True, kw_only=True)
class ConvolutionalCode(Bottleneck):
    """A convolution whose maps are the code; a net of nothing but convolutions takes images of any size."""

    kind: ClassVar[str] = "conv"
    label: ClassVar[str] = "Code map"
    filters: int = knob(1, low=1, high=4096, log=True, help="Maps in the code")
    kernel: int = knob(
        3, low=1, high=15, unit="pixels", help="Side of each filter; odd, so that the size stays"
    )
    activation: Activation = knob("linear", help="What is done to each number of the code")

    def _layer(self) -> Layer:
        return LAYERS.make("conv", filters=self.filters, kernel=self.kernel, activation=self.activation)

    def code_shape(self, shape: Shape) -> Shape:
        return self._layer().out_shape(shape)

    def parameters(self, shape: Shape) -> int:
        return self._layer().parameters(shape)

    def macs(self, shape: Shape) -> int:
        return self._layer().macs(shape)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return self._layer().mirrored(shape, activation)

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        from aestudio.models.code_modules import PlainCode

        layer = self._layer().build(shape)
        if self.activation == "relu":
            opened(next(module for module in layer.modules() if isinstance(module, nn.Conv2d)))
        return PlainCode(layer)
