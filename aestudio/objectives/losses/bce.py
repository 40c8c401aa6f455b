"""The cross-entropy of Bernoulli pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.parts import LOSSES, Complaint, Loss, Pass, Shape

if TYPE_CHECKING:
    from torch import Tensor

    from aestudio.spec.run import ModelSpec


@LOSSES.register
@dataclass(frozen=True, kw_only=True)
class BCE(Loss):
    """Cross-entropy, ``−Σ x log x̂ + (1 − x) log(1 − x̂)``: grey pixels keep it above 0 even when perfect."""

    kind: ClassVar[str] = "bce"
    label: ClassVar[str] = "Cross-entropy"
    unit: ClassVar[str] = "nats per image"

    def __call__(self, p: Pass) -> Tensor:
        from torch.nn import functional as F

        # From logits: log(sigmoid) by itself would reach log(0) on well-learnt pixels.
        return F.binary_cross_entropy_with_logits(p.logits, p.x, reduction="sum") / len(p.x)

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        if model.output == "sigmoid":
            return None
        what = f"cross-entropy needs outputs in (0, 1), and {model.output} does not keep to them"
        return Complaint(what, "set the output to sigmoid, or use the squared error")
