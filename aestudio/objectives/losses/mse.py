"""The squared error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.parts import LOSSES, Loss, Pass

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register
@dataclass(frozen=True, kw_only=True)
class MSE(Loss):
    """Squared error, ``Σ (x − x̂)²``: a Gaussian likelihood of fixed variance. Large errors weigh most."""

    kind: ClassVar[str] = "mse"
    label: ClassVar[str] = "Squared error"
    unit: ClassVar[str] = "squared error per image"

    def __call__(self, p: Pass) -> Tensor:
        from torch.nn import functional as F

        # One kernel each way; written out it takes four, and each passes over all pixels.
        return F.mse_loss(p.x_hat, p.x, reduction="sum") / len(p.x)
