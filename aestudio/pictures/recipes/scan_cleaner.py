"""The cleaner of scanned text that ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aestudio.pictures.denoising_recipe import DenoisingRecipe
from aestudio.pictures.recipe import RECIPES, device_of
from aestudio.spec.knobs import knob

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from aestudio.pictures.photographs import Photographs


@RECIPES.register
@dataclass(frozen=True, kw_only=True)
class ScanCleaner(DenoisingRecipe):
    """A cleaner of scanned text: black on white again, from uneven light, stains, bleed-through and speckle.

    The pages are rendered from fonts and texts and then worn; the net is the photo denoiser's, slimmer.
    """

    kind: ClassVar[str] = "scan-cleaner"
    label: ClassVar[str] = "Scan cleaner"
    lr: float = knob(
        3e-3, low=1e-7, high=1.0, log=True, label="Learning rate", help="Size of a step, at its peak"
    )
    crop: int = knob(128, low=16, high=1024, unit="pixels", help="Side of a crop")
    decay: float = knob(0.05, low=0.0, high=1.0, help="Decoupled weight decay of the convolutions")
    width: int = knob(32, low=16, high=256, unit="channels", help="Channels at half the resolution")
    middle: int = knob(64, low=16, high=512, unit="channels", help="Channels at a quarter of it")
    deep: int = knob(96, low=16, high=512, unit="channels", help="Channels at an eighth of it")
    leak: float = knob(0.0, low=0.0, high=1.0, help="Slope of the rectifiers below 0")
    depth: int = knob(3, low=1, high=16, unit="blocks", help="Residual blocks at the lowest resolution")

    def open(self, folder: Path, progress: Callable[[float, str], None]) -> Photographs:
        from aestudio.pictures.pages import open_pages

        return open_pages(folder, side=self.crop, progress=progress)

    def build(self) -> nn.Module:
        from aestudio.pictures.denoising_net import DenoisingNet

        return DenoisingNet((self.width, self.middle, self.deep), (1, 1, self.depth), (1, 1), self.leak)

    def loss(self, net: nn.Module, crops: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Mean absolute error (Charbonnier), on the scale where white is 1."""
        from aestudio.pictures.wear import worn

        there = device_of(net)
        error = net(worn(crops, generator).to(there)) - crops.to(there)
        return {"error": (error.square() + 1e-5).sqrt().mean()}

    def validate(self, net: nn.Module, photographs: Sequence[np.ndarray]) -> dict[str, float]:
        """PSNR in dB of cleaned pages in fonts kept out of training, and of what they were cleaned from."""
        import torch

        from aestudio.pictures.wear import worn

        generator = torch.Generator().manual_seed(0)
        pages = torch.from_numpy(np.stack([page[:384, :384] for page in photographs]))
        x = pages.permute(0, 3, 1, 2).float() / 255
        y = worn(x, generator)
        cleaned = torch.cat([self.cleaned(net, part) for part in y.split(1)])
        errors = {"psnr cleaned (dB)": (cleaned - x).square(), "psnr worn (dB)": (y - x).square()}
        return {name: float(-10 * e.mean(dim=(1, 2, 3)).log10().mean()) for name, e in errors.items()}
