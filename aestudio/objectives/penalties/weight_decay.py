"""Weight decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import PENALTIES, Pass, Penalty

if TYPE_CHECKING:
    from torch import Tensor


@PENALTIES.register
@dataclass(frozen=True, kw_only=True)
class WeightDecay(Penalty):
    """Half the squared norm of all weight matrices, ``½ Σ W²``; biases stay free (Krogh and Hertz 1991)."""

    kind: ClassVar[str] = "weight-decay"
    label: ClassVar[str] = "Weight decay"
    unit: ClassVar[str] = "squared weight"
    weight: float = knob(1e-4, low=0.0, high=1e4, log=True, help="λ: larger keeps weights smaller")

    def __call__(self, p: Pass) -> Tensor:
        matrices = [w for w in p.model.parameters() if w.ndim > 1]
        return sum((w.square().sum() for w in matrices[1:]), matrices[0].square().sum()) / 2
