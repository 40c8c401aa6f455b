"""Structural similarity: whether patterns are kept, where the squared error only counts grey levels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_SIDE, _SIGMA = 11, 1.5  # Wang et al. 2004, section III.C
_C1, _C2 = 0.01**2, 0.03**2  # for values in [0, 1]


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """SSIM of each pair of images ``(N, C, H, W)`` in [0, 1], ``(N,)``; 1 where they are equal.

    Wang, Bovik, Sheikh and Simoncelli 2004, equation 13, with their Gaussian window of 11 pixels (fewer where
    an image is smaller), averaged over all places where the window fits, and over channels.
    """
    window = _window(min(_SIDE, x.shape[-1], x.shape[-2]), x)

    def blurred(images: Tensor) -> Tensor:
        flat = images.reshape(-1, 1, *images.shape[2:])
        return F.conv2d(F.conv2d(flat, window[None, None, :, None]), window[None, None, None, :])

    mu_x, mu_y = blurred(x), blurred(y)
    var_x, var_y = blurred(x * x) - mu_x**2, blurred(y * y) - mu_y**2
    cov = blurred(x * y) - mu_x * mu_y
    likeness = (2 * mu_x * mu_y + _C1) * (2 * cov + _C2)
    likeness = likeness / ((mu_x**2 + mu_y**2 + _C1) * (var_x + var_y + _C2))
    return likeness.mean(dim=(1, 2, 3)).view(len(x), -1).mean(dim=1)


def _window(side: int, like: Tensor) -> Tensor:
    """The Gaussian's values along one axis, ``(side,)``; the window is their outer product."""
    places = torch.arange(side, dtype=like.dtype, device=like.device) - (side - 1) / 2
    weights = torch.exp(-(places**2) / (2 * _SIGMA**2))
    return weights / weights.sum()
