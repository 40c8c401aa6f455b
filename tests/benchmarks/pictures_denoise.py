"""How well noise is taken off: white noise beside the classics, a camera's, and none at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from aestudio.pictures import noise
from aestudio.pictures.classics import CLASSICS, is_here, run_classic
from aestudio.pictures.cleaners import find_cleaner
from aestudio.pictures.denoise import Cleaner, denoise
from aestudio.pictures.picture import Picture
from tests.benchmarks.pictures_rows import Row, Setting, centre

LEVELS = (15, 25, 50)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_DRAWS = 4  # cameras for each picture

Method = Callable[[np.ndarray, float], np.ndarray]
"""A noisy picture ``(H, W, C)`` on [0, 1] and its σ there to a clean one."""


def rows(setting: Setting) -> list[Row]:
    """Every row; figures are means of PSNR in dB over the centres of the pictures, 256 pixels a side."""
    cleaner = find_cleaner(setting.model("photo-denoiser"))
    colour = {name: centre(p).astype(np.float32) / 255 for name, p in setting.pictures().items()}
    grey = {name: (p @ LUMA)[..., None] for name, p in colour.items()}
    found = []
    for kind, pictures in (("colour", colour), ("grey", grey)):
        for level in LEVELS:
            found += _white(kind, pictures, level, cleaner, setting)
    return [*found, *_clean(colour, grey, cleaner), *_camera(colour, cleaner)]


def _white(
    kind: str, pictures: dict[str, np.ndarray], level: int, cleaner: Cleaner, setting: Setting
) -> list[Row]:
    methods: dict[str, Method] = {"ours": lambda y, _: cleaned(y, cleaner)}
    for classic in CLASSICS.values():
        if not is_here(classic):
            print(f"{classic.label} is not installed; {classic.hint}", file=sys.stderr)
        elif classic.name != "bm3d" or not setting.quick:
            methods[classic.name] = partial(run_classic, classic.name)
    mean = {name: float(np.mean(_psnrs(pictures, level, method))) for name, method in methods.items()}
    told = ", ".join(f"{name} {value:.2f}" for name, value in mean.items())
    claim, details = f"{kind}, σ {level}", f"{told} dB"
    over = mean["ours"] - mean["nlm"]
    found = [Row(claim, "dB over non-local means", over, ">= 2.5", over >= 2.5, details)]
    if "bm3d" in mean:
        over, least = mean["ours"] - mean["bm3d"], 0.0 if level == 15 else 0.2
        found.append(Row(claim, "dB over BM3D, told σ", over, f">= {least}", over >= least, details))
    return found


def _psnrs(pictures: dict[str, np.ndarray], level: int, method: Method) -> list[float]:
    """One for each picture; the noise is not clipped, as is usual where methods are compared."""
    found = []
    for i, (name, x) in enumerate(pictures.items()):
        y = x + np.random.default_rng(1000 * level + i).normal(0, level / 255, x.shape).astype(np.float32)
        found.append(psnr(np.clip(method(y, level / 255), 0, 1), x))
        print(f"  σ {level} {name}: {found[-1]:.2f} dB", file=sys.stderr, flush=True)
    return found


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """In dB, of pictures on [0, 1]."""
    return float(-10 * np.log10(max(np.mean(np.square(a - b)), 1e-10)))


def cleaned(y: np.ndarray, cleaner: Cleaner) -> np.ndarray:
    """``y`` without its noise, in float32, with no σ told."""
    x = torch.from_numpy(np.ascontiguousarray(y.transpose(2, 0, 1)))[None]
    with torch.inference_mode():
        out = cleaner(x.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last))
    out = out if x.shape[1] == 3 else out.mean(dim=1, keepdim=True)
    return out[0].permute(1, 2, 0).numpy()


def _clean(colour: dict[str, np.ndarray], grey: dict[str, np.ndarray], cleaner: Cleaner) -> list[Row]:
    found = []
    for kind, pictures in (("colour", colour), ("grey", grey)):
        values = []
        for x in pictures.values():
            pixels = np.rint(255 * x).astype(np.uint8)
            back, _ = denoise(Picture(pixels), cleaner, precision="float32")
            values.append(psnr(back.pixels / 255, pixels / 255))
        mean = float(np.mean(values))
        details = ", ".join(f"{name} {v:.1f}" for name, v in zip(pictures, values, strict=True))
        found.append(Row(f"{kind}, clean", "dB after denoising", mean, ">= 44", mean >= 44, details))
    return found


def _camera(pictures: dict[str, np.ndarray], cleaner: Cleaner) -> list[Row]:
    """Cameras at several sensitivities: Poisson–Gaussian, correlated, through JPEG, 8 bits."""
    generator = torch.Generator().manual_seed(7)
    before, after = [], []
    for x in pictures.values():
        t = torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)))[None].expand(_DRAWS, -1, -1, -1)
        for y in noise.camera(t, generator).permute(0, 2, 3, 1).numpy():
            before.append(psnr(y, x))
            after.append(psnr(np.clip(cleaned(y, cleaner), 0, 1), x))
    gain = float(np.mean(after) - np.mean(before))
    details = f"{np.mean(before):.2f} to {np.mean(after):.2f} dB, {len(before)} shots"
    return [Row("camera noise, simulated", "dB better than the input", gain, ">= 2", gain >= 2, details)]
