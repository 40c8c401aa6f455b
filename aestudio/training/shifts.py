"""Small random moves of the training images."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def shifted(x: Tensor, reach: int, generator: torch.Generator) -> Tensor:
    """The batch moved as one by up to ``reach`` pixels each way, zeros moving in.

    All images of a batch move alike: that is one copy instead of an indexed gather, and over many batches
    the effect is the same.
    """
    if not reach:
        return x
    dy, dx = torch.randint(0, 2 * reach + 1, (2,), generator=generator, device=x.device).tolist()
    height, width = x.shape[2:]
    return F.pad(x, (reach,) * 4)[:, :, dy : dy + height, dx : dx + width]
