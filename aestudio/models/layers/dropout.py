"""Dropout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class Dropout(Layer):
    """A share of the units is switched off at random while it trains (Srivastava et al. 2014)."""

    kind: ClassVar[str] = "dropout"
    label: ClassVar[str] = "Dropout"
    rate: float = knob(0.1, low=0.0, high=0.95, help="Share of units switched off")

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def build(self, shape: Shape) -> nn.Module:
        from aestudio.models.seeded_dropout import SeededDropout

        return SeededDropout(self.rate)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        return ()
