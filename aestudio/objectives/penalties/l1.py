"""L1 sparsity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aestudio.spec.knobs import knob
from aestudio.spec.parts import PENALTIES, Pass, Penalty

if TYPE_CHECKING:
    from torch import Tensor


@PENALTIES.register
@dataclass(frozen=True, kw_only=True)
class L1Sparsity(Penalty):
    """The sum of the code's absolute values, ``Σ |z|`` (Tibshirani 1996): most units fall silent."""

    kind: ClassVar[str] = "l1"
    label: ClassVar[str] = "L1 sparsity"
    weight: float = knob(0.1, low=0.0, high=1e6, log=True, help="λ: larger silences more units")

    def __call__(self, p: Pass) -> Tensor:
        return p.code.z.abs().sum() / len(p.x)
