"""The net behind the denoisers: a small U that predicts the noise."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import cast

import torch.nn.functional as F
from torch import Tensor, nn

from aestudio.pictures.halo_attention import BLOCK, HaloAttention

_LOOKS = 1  # the level at which places look around: finer costs four times as much


class DenoisingNet(nn.Module):
    """A residual U-net on half the resolution (after Zhang et al. 2021, DRUNet), made for the CPU.

    ::

        x ─ unshuffle 2 ─ head ─ blocks ──────────────(+)─ blocks ─ tail ─ shuffle 2 ─ (−) ─ x_hat
                                   └─ stride 2 ─ blocks ─┘

    At the second level, on the way up, places may look around for others like them.

    Parameters
    ----------
    channels
        of each level; each level has half the resolution of the one above.
    down, up
        residual blocks of each level, on the way down and on the way up, which leaves out the last level.
    leak
        slope of the rectifiers below 0. Without one, a rate that is too high kills most of them for good.
    look
        width of the attention; 0 has none.
    """

    def __init__(
        self,
        channels: tuple[int, ...],
        down: tuple[int, ...],
        up: tuple[int, ...],
        leak: float = 0.0,
        look: int = 0,
    ) -> None:
        super().__init__()
        self.head = nn.Conv2d(12, channels[0], 3, padding=1)
        self.down = nn.ModuleList(_stage(c, n, leak) for c, n in zip(channels, down, strict=True))
        self.up = nn.ModuleList(_stage(c, n, leak) for c, n in zip(channels[:-1], up, strict=True))
        pairs = list(itertools.pairwise(channels))
        self.halve = nn.ModuleList(nn.Conv2d(wide, deep, 2, 2) for wide, deep in pairs)
        self.grow = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, 2) for wide, deep in pairs)
        self.tail = nn.Conv2d(channels[0], 12, 3, padding=1)
        self.unshuffle, self.shuffle = nn.PixelUnshuffle(2), nn.PixelShuffle(2)
        self.look = HaloAttention(channels[_LOOKS], look) if look else nn.Identity()
        # Tiles must not part the blocks that look around otherwise than the whole picture does.
        self.multiple = 2 ** (_LOOKS + 1) * BLOCK if look else 2 ** len(channels)
        _start_small(self)

    def forward(self, x: Tensor) -> Tensor:
        """Clean pictures from noisy ones, both ``(N, 3, H, W)``; H and W multiples of 2 for each level."""
        h = self.head(self.unshuffle(x))
        skips = []
        for stage, halve in zip(self.down, self.halve, strict=False):
            h = stage(h)
            skips.append(h)
            h = halve(h)
        h = self.down[-1](h)
        for i in reversed(range(len(self.up))):
            h = self.grow[i](h).add_(skips[i])
            h = self.up[i](self.look(h) if i == _LOOKS else h)
        return x - self.shuffle(self.tail(h)).to(x.dtype)

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights of a net with as many channels and no more blocks, and do at first what it does.

        Blocks that it lacks start as the identity (Chen et al. 2016, Net2Net), and so does attention.

        Raises
        ------
        RuntimeError
            they are of another net.
        """
        lacking, unknown = self.load_state_dict(weights, strict=False)
        names = {name.split(".last.")[0] for name in lacking if ".last." in name}
        if unknown or not all(name.startswith(tuple(f"{n}." for n in names)) for name in lacking):
            raise RuntimeError("its layers are others")
        for name in names:
            for weight in cast("Block | HaloAttention", self.get_submodule(name)).last.parameters():
                nn.init.zeros_(weight)


class Block(nn.Module):
    """Two convolutions whose result is added to their input."""

    def __init__(self, channels: int, leak: float) -> None:
        super().__init__()
        self.leak = leak
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.last = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(F.leaky_relu_(self.first(x), self.leak)).add_(x)


def _stage(channels: int, blocks: int, leak: float) -> nn.Sequential:
    return nn.Sequential(*(Block(channels, leak) for _ in range(blocks)))


def _start_small(net: DenoisingNet) -> None:
    """He's variance; blocks start near the identity and the noise near 0, so that early steps are sane."""
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="linear")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in net.modules():
        if isinstance(module, Block):
            nn.init.kaiming_uniform_(module.first.weight, nonlinearity="relu")
        if isinstance(module, (Block, HaloAttention)):
            module.last.weight.data.mul_(0.2)
    net.tail.weight.data.mul_(0.1)
