"""How near a picture is to what it should be, as the commands for pictures tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_LABELS = {"ssim": "SSIM", "ms_ssim": "MS-SSIM"}


def measures_of(a: np.ndarray, b: np.ndarray, peak: int, *, scales: bool = False) -> dict[str, float]:
    """PSNR and SSIM of two pictures ``(H, W, C)``, and MS-SSIM where all ``scales`` are to be looked at."""
    from aestudio.pictures.quality import psnr, similarities, ssim

    similar = similarities(a, b, peak) if scales else (ssim(a, b, peak),)
    found = {"psnr_db": psnr(a, b, peak), **dict(zip(_LABELS, similar, strict=False))}
    return {name: round(value, 4) for name, value in found.items()}


def measures_words(found: Mapping[str, Any]) -> str:
    """The same in words, as far as they are among what was found."""
    similar = [f"   {label} {found[name]:.4f}" for name, label in _LABELS.items() if name in found]
    return f"{found['psnr_db']:6.2f} dB{''.join(similar)}"
