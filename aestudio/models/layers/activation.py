"""An activation by itself, to stand after a norm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.activated import activation_module
from aestudio.spec.knobs import knob
from aestudio.spec.parts import LAYERS, Activation, Layer, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class ActivationLayer(Layer):
    """An activation as a step of its own, for use after a normalisation."""

    kind: ClassVar[str] = "activation"
    label: ClassVar[str] = "Activation"
    activation: Activation = knob("relu", help="What is done to each value")

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def build(self, shape: Shape) -> nn.Module:
        return activation_module(self.activation)

    def mirrored(self, shape: Shape, activation: Activation) -> tuple[Layer, ...]:
        # The mirrored weighted layer already ends in the activation found here.
        return ()
