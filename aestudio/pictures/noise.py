"""Noise as pictures meet it: white Gaussian for comparison, and that of cameras, which is none of it.

Everything takes and gives float32 ``(N, C, H, W)`` on the scale of [0, 1], with randomness passed in.
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

SHOT = (3e-4, 5e-2)
"""Variance of photon noise for each unit of linear light, from base to highest sensitivity."""
READ = (3e-4, 2e-2)
"""Standard deviation of the sensor's own noise, in linear light."""
QUALITY = (45, 98)
_CORRELATED, _COMPRESSED = 0.6, 0.6


def white(x: Tensor, sigma: Tensor, generator: torch.Generator) -> Tensor:
    """``x`` and white Gaussian noise of standard deviation ``sigma`` ``(N,)``; not clipped."""
    return x + sigma.view(-1, 1, 1, 1) * _normal(x, generator)


def camera(x: Tensor, generator: torch.Generator) -> Tensor:
    """``x`` as a camera at some sensitivity would have kept it, each picture at its own.

    Poisson–Gaussian noise in linear light (Foi et al. 2008), blurred as demosaicking does, then the tone
    curve, 8 bits, and JPEG for the most.
    """
    count = len(x)
    shot, read = (log_uniform(bounds, count, generator) for bounds in (SHOT, READ))
    linear = to_linear(x.clamp(0, 1))
    noise = _correlated(_normal(x, generator), generator)
    if x.shape[1] == 3:
        # White balance amplifies red and blue, and their noise with them.
        gains = 1 + 0.8 * torch.rand(count, 3, 1, 1, generator=generator)
        gains[:, 1] = 1
        noise = noise * gains
    seen = linear + noise * (shot * linear + read.square()).sqrt()
    y = to_display(seen.clamp(0, 1))
    return recompressed(y, generator)


def recompressed(
    x: Tensor,
    generator: torch.Generator,
    *,
    share: float = _COMPRESSED,
    quality: tuple[int, int] = QUALITY,
) -> Tensor:
    """``x`` in 8 bits, and a ``share`` of the pictures through JPEG at a random quality and grid."""
    low, high = quality
    out = (x.clamp(0, 1) * 255).round()
    for i, u in enumerate(torch.rand(len(x), 3, generator=generator).tolist()):
        if u[0] < share:
            chosen = round(low + (high - low) * math.sqrt(u[1]))
            shift = int(u[2] * 16)
            rolled = out[i].roll((shift % 8, shift // 2), dims=(1, 2))
            out[i] = jpeg(rolled, chosen, coarse=shift % 2 == 0).roll((-(shift % 8), -(shift // 2)), (1, 2))
    return out / 255


def jpeg(x: Tensor, quality: int, *, coarse: bool = True) -> Tensor:
    """``x`` ``(C, H, W)`` of 0 to 255 through JPEG; ``coarse`` halves the colour's resolution (4:2:0)."""
    pixels = x.clamp(0, 255).round().byte().permute(1, 2, 0).numpy()
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if x.shape[0] == 1 else pixels))
    picture.save(buffer, "JPEG", quality=quality, subsampling=2 if coarse else 0)
    back = np.asarray(Image.open(buffer), np.float32).reshape(pixels.shape)
    return torch.from_numpy(back.copy()).permute(2, 0, 1)


def to_linear(x: Tensor) -> Tensor:
    """The tone curve of sRGB undone (IEC 61966-2-1)."""
    return torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055).clamp_min(0) ** 2.4)


def to_display(linear: Tensor) -> Tensor:
    """The tone curve of sRGB."""
    curve = 1.055 * linear.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    return torch.where(linear <= 0.0031308, 12.92 * linear, curve)


def _correlated(noise: Tensor, generator: torch.Generator) -> Tensor:
    """White noise blurred by a Gaussian of 0.3 to 1 pixel, variance 1 kept; two in five stay white."""
    draw = torch.rand(len(noise), 2, generator=generator)
    width = torch.where(draw[:, 0] < _CORRELATED, 0.3 + 0.7 * draw[:, 1], torch.tensor(0.05))
    at = torch.arange(-2, 3, dtype=torch.float32)
    line = torch.exp(-0.5 * (at / width[:, None]).square())
    kernel = line[:, :, None] * line[:, None, :]
    kernel = kernel / kernel.square().sum(dim=(1, 2), keepdim=True).sqrt()
    n, c, h, w = noise.shape
    kernels = kernel.repeat_interleave(c, 0)[:, None]
    padded = F.pad(noise, (2, 2, 2, 2), mode="circular").reshape(1, n * c, h + 4, w + 4)
    return F.conv2d(padded, kernels, groups=n * c).view(n, c, h, w)


def _normal(x: Tensor, generator: torch.Generator) -> Tensor:
    return torch.empty(x.shape).normal_(generator=generator)


def log_uniform(bounds: tuple[float, float], count: int, generator: torch.Generator) -> Tensor:
    """``count`` numbers within bounds, even on a logarithmic scale, ``(count, 1, 1, 1)``."""
    low, high = map(math.log, bounds)
    return torch.exp(low + (high - low) * torch.rand(count, generator=generator)).view(-1, 1, 1, 1)
