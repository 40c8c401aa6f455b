"""Layer normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class LayerNorm(Layer):
    """Each example is brought to mean 0 and variance 1 by itself (Ba et al. 2016), whatever the batch."""

    kind: ClassVar[str] = "layer-norm"
    label: ClassVar[str] = "Layer norm"

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 2 * shape[0]

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        # A group norm with one group scales a map by one number; its weights do not grow with the image.
        return nn.GroupNorm(1, shape[0]) if len(shape) == 3 else nn.LayerNorm(shape[0])

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return (self,)
