"""Average pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.models.pooling import Pool
from aestudio.spec.parts import LAYERS, Shape

if TYPE_CHECKING:
    from torch import nn


@LAYERS.register
@dataclass(frozen=True, kw_only=True)
class AvgPool(Pool):
    """The mean of each window: a smaller, smoother map."""

    kind: ClassVar[str] = "avg-pool"
    label: ClassVar[str] = "Average pool"

    def build(self, shape: Shape) -> nn.Module:
        from torch import nn

        return nn.AvgPool2d(self.size)
