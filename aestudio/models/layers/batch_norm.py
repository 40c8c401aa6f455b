"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class BatchNorm(Layer):
    """Each unit or map is brought to mean 0 and variance 1 over the batch (Ioffe and Szegedy 2015)."""

    kind: ClassVar[str] = "batch-norm"
    label: ClassVar[str] = "Batch norm"

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 2 * shape[0]

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        return nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0])

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return (self,)
