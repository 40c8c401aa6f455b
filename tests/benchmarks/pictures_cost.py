"""What denoising costs: processor time a megapixel, memory for a large photograph, and the first tile."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image

from aestudio.pictures.cleaners import find_cleaner
from aestudio.pictures.denoise import Cleaner, denoise, find_noise
from aestudio.pictures.picture import Picture
from aestudio.pictures.tiles import Box
from aestudio.training.device import has_fast_bfloat16
from tests.benchmarks.pictures_rows import Row, Setting

ROOT = Path(__file__).resolve().parents[2]
LARGE = (4000, 6000)


def rows(setting: Setting) -> list[Row]:
    """Every row; seconds are processor time of this process, so that a busy machine matters less."""
    cleaner = find_cleaner(setting.model("photo-denoiser"))
    picture = made_of(setting, 1536, 2048)
    full = _timed(picture, cleaner, "float32")
    found = [Row("cost, float32", "CPU-seconds a megapixel", full, "<= 1.3", full <= 1.3)]
    if has_fast_bfloat16(torch.device("cpu")):
        half = _timed(picture, cleaner, "bfloat16")
        lost = _lost(made_of(setting, 512, 512, 0), cleaner)
        found.append(Row("cost, bfloat16", "CPU-seconds a megapixel", half, "<= 0.8", half <= 0.8))
        found.append(Row("cost, bfloat16", "dB lost at σ 25", lost, "<= 0.05", lost <= 0.05))
    return [*found, _first(setting, cleaner), _memory(setting)]


def made_of(setting: Setting, height: int, width: int, sigma: float = 15) -> Picture:
    """The pictures side by side, over and over, with noise of ``sigma``."""
    strips = [p[:256] for p in setting.pictures().values() if len(p) >= 256]
    row = np.concatenate(strips, axis=1)
    row = np.tile(row, (1, -(-width // row.shape[1]), 1))
    pixels = np.concatenate([np.roll(row, 97 * i, axis=1) for i in range(-(-height // 256))])[:height, :width]
    noise = np.random.default_rng(0).normal(0, sigma, (256, *pixels.shape[1:])).astype(np.float32)
    out = np.empty_like(pixels)
    for top in range(0, height, 256):
        part = pixels[top : top + 256]
        out[top : top + 256] = np.clip(np.rint(part + noise[: len(part)]), 0, 255)
    return Picture(out)


def _timed(picture: Picture, cleaner: Cleaner, precision: str) -> float:
    """CPU-seconds a megapixel, the median of three."""
    denoise(Picture(picture.pixels[:256, :256]), cleaner, precision=precision)  # weights are laid out once
    seconds = []
    for _ in range(3):
        began = time.process_time()
        denoise(picture, cleaner, precision=precision)
        seconds.append(time.process_time() - began)
    return median(seconds) / picture.megapixels


def _lost(picture: Picture, cleaner: Cleaner) -> float:
    """PSNR in float32 less that in bfloat16, of a clean ``picture`` with σ 25 put onto it."""
    clean = picture.pixels
    rough = clean + np.random.default_rng(1).normal(0, 25, clean.shape)
    noisy = Picture(np.clip(np.rint(rough), 0, 255).astype(np.uint8))
    errors = []
    for precision in ("float32", "bfloat16"):
        back, _ = denoise(noisy, cleaner, precision=precision)
        errors.append(np.mean(np.square(back.pixels.astype(float) - clean)))
    return float(10 * np.log10(errors[1] / errors[0]))


def _first(setting: Setting, cleaner: Cleaner) -> Row:
    """From the opened picture to the first tile in sight, wall time, the best of three."""
    picture = made_of(setting, *LARGE)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        next(find_noise(picture, cleaner, visible=Box(1000, 1500, 2000, 3000)))
        seconds.append(time.perf_counter() - began)
    best = min(seconds)
    return Row("24 megapixels", "seconds to the first tile in sight", best, "<= 0.5", best <= 0.5)


def _memory(setting: Setting) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.png"
        Image.fromarray(made_of(setting, *LARGE).pixels).save(large, compress_level=1)
        command = [sys.executable, "-m", "aestudio", "denoise", str(large), "--out", f"{folder}/out"]
        command += ["--model", setting.model("photo-denoiser"), "--threads", "1"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6  # kilobytes, on Linux
    return Row("24 megapixels", "GB at the peak, the whole command", peak, "<= 1.5", peak <= 1.5)
