"""Dropout whose randomness is passed in."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SeededDropout(nn.Module):
    """``nn.Dropout`` with a generator of its own.

    torch's draws from the process-wide generator, so that two models trained in turn would change each
    other's results. :func:`give_generator` sets the source before training.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.generator: torch.Generator | None = None

    def forward(self, h: Tensor) -> Tensor:
        """``h`` with a share of it at 0 and the rest scaled up; ``h`` itself in eval mode."""
        if not self.training or not self.rate:
            return h
        keep = torch.empty_like(h).bernoulli_(1 - self.rate, generator=self.generator)
        return h * keep / (1 - self.rate)


def give_generator(model: nn.Module, generator: torch.Generator) -> None:
    """Let every dropout layer of ``model`` draw from ``generator``."""
    for module in model.modules():
        if isinstance(module, SeededDropout):
            module.generator = generator
