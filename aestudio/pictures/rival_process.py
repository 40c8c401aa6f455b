"""The other side of :mod:`aestudio.pictures.rivals`: a process that encodes one picture as it is asked to.

It reads a line of JSON with the picture's shape, the pixels, and then a request a line; it answers each by a
line of JSON, and pixels behind it where those were asked for.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import numpy as np
from PIL import Image

from aestudio.pictures.codec.sizes import SizeLaw
from aestudio.pictures.curves import RIVALS, Rival, middle, psnr

_PART = 1_000_000  # pixels on which settings are tried first
_CANNOT = (OSError, KeyError, ValueError, MemoryError)


def main() -> None:
    """Answer until nobody asks any more."""
    if hasattr(os, "nice"):
        os.nice(10)
    source, out = sys.stdin.buffer, sys.stdout.buffer
    shape = json.loads(source.readline())
    pixels = np.frombuffer(source.read(int(np.prod(shape))), np.uint8).reshape(shape)
    for line in source:
        try:
            told, back = _answered(pixels, json.loads(line))
        except _CANNOT as error:
            told, back = {"error": str(error) or type(error).__name__}, b""
        out.write(json.dumps(told).encode() + b"\n" + back)
        out.flush()


def _answered(pixels: np.ndarray, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    Image.init()
    rival = next(each for each in RIVALS if each.name == asked["rival"])
    if "setting" in asked:
        file, told = rival.encode(_plain(pixels), asked["setting"]), {}
    else:
        file, setting = fitted(rival, _plain(pixels), asked["most"])
        told = {"setting": setting}
    seen = decoded(file, pixels.shape)
    found = {**told, "bytes": len(file), "psnr": psnr(pixels, seen)}
    return found, b"" if "setting" in asked else seen.tobytes()


def fitted(rival: Rival, pixels: np.ndarray, most: int) -> tuple[bytes, float]:
    """The file of the finest setting with at most ``most`` bytes, or of the coarsest, and the setting.

    A part of the picture, which is encoded soon, tells where to try: AVIF takes a second a megapixel.
    """
    settings, part, law = rival.settings, middle(pixels, _PART), SizeLaw()
    top = len(settings) - 1
    if part is not pixels:
        for at in (top // 4, top // 2, 3 * top // 4):
            law = law.with_sample(at, len(rival.encode(part, settings[at])) * pixels.size / part.size)
    low, high, best = -1, len(settings), b""  # what fits, what does not, and the file of what fits
    while high - low > 1:
        expected = law.level_for(most, top)
        at = (low + high) // 2 if expected is None else min(max(expected, low + 1), high - 1)
        file = rival.encode(pixels, settings[at])
        law = law.with_tried(at, len(file))
        if len(file) <= most:
            low, best = at, file
        else:
            high = at
    return (best, settings[low]) if best else (rival.encode(pixels, settings[0]), settings[0])


def decoded(file: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """Pixels uint8 (H, W, C) of a rival's file."""
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image.convert("L" if shape[2] == 1 else "RGB")).reshape(shape)


def _plain(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels


if __name__ == "__main__":
    main()
