"""Max pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.pooling import Pool
from aestudio.spec.parts import LAYERS, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class MaxPool(Pool):
    """The largest value of each window: small shifts of the input no longer matter."""

    kind: ClassVar[str] = "max-pool"
    label: ClassVar[str] = "Max pool"

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        return nn.MaxPool2d(self.size)
