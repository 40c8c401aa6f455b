"""The codec of photographs that ships."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from aestudio.pictures.recipe import RECIPES, Recipe, device_of
from aestudio.spec.knobs import knob

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from aestudio.pictures.codec.net import PhotoCodec as Net
    from aestudio.pictures.curves import Point
    from aestudio.pictures.photographs import Photographs

_CHECKED = 384
_PLACES = (0.12, 0.3, 0.48, 0.66, 0.84, 1.0)  # of the slider, where it is validated


@RECIPES.register
@dataclass(frozen=True, kw_only=True)
class PhotoCodec(Recipe):
    """A codec of photographs, one net for all qualities: a linear transform, nets beside it, a learned prior.

    Ballé et al. 2018 (hyperprior), Minnen and Singh 2020 (slices), He et al. 2021 (chessboard), Cui et al.
    2021 (gains); it starts as a cosine transform.
    """

    kind: ClassVar[str] = "photo-codec"
    label: ClassVar[str] = "Photo codec"
    crop: int = knob(128, low=64, high=1024, unit="pixels", help="Side of a crop, a multiple of 64")
    coarsest: float = knob(
        0.0008, low=1e-5, high=0.1, log=True, help="λ of quality 1: bits a pixel for a squared level (of 255)"
    )
    finest: float = knob(0.4, low=1e-3, high=10.0, log=True, help="λ of quality 100")
    anchors: int = knob(8, low=2, high=32, help="Qualities with gains of their own; others lie between them")
    latents: int = knob(448, low=64, high=768, unit="channels", help="Numbers for each 16 × 16 block")
    fine: int = knob(64, low=8, high=256, unit="channels", help="Channels of the synthesis at a quarter")
    middle: int = knob(96, low=8, high=512, unit="channels", help="Channels at an eighth")
    coarse: int = knob(128, low=8, high=512, unit="channels", help="Channels at a sixteenth")
    hidden: int = knob(96, low=8, high=512, unit="channels", help="Channels of the prior's nets")
    hyper: int = knob(64, low=4, high=256, unit="channels", help="Hyperlatents for each 64 × 64 block")

    def build(self) -> nn.Module:
        from aestudio.pictures.codec.basis import cosines
        from aestudio.pictures.codec.net import PhotoCodec as Net
        from aestudio.pictures.codec.net import Sizes

        widths = self.fine, self.middle, self.coarse
        sizes = Sizes(
            analysis=(self.fine * 3 // 4, self.middle, self.coarse),
            synthesis=widths,
            slices=_slices(self.latents),
            hidden=self.hidden,
            hyper=self.hyper,
        )
        lambdas = np.geomspace(self.coarsest, self.finest, self.anchors)
        return Net(cosines(self.latents), [float(value) for value in lambdas], sizes)

    def rates(self, net: nn.Module) -> Iterable[tuple[list[nn.Parameter], float]]:
        """The transforms move slower, for they are good; vectors for each anchor faster, for they are few."""
        net = cast("Net", net)
        linear = [net.analysis.linear, net.synthesis.linear, net.ungain.table]
        vectors = [net.gain, net.prior.z_gain, net.prior.synthesis.quality]
        vectors += [net.synthesis.coarse_quality, net.synthesis.fine_quality]
        levels = [net.prior.log_std.table, net.prior.z_log_scale.table]
        few = [anchors.table for anchors in vectors]
        known = {id(weight) for weight in (*linear, *few, *levels)}
        others = [weight for weight in net.parameters() if id(weight) not in known]
        return [(others, 1.0), (linear, 0.1), (few, 4.0), (levels, 12.0)]

    def loss(self, net: nn.Module, crops: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Bits a pixel and λ times the squared error, both over √λ so that no quality outweighs others."""
        import torch

        net = cast("Net", net)
        crops = crops.to(device_of(net))
        position = torch.rand(len(crops), generator=generator).to(crops.device) * (self.anchors - 1)
        coded = net(crops, position, generator)
        weight = net.weight(position)
        pixels = crops.shape[2] * crops.shape[3]
        rate = (coded.y_bits + coded.z_bits) / pixels
        error = 255**2 * (coded.x_hat - crops).square().mean((1, 2, 3))
        return {"rate": (rate / weight.sqrt()).mean(), "distortion": (error * weight.sqrt()).mean()}

    def validate(self, net: nn.Module, photographs: Sequence[np.ndarray]) -> dict[str, float]:
        """PSNR at some rates at the centre of each photograph, and BD-rates; of ideal rates, not files."""
        from aestudio.pictures.curves import RIVALS, bd_rate, psnr_at, rival_curve

        centres = [_centre(photograph) for photograph in photographs]
        curves = [self._curve(cast("Net", net), centre) for centre in centres]
        figures: dict[str, float] = {}
        for rival in RIVALS[:2]:
            pairs = zip(curves, centres, strict=True)
            gaps = [bd_rate(curve, rival_curve(rival, centre)) for curve, centre in pairs]
            figures[f"BD-rate against {rival.name} (%)"] = 100 * float(np.nanmean(gaps))
        for rate in (0.25, 0.5, 1.0):
            figures[f"psnr at {rate} bits a pixel (dB)"] = _mean([psnr_at(curve, rate) for curve in curves])
        return {**figures, "psnr at the top (dB)": _mean([curve[-1].psnr for curve in curves])}

    def file(
        self,
        weights: dict[str, np.ndarray],
        photographs: Photographs,
        progress: Callable[[float, str], None],
    ) -> bytes:
        """The codec's model file: the prior in whole numbers, with tables counted on the photographs."""
        import torch

        from aestudio.pictures.codec.calibration import made_model

        net = self.build()
        net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        return made_model(cast("Net", net), photographs.train, progress=progress, notes=self.notes())

    def _curve(self, net: Net, pixels: np.ndarray) -> list[Point]:
        import torch

        from aestudio.pictures.curves import Point, psnr

        generator = torch.Generator().manual_seed(0)
        x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None].float() / 255
        x, found = x.to(device_of(net)), []
        for place in _PLACES:
            coded = net(x, torch.tensor([place * (self.anchors - 1)], device=x.device), generator)
            x_hat = (coded.x_hat.clamp(0, 1) * 255).round()[0].permute(1, 2, 0).cpu().numpy()
            bits = float(coded.y_bits + coded.z_bits) / (x.shape[2] * x.shape[3])
            found.append(Point(bits, psnr(pixels, x_hat)))
        return found


def _slices(latents: int) -> tuple[int, ...]:
    """Channels that are read together: few of the slow ones, which say most about the others."""
    shares = [round(latents * share) for share in (0.054, 0.09, 0.143, 0.286)]
    return (*shares, latents - sum(shares))


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def _centre(photograph: np.ndarray) -> np.ndarray:
    """The middle of a photograph, at most 384 pixels a side and a multiple of 64."""
    height, width = (min(length, _CHECKED) // 64 * 64 for length in photograph.shape[:2])
    top, left = (photograph.shape[0] - height) // 2, (photograph.shape[1] - width) // 2
    return photograph[top : top + height, left : left + width]
