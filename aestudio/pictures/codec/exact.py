"""The prior in whole numbers: what a latent is expected to be, the same to the last bit on every machine.

A decoder that expects ever so slightly other latents than the encoder did reads nonsense from there on. So
the nets of :mod:`aestudio.pictures.codec.prior` are rounded to 16 bits once, when a model is made, and both
sides reckon with whole numbers held exactly in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from aestudio.pictures.codec import fixed
from aestudio.pictures.codec.fixed import ACTIVATION, LATENT, NORMAL
from aestudio.pictures.codec.prior import first_fields
from aestudio.pictures.waiting import ask_now

FINE = 128
"""Levels between two anchors: the steps of the quality slider underneath."""

SCALES = 72
"""Deviations that latents are coded with, a factor of e^(1/8) apart, from 0.11 on."""

_SCALE_DIGITS = NORMAL - 3  # an eighth
_UNIT, _RECIPROCAL, _HYPER = 10, 20, 12  # binary digits of factors

Read = Callable[[Tensor, Tensor, slice, Tensor], Tensor]
"""Given means (C, n), scale indices (C, n), the channels and the fields (h, w): their residuals (C, n)."""


@dataclass(frozen=True, eq=False)
class Level:
    """What depends on the quality alone: factors and offsets, whole numbers in float64."""

    unit: Tensor  # (M, 1)
    reciprocal: Tensor  # (M, 1)
    log_std: Tensor  # (M, 1)
    hyper: Tensor  # (1, Z, 1, 1)
    bias: Tensor  # (1, F, 1, 1)
    hyper_scales: np.ndarray  # (Z,)


class ExactPrior:
    """The prior of a model file's whole-number ``tensors``, all of them by name.

    Raises
    ------
    KeyError
        one is missing.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = {name: value.double() for name, value in tensors.items()}
        self.sizes = tuple(int(size) for size in tensors["slices"])
        self.anchors = len(tensors["log_unit"])
        self.top = (self.anchors - 1) * FINE
        self._steps = tensors["companding"].long().contiguous()

    def at(self, level: int) -> Level:
        """The factors for a level, 0 to ``top``."""

        def row(name: str) -> Tensor:
            return fixed.between(self._tensors[name], level, FINE)

        unit, hyper = row("log_unit"), row("z_log_gain")
        nearest = min(round(level / FINE), self.anchors - 1)
        return Level(
            unit=fixed.power(unit, _UNIT)[:, None],
            reciprocal=fixed.power(-unit, _RECIPROCAL)[:, None],
            log_std=row("log_std")[:, None],
            hyper=fixed.power(-hyper, _HYPER)[None, :, None, None],
            bias=row("quality")[None, :, None, None],
            hyper_scales=self._tensors["z_scales"][nearest].numpy().astype(np.uint8),
        )

    def features(self, z: Tensor, level: Level) -> Tensor:
        """What all slices see (F, h, w), of hyperlatents (Z, h/4, w/4)."""
        h = fixed.limited(fixed.moved(z.double()[None] * level.hyper, _HYPER - ACTIVATION))
        first = self._conv("synthesis.first", h)
        h = F.pixel_shuffle(fixed.rectified(first, self._digits("synthesis.first")), 2)
        second = F.pixel_shuffle(self._conv("synthesis.second", h), 2)
        digits = self._digits("synthesis.second")
        return fixed.rectified(second + level.bias * 2.0**digits, digits)[0]

    def walk(self, features: Tensor, level: Level, read: Read) -> Tensor:
        """Latents (M, h, w) in steps of 2⁻⁸, in the order in which both sides go through them.

        ``read`` is called twice for each slice, for the first fields and for the others, with their means in
        steps of 2⁻⁸; it gives the whole residuals, which it has written or read.
        """
        board = first_fields(*features.shape[1:]).bool()
        y = features.new_zeros(sum(self.sizes), *board.shape)
        seen = torch.zeros_like(y)
        start = 0
        for index, size in enumerate(self.sizes):
            own = slice(start, start + size)
            self._slice(index, own, (features, seen, y), level, (board, read))
            start += size
        return y

    def _slice(
        self,
        index: int,
        own: slice,
        maps: tuple[Tensor, Tensor, Tensor],
        level: Level,
        how: tuple[Tensor, Read],
    ) -> None:
        features, seen, y = maps
        board, read = how
        name = f"slices.{index}"
        base = self._conv(f"{name}.from_features", features[None])[0]
        if own.start:
            base = base + fixed.convolved(seen[None, : own.start], self._tensors[f"{name}.from_before"])[0]
        shift: Tensor | None = None
        for fields in (board, ~board) if f"{name}.from_own" in self._tensors else (torch.ones_like(board),):
            if fields is not board and f"{name}.from_own" in self._tensors:
                look = fixed.convolved(seen[None, own], self._tensors[f"{name}.from_own"])
                base = base + look[0]
                shift = self._direct(name, y[own], level, own)
            mean, log_std = self._read(name, base[:, fields])
            if shift is not None:
                mean = mean + shift[:, fields]
            mu = fixed.limited(fixed.moved(mean * level.unit[own], NORMAL + _UNIT - LATENT))
            scales = _scales(log_std + level.log_std[own])
            y[own, fields] = mu + read(mu, scales, own, fields) * 2.0**LATENT
            normal = fixed.moved(y[own, fields] * level.reciprocal[own], LATENT + _RECIPROCAL - NORMAL)
            seen[own, fields] = self._companded(normal)

    def _direct(self, name: str, y: Tensor, level: Level, own: slice) -> Tensor | None:
        """The linear share of the mean (C, h, w) that first fields give the others."""
        weight = self._tensors.get(f"{name}.direct")
        if weight is None:
            return None
        normal = fixed.moved(y * level.reciprocal[own, :, None], LATENT + _RECIPROCAL - NORMAL)
        return fixed.moved(
            fixed.convolved(fixed.limited(normal)[None], weight)[0], self._digits(f"{name}.direct")
        )

    def _read(self, name: str, h: Tensor) -> tuple[Tensor, Tensor]:
        """Means and log deviations (C, n) of hidden sums (F, n)."""
        h = fixed.rectified(h, self._digits(f"{name}.from_features"))
        h = fixed.rectified(self._product(f"{name}.middle", h), self._digits(f"{name}.middle"))
        out = self._product(f"{name}.last", h)
        out = fixed.moved(out, self._digits(f"{name}.last") + ACTIVATION - NORMAL)
        mean, log_std = fixed.limited(out).chunk(2)
        return mean, log_std

    def _companded(self, normal: Tensor) -> Tensor:
        ask_now()
        size = torch.bucketize(normal.abs().long(), self._steps, right=True).double()
        return normal.sign() * size * 2.0 ** (ACTIVATION - COMPANDED)

    def _conv(self, name: str, x: Tensor) -> Tensor:
        ask_now()
        return (
            fixed.convolved(x, self._tensors[f"{name}.weight"]) + self._tensors[f"{name}.bias"][:, None, None]
        )

    def _product(self, name: str, x: Tensor) -> Tensor:
        ask_now()
        return self._tensors[f"{name}.weight"].flatten(1) @ x + self._tensors[f"{name}.bias"][:, None]

    def _digits(self, name: str) -> int:
        return int(self._tensors[f"{name}.digits"])


COMPANDED = 6
"""Binary digits behind the point of companded latents."""


def _scales(log_std: Tensor) -> Tensor:
    """Scale indices of logarithms of deviations over the least, with NORMAL digits."""
    return torch.floor(log_std * 2.0**-_SCALE_DIGITS + 0.5).clamp(0, SCALES - 1)
