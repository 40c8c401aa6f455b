"""Small random moves of the training images."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def shifted(x: Tensor, reach: int, generator: torch.Generator) -> Tensor:
    """Each image ``(N, C, H, W)`` moved by up to ``reach`` pixels each way, zeros moving in.

    Every image moves by itself: one gather along the rows and one along the columns.
    """
    if not reach:
        return x
    moves = torch.randint(0, 2 * reach + 1, (2, len(x)), generator=generator).to(x.device)
    x = F.pad(x, (reach,) * 4)
    for axis, move in zip((2, 3), moves, strict=True):
        side = x.shape[axis] - 2 * reach
        places = move[:, None] + torch.arange(side, device=x.device)
        shape = [len(x), 1, 1, 1]
        shape[axis] = side
        wide = [*x.shape]
        wide[axis] = side
        x = x.gather(axis, places.view(shape).expand(wide))
    return x
