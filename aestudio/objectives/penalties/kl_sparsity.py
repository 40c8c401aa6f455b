"""KL sparsity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import PENALTIES, Complaint, Pass, Penalty, Shape

if TYPE_CHECKING:
    from torch import Tensor

    from aestudio.spec.run import ModelSpec


@PENALTIES.register
@dataclass(frozen=True, kw_only=True)
class KLSparsity(Penalty):
    """Bernoulli KL between a target and the mean activation of each code unit (Ng 2011, eq. 3)."""

    kind: ClassVar[str] = "kl-sparsity"
    label: ClassVar[str] = "KL sparsity"
    unit: ClassVar[str] = "nats, summed over units"
    rho: float = knob(0.05, low=0.001, high=0.5, label="ρ", help="Mean activation to aim for")
    weight: float = knob(1.0, low=0.0, high=1e6, log=True, help="β: how strongly the target is held")

    def __call__(self, p: Pass) -> Tensor:
        # One mean per unit over the batch; the clamp keeps a dead or saturated unit's KL finite.
        q = p.code.z.flatten(1).float().mean(dim=0).clamp(1e-6, 1 - 1e-6)
        rho = self.rho
        return (rho * (rho / q).log() + (1 - rho) * ((1 - rho) / (1 - q)).log()).sum()

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        activation = getattr(model.bottleneck, "activation", "linear")
        if activation == "sigmoid":
            return None
        what = f"KL sparsity needs codes in (0, 1), and the code's activation is {activation}"
        return Complaint(what, "set the code's activation to sigmoid, or use L1 sparsity")
