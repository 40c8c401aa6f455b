"""What a net that ships with the program is, and how it is trained on photographs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aestudio.spec.knobs import knob
from aestudio.spec.parts import Part
from aestudio.spec.registry import Family
from aestudio.spec.toml import to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import torch
    from torch import Tensor, nn

    from aestudio.pictures.photographs import Photographs


@dataclass(frozen=True, kw_only=True)
class Recipe(Part):
    """A net and its training. Equal recipes, photographs and numbers of steps give equal weights."""

    minutes: float = knob(180.0, low=0.01, high=100_000.0, unit="minutes", log=True, help="Time to train")
    lr: float = knob(
        1e-3, low=1e-7, high=1.0, log=True, label="Learning rate", help="Size of a step, at its peak"
    )
    warm_up: int = knob(200, low=0, high=100_000, unit="steps", help="Steps over which the rate rises")
    batch: int = knob(8, low=1, high=4096, unit="crops", log=True, help="Crops per step")
    crop: int = knob(96, low=16, high=1024, unit="pixels", help="Side of a crop")
    decay: float = knob(0.0, low=0.0, high=1.0, help="Decoupled weight decay of AdamW")
    clip: float = knob(0.0, low=0.0, high=1e4, help="Largest norm of the gradient; 0 does not clip")
    average: float = knob(
        0.999, low=0.0, high=0.99999, help="Decay of the moving average of the weights, which is what ships"
    )
    seed: int = knob(0, low=0, high=2**31 - 1, help="Seed of weights, crops and noise")

    def open(self, folder: Path, progress: Callable[[float, str], None]) -> Photographs:
        """What is trained on, from ``folder``. Raises UserError where that does not hold enough."""
        from aestudio.pictures.photographs import open_photographs

        return open_photographs(folder, side=self.crop, progress=progress)

    def build(self) -> nn.Module:
        """A new net with random weights from torch's own generator, which the caller seeds."""
        raise NotImplementedError

    def begin(self, net: nn.Module, weights: Mapping[str, Tensor]) -> None:
        """Let ``net`` go on from the weights of an earlier one. Raises RuntimeError where they do not fit."""
        net.load_state_dict(weights)

    def loss(self, net: nn.Module, crops: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Terms whose sum is minimised, for ``crops`` ``(N, 3, S, S)`` float32 in [0, 1].

        Crops and generator are on the CPU, where crops are spoilt; ``net`` may be elsewhere, and what it sees
        is moved there.
        """
        raise NotImplementedError

    def validate(self, net: nn.Module, photographs: Sequence[np.ndarray]) -> dict[str, float]:
        """Figures on ``photographs`` kept out of training, each uint8 ``(H, W, 3)``; names carry units."""
        raise NotImplementedError

    def rates(self, net: nn.Module) -> Iterable[tuple[list[nn.Parameter], float]]:
        """Weights in groups, each with a factor on the learning rate."""
        return [(list(net.parameters()), 1.0)]

    def optimiser(self, net: nn.Module) -> torch.optim.Optimizer:
        """AdamW over :meth:`rates`; each group of weights holds its ``factor`` on the rate."""
        from torch.optim import AdamW

        groups = [{"params": weights, "factor": factor} for weights, factor in self.rates(net)]
        return AdamW(groups, self.lr, (0.9, 0.99), weight_decay=self.decay, fused=True)

    def file(
        self,
        weights: dict[str, np.ndarray],
        photographs: Photographs,
        progress: Callable[[float, str], None],
    ) -> bytes:
        """The model file (safetensors) of trained ``weights``, which its metadata tell the recipe of."""
        from safetensors.numpy import save

        return save(weights, self.notes())

    def notes(self) -> dict[str, str]:
        """What a model file's metadata say."""
        return {"kind": self.kind, "recipe": json.dumps(to_plain(self))}


def device_of(net: nn.Module) -> torch.device:
    """Where a net's weights are."""
    return next(net.parameters()).device


RECIPES: Family[Recipe] = Family("recipe", "aestudio.pictures.recipes")
