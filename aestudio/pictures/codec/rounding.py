"""A trained prior made into the whole numbers of a model file."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from aestudio.pictures.codec.blocks import COMPANDING
from aestudio.pictures.codec.exact import COMPANDED
from aestudio.pictures.codec.fixed import ACTIVATION, NORMAL, OCTAVE, weight_bits, whole
from aestudio.pictures.codec.net import PhotoCodec
from aestudio.pictures.codec.prior import LEAST_LOG_STD, NEIGHBOURS, Slice

_COMPANDED_MOST = 12.0  # ln(1 + 8 v) of the largest normal latent told apart


@torch.no_grad()
def whole_prior(net: PhotoCodec, hyper_scales: Tensor) -> dict[str, Tensor]:
    """The tensors of :class:`aestudio.pictures.codec.exact.ExactPrior`, int64.

    ``hyper_scales`` (anchors, Z) are the scale indices that hyperlatents are coded with.
    """
    prior = net.prior
    unit = (net.gain.table + net.log_unit[:, 0, 0]) / math.log(2) * OCTAVE
    found = {
        "slices": torch.tensor(prior.sizes),
        "log_unit": unit.round(),
        "z_log_gain": (prior.z_gain.table / math.log(2) * OCTAVE).round(),
        "log_std": whole(prior.log_std.table - LEAST_LOG_STD, NORMAL),
        "quality": whole(prior.synthesis.quality.table, ACTIVATION),
        "z_scales": hyper_scales,
        "companding": _companding(),
        **_layer("synthesis.first", prior.synthesis.first),
        **_layer("synthesis.second", prior.synthesis.second),
    }
    for index, part in enumerate(prior.slices):
        found |= _slice(f"slices.{index}", cast("Slice", part))
    return {name: value.long().contiguous() for name, value in found.items()}


def _slice(name: str, part: Slice) -> dict[str, Tensor]:
    cross = torch.tensor(NEIGHBOURS)
    before = None if part.from_before is None else part.from_before.weight
    own = None if part.from_own is None else part.from_own.weight * cross
    summed = [weight for weight in (part.from_features.weight, before, own) if weight is not None]
    digits = weight_bits(*summed)
    found = _layer(f"{name}.from_features", part.from_features, digits)
    found |= {**_layer(f"{name}.middle", part.middle), **_layer(f"{name}.last", part.last)}
    if before is not None:
        found[f"{name}.from_before"] = whole(before, digits)
    if own is not None:
        found[f"{name}.from_own"] = whole(own, digits)
    if part.direct is not None:
        weight = part.direct.weight * cross
        found[f"{name}.direct"] = whole(weight, weight_bits(weight))
        found[f"{name}.direct.digits"] = torch.tensor(weight_bits(weight))
    return found


def _layer(name: str, conv: nn.Conv2d, digits: int | None = None) -> dict[str, Tensor]:
    digits = weight_bits(conv.weight) if digits is None else digits
    return {
        f"{name}.weight": whole(conv.weight, digits),
        f"{name}.bias": whole(cast("Tensor", conv.bias), digits + ACTIVATION),
        f"{name}.digits": torch.tensor(digits),
    }


def _companding() -> Tensor:
    """The least normal latents (of NORMAL digits) that are companded to 1, 2, … steps."""
    steps = torch.arange(1, int(_COMPANDED_MOST * 2**COMPANDED) + 1, dtype=torch.float64)
    return torch.ceil(torch.expm1((steps - 0.5) / 2**COMPANDED) / COMPANDING * 2**NORMAL)
