"""What the recipes of denoising nets share: how they are moved, grown and applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aestudio.pictures.recipe import Recipe, device_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import Tensor, nn

    from aestudio.pictures.denoising_net import DenoisingNet


@dataclass(frozen=True, kw_only=True)
class DenoisingRecipe(Recipe):
    """A recipe whose net is a :class:`~aestudio.pictures.denoising_net.DenoisingNet`."""

    def optimiser(self, net: nn.Module) -> torch.optim.Optimizer:
        """Muon for the convolutions within, Adam for those that touch pixels."""
        from aestudio.pictures.muon import muon_within

        return muon_within(net, self.lr, self.decay)

    def begin(self, net: nn.Module, weights: Mapping[str, Tensor]) -> None:
        """Likewise from those of a net with fewer blocks: the others start as the identity."""
        cast("DenoisingNet", net).begin_with(weights)

    def cleaned(self, net: nn.Module, y: Tensor) -> Tensor:
        """What ``net``, wherever it is, makes of ``y`` on the CPU: there again, float32 in [0, 1]."""
        return net(y.to(device_of(net))).float().clamp(0, 1).cpu()
