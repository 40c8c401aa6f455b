"""Whole numbers that stand for fractions, so that every machine reckons the same.

Sums of products are taken in float64, whose every whole number below 2⁵³ is exact: the order in which a
processor adds them, which differs from one to the next, does not matter then.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

ACTIVATION = 8
"""Binary digits behind the point of what flows between layers."""

NORMAL = 16
"""Binary digits behind the point of normal latents, of predicted means and of logarithms of deviations."""

LATENT = 8
"""Binary digits behind the point of gained latents."""

OCTAVE = 4096
"""Steps of an octave in which logarithms of gains are kept."""

_WEIGHT_BITS = 15
_MOST = 2.0**24  # no activation is let above; products then stay below 2⁵³
_DEEP = 64  # binary digits of the table of powers while it is made


def weight_bits(*weights: Tensor) -> int:
    """Binary digits behind the point with which all of ``weights``, which are summed, fit 16 bits."""
    largest = max(float(weight.abs().max()) for weight in weights)
    return min(math.floor(math.log2((2**_WEIGHT_BITS - 1) / max(largest, 1e-9))), _WEIGHT_BITS)


def whole(values: Tensor, digits: int) -> Tensor:
    """Float values as whole numbers with ``digits`` binary digits behind the point (float64)."""
    return (values.double() * 2.0**digits).round()


def convolved(x: Tensor, weight: Tensor) -> Tensor:
    """Sums of products (N, O, h, w) of whole numbers, zeros beyond the rim; all float64."""
    return F.conv2d(x, weight, padding=weight.shape[-1] // 2)


def moved(x: Tensor, digits: int) -> Tensor:
    """``x`` with ``digits`` fewer binary digits, rounded half up; whole numbers in and out."""
    return torch.floor(x * 2.0**-digits + 0.5)


def rectified(x: Tensor, digits: int) -> Tensor:
    """As :func:`moved`, negative ones as 0, and none above what later sums can bear."""
    return moved(x, digits).clamp_(0.0, _MOST)


def limited(x: Tensor) -> Tensor:
    """Whole numbers no further from 0 than later sums can bear."""
    return x.clamp(-_MOST, _MOST)


@functools.cache
def _powers() -> Tensor:
    """``2^(k / OCTAVE) · 2³⁰`` for k below OCTAVE, by whole-number square roots alone."""
    roots = [2 << _DEEP]
    for _ in range(OCTAVE.bit_length() - 1):
        roots.append(math.isqrt(roots[-1] << _DEEP))
    found = []
    for k in range(OCTAVE):
        power = 1 << _DEEP
        for i, root in enumerate(roots[1:], start=1):
            if k >> (OCTAVE.bit_length() - 1 - i) & 1:
                power = power * root >> _DEEP
        found.append(power >> (_DEEP - 30))
    return torch.tensor(found, dtype=torch.float64)


def power(steps: Tensor, digits: int) -> Tensor:
    """``2^(steps / OCTAVE)`` with ``digits`` binary digits behind the point (float64, whole)."""
    octaves = torch.floor(steps / OCTAVE)
    mantissa = _powers()[(steps - OCTAVE * octaves).long()]
    # numpy's moves the point; torch's multiplies with a power that a vector library may round.
    scaled = np.ldexp(mantissa.numpy(), (octaves + (digits - 30)).numpy().astype(np.int64))
    return torch.from_numpy(np.floor(scaled + 0.5))


def between(table: Tensor, level: int, fine: int) -> Tensor:
    """Row ``level / fine`` of a table of whole numbers, interpolated and rounded half up."""
    index = min(level // fine, len(table) - 2)
    share = level - index * fine
    return torch.floor((table[index] * (fine - share) + table[index + 1] * share) / fine + 0.5)
