"""The denoiser of photographs that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aestudio.pictures.denoising_recipe import DenoisingRecipe
from aestudio.pictures.recipe import RECIPES, device_of
from aestudio.spec.knobs import knob

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


_GREY, _CAMERA, _CLEAN, _CLIPPED, _DRAWN = 0.25, 0.3, 0.04, 0.25, 0.1
_FRINGED, _VIVID, _SHARPENED = 0.4, 0.2, 0.4
_KEPT, _KEPT_AT = 0.4, (75, 98)  # share of the clean crops that were kept as JPEG, and its quality
_LEVELS = (15, 25, 50)
_CHECKED = 256


@RECIPES.register
@dataclass(frozen=True, kw_only=True)
class PhotoDenoiser(DenoisingRecipe):
    """A blind denoiser of photographs, colour and grey: a residual U-net that predicts the noise.

    Two thirds of the crops bear white Gaussian noise of 0 to ``sigma``, a third that of cameras, which is
    what dropped photographs need: white noise alone does not teach it. One in ten is drawn, for the long
    edges and the stripes of what people build. Two in five have a lens's fringes, as many were sharpened, a
    fifth has stronger colours: what scaling down has taken from the photographs that are trained on. Two in
    five were kept as JPEG before they got their noise, as most pictures were that people have: those lack
    fine colour and much of the finest detail.
    """

    kind: ClassVar[str] = "photo-denoiser"
    label: ClassVar[str] = "Photo denoiser"
    lr: float = knob(
        1.2e-3, low=1e-7, high=1.0, log=True, label="Learning rate", help="Size of a step, at its peak"
    )
    warm_up: int = knob(100, low=0, high=100_000, unit="steps", help="Steps over which the rate rises")
    batch: int = knob(16, low=1, high=4096, unit="crops", log=True, help="Crops per step")
    average: float = knob(
        0.998, low=0.0, high=0.99999, help="Decay of the moving average of the weights, which is what ships"
    )
    decay: float = knob(0.05, low=0.0, high=1.0, help="Decoupled weight decay of the convolutions")
    width: int = knob(48, low=16, high=256, unit="channels", help="Channels at half the resolution")
    middle: int = knob(96, low=16, high=512, unit="channels", help="Channels at a quarter of it")
    deep: int = knob(128, low=16, high=512, unit="channels", help="Channels at an eighth of it")
    leak: float = knob(0.1, low=0.0, high=1.0, help="Slope of the rectifiers below 0")
    fine: int = knob(
        2, low=1, high=16, unit="blocks", help="Residual blocks at half the resolution, going down"
    )
    finish: int = knob(2, low=1, high=16, unit="blocks", help="Residual blocks there, on the way up")
    join: int = knob(1, low=1, high=16, unit="blocks", help="Residual blocks at a quarter, on the way up")
    depth: int = knob(4, low=1, high=16, unit="blocks", help="Residual blocks at the lowest resolution")
    look: int = knob(
        0, low=0, high=512, unit="channels", help="Width of the attention at a quarter; 0 has none"
    )
    sigma: float = knob(55.0, low=1.0, high=255.0, help="Strongest white noise, where white is 255")

    def build(self) -> nn.Module:
        from aestudio.pictures.denoising_net import DenoisingNet

        channels = (self.width, self.middle, self.deep)
        blocks = (self.fine, 1, self.depth), (self.finish, self.join)
        return DenoisingNet(channels, *blocks, self.leak, self.look)

    def loss(self, net: nn.Module, crops: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """The root of each crop's squared error over what its noise makes likely.

        Between the error itself, which leaves and roofs would have to themselves, and its logarithm, whose
        mean over pictures PSNR is: in a picture with a sky, the sky's errors do not count beside the roof's.
        """
        x, y = (part.to(device_of(net)) for part in self.pairs(crops, generator))
        error = (net(y) - x).square().mean(dim=(1, 2, 3))
        # The error left falls as σ^1.13 (34 dB at σ 15, 28 dB at 50): so no level outweighs the others.
        noise = (y - x).square().mean(dim=(1, 2, 3))
        likely = 10**-3.39 * (noise.sqrt() * (255 / 15)) ** 1.13 + 2e-5
        return {"error": (error / likely + 0.01).sqrt().mean()}

    def pairs(self, crops: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Clean and noisy crops ``(N, 3, S, S)``."""
        import torch

        from aestudio.pictures import noise
        from aestudio.pictures.drawn import drawn
        from aestudio.pictures.optics import fringed, sharpened, vivid

        draw = torch.rand(5, len(crops), generator=generator)
        shapes = draw[4] < _DRAWN
        crops = crops.clone()
        crops[shapes] = drawn(int(shapes.sum()), crops.shape[-1], generator)
        for share, mark in ((_FRINGED, fringed), (_VIVID, vivid), (_SHARPENED, sharpened)):
            marked = torch.rand(len(crops), generator=generator) < share
            if marked.any():
                crops[marked] = mark(crops[marked], generator)
        crops = noise.recompressed(crops, generator, share=_KEPT, quality=_KEPT_AT)
        grey = draw[0] < _GREY
        x = torch.where(grey.view(-1, 1, 1, 1), crops.mean(dim=1, keepdim=True), crops)
        sigma = self.sigma / 255 * draw[1] * (draw[2] >= _CLEAN)
        y = noise.white(x, sigma, generator)
        y = torch.where((draw[3] < _CLIPPED).view(-1, 1, 1, 1), (y.clamp(0, 1) * 255).round() / 255, y)
        shot = draw[2] > 1 - _CAMERA
        if shot.any():
            y[shot] = noise.camera(x[shot], generator)
        # A grey picture's channels are one channel three times, its noise too.
        y[grey] = y[grey, :1].expand(-1, 3, -1, -1)
        return x, y

    def validate(self, net: nn.Module, photographs: Sequence[np.ndarray]) -> dict[str, float]:
        """PSNR in dB at the centre of each photograph: white noise by level, a camera's, and none."""
        import torch

        from aestudio.pictures import noise

        figures: dict[str, list[float]] = {}
        for photograph in photographs:
            x = _centre(photograph)
            generator = torch.Generator().manual_seed(0)
            noisy = {f"psnr {s} (dB)": noise.white(x, torch.tensor([s / 255]), generator) for s in _LEVELS}
            noisy |= {"psnr camera (dB)": noise.camera(x, generator), "psnr clean (dB)": x}
            for name, y in noisy.items():
                error = float((self.cleaned(net, y) - x).square().mean())
                figures.setdefault(name, []).append(float(-10 * np.log10(max(error, 1e-10))))
        return {name: float(np.mean(values)) for name, values in figures.items()}


def _centre(photograph: np.ndarray) -> Tensor:
    """The middle of a photograph, at most 256 pixels a side and a multiple of 8, as ``(1, 3, H, W)``."""
    import torch

    height, width = (min(length, _CHECKED) // 8 * 8 for length in photograph.shape[:2])
    top, left = (photograph.shape[0] - height) // 2, (photograph.shape[1] - width) // 2
    crop = np.ascontiguousarray(photograph[top : top + height, left : left + width].transpose(2, 0, 1))
    return torch.from_numpy(crop)[None].float() / 255
