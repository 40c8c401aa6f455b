"""The variational code's divergence from its prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import PENALTIES, Code, Complaint, Pass, Penalty, Shape

if TYPE_CHECKING:
    from torch import Tensor

    from aestudio.spec.run import ModelSpec


def kl_per_dimension(code: Code) -> Tensor:
    """KL(q(z|x) ‖ N(0, 1)) in nats of each image and dimension, ``(N, size)``."""
    if code.mu is None or code.log_var is None:
        raise TypeError("this code has no distribution; use the variational bottleneck")
    return 0.5 * (code.mu.square() + code.log_var.exp() - 1 - code.log_var)


@PENALTIES.register
@dataclass(frozen=True, kw_only=True)
class KLPrior(Penalty):
    """KL from each image's Gaussian to the prior N(0, I): the VAE's second term (Kingma, Welling 2014)."""

    kind: ClassVar[str] = "kl-prior"
    label: ClassVar[str] = "KL to the prior"
    unit: ClassVar[str] = "nats per image"
    weight: float = knob(
        1.0, low=0.0, high=1e4, log=True, label="β", help="1 is the VAE; more disentangles (β-VAE)"
    )

    def __call__(self, p: Pass) -> Tensor:
        return kl_per_dimension(p.code).sum() / len(p.x)

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        if model.bottleneck.variational:
            return None
        what = "the code has no distribution to compare with the prior"
        return Complaint(what, "use the variational code, or remove this term")
