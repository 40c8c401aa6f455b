"""Upsampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from aestudio.models.maps import map_shape
from aestudio.spec.faults import ShapeError
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class Upsample(Layer):
    """Each pixel becomes a square of pixels: the plain way back from a pooling layer."""

    kind: ClassVar[str] = "upsample"
    label: ClassVar[str] = "Upsample"
    factor: int = knob(2, low=2, high=16, help="How many times larger the map becomes")
    mode: Literal["nearest", "bilinear"] = knob(
        "nearest", help="Copy the pixel, or blend it with its neighbours"
    )
    height: int = knob(0, low=0, high=4096, unit="pixels", help="Exact height to reach; 0 follows the factor")
    width: int = knob(0, low=0, high=4096, unit="pixels", help="Exact width to reach; 0 follows the factor")

    def out_shape(self, shape: Shape) -> Shape:
        channels, height, width = map_shape(shape)
        return (channels, self.height or height * self.factor, self.width or width * self.factor)

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        return nn.Upsample(self.out_shape(shape)[1:], mode=self.mode)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        _, height, width = self.out_shape(shape)
        if (height // self.factor, width // self.factor) != shape[1:]:
            what = f"no pool leads from {height} × {width} back to {shape[1]} × {shape[2]}"
            raise ShapeError(what, "let height and width be 0, or give the model a free decoder")
        return (LAYERS.make("max-pool", size=self.factor),)
