"""The contractive penalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import PENALTIES, Complaint, Pass, Penalty, Shape

if TYPE_CHECKING:
    from torch import Tensor, nn

    from aestudio.spec.run import ModelSpec


@PENALTIES.register
@dataclass(frozen=True, kw_only=True)
class Contractive(Penalty):
    """Squared norm of the code's Jacobian, ``‖∂z/∂x‖²`` (Rifai et al. 2011, eq. 5): it steadies the code."""

    kind: ClassVar[str] = "contractive"
    label: ClassVar[str] = "Contractive"
    weight: float = knob(0.1, low=0.0, high=1e6, log=True, help="λ: larger makes the code stiffer")
    probes: int = knob(
        1,
        low=1,
        high=64,
        help="Random directions of the estimate, where there is no closed form; each costs a pass",
    )

    def __call__(self, p: Pass) -> Tensor:
        layer = single_sigmoid_layer(p.model)
        if layer is not None:
            return closed_form(layer, p).sum() / len(p.x)
        return self._hutchinson(p) / len(p.x)

    def _hutchinson(self, p: Pass) -> Tensor:
        """``E ‖J v‖²`` over random signs ``v`` is ``‖J‖²`` (Hutchinson 1990): no Jacobian is formed."""
        from torch.func import jvp

        def encode(x: Tensor) -> Tensor:
            return p.model.encode(x).mean  # type: ignore[operator]  # an Autoencoder, whose type lies above this room

        total = p.x.new_zeros(())
        for _ in range(self.probes):
            # 0 and 1 become -1 and 1
            signs = p.x_in.new_empty(p.x_in.shape).bernoulli_(0.5, generator=p.generator).mul_(2).sub_(1)
            total = total + jvp(encode, (p.x_in,), (signs,))[1].square().sum()
        return total / self.probes

    def complaint(self, model: ModelSpec, shape: Shape) -> Complaint | None:
        kinds = {layer.kind for layer in model.encoder}
        if "batch-norm" not in kinds:
            return None
        what = "batch norm ties the images of a batch together, so one image has no Jacobian of its own"
        return Complaint(what, "use layer norm in the encoder")


def single_sigmoid_layer(model: nn.Module) -> nn.Linear | None:
    """The encoder's only weighted layer if it is a dense sigmoid one: the Jacobian has a closed form."""
    from torch import nn

    if len(model.encoder) or model.spec.bottleneck.kind != "plain":  # type: ignore[arg-type, union-attr]
        return None
    if model.spec.bottleneck.activation != "sigmoid":  # type: ignore[union-attr]
        return None
    return next(module for module in model.bottleneck.modules() if isinstance(module, nn.Linear))  # type: ignore[union-attr]


def closed_form(layer: nn.Linear, p: Pass) -> Tensor:
    """``Σ_j (z_j (1 − z_j))² Σ_i W_ji²`` for each image ``(N,)`` (Rifai et al. 2011, eq. 6)."""
    # An encoder that works on [-1, 1] stretches the pixels by 2 before W, and so its Jacobian.
    stretch = 4.0 if p.model.signed else 1.0  # type: ignore[union-attr]
    slope = (p.code.z * (1 - p.code.z)).square()
    return stretch * slope @ layer.weight.square().sum(dim=1)
