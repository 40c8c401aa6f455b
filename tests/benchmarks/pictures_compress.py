"""What the codec saves beside JPEG, WebP, AVIF and JPEG 2000 in real bytes, its cost, and the archive."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
from PIL import Image

from aestudio.pictures.codec.found import find_codec
from aestudio.pictures.codec.model import CodecModel
from aestudio.pictures.codec.rate import level_of
from aestudio.pictures.codec.stream import Encoder, decode
from aestudio.pictures.curves import RIVALS, Point, bd_rate, psnr, psnr_at, rival_curve
from aestudio.pictures.picture import Picture
from tests.benchmarks.pictures_rows import Row, Setting

_QUALITIES = (1, 8, 16, 24, 32, 40, 48, 56, 64, 72, 82, 92, 100)
_TARGETS = {"JPEG": -28.0, "WebP": 8.0}


def rows(setting: Setting) -> list[Row]:
    """BD-rates by picture, averaged; PSNR is over all channels, rates are of whole files."""
    model = find_codec(setting.model("photo-codec"))
    pictures = setting.pictures()
    curves = {name: _curve(model, pixels) for name, pixels in pictures.items()}
    found = []
    for rival in RIVALS:
        gaps = {n: 100 * bd_rate(curves[n], rival_curve(rival, pixels)) for n, pixels in pictures.items()}
        mean = float(np.nanmean(list(gaps.values())))
        target = _TARGETS.get(rival.name)
        told = ", ".join(f"{name} {gap:+.1f}" for name, gap in gaps.items())
        met = target is None or mean <= target
        wanted = "told, no target" if target is None else f"<= {target:+.0f}"
        found.append(Row("compress", f"BD-rate against {rival.name}, %", mean, wanted, met, told))
    return [*found, *_quality(curves), *_cost(setting, model)]


def _curve(model: CodecModel, pixels: np.ndarray) -> list[Point]:
    encoder = Encoder(model, Picture(pixels))
    found = []
    for quality in _QUALITIES:
        encoded = encoder.at(level_of(quality, model.exact.top))
        bits = 8 * len(encoded.file) / (pixels.shape[0] * pixels.shape[1])
        found.append(Point(bits, psnr(pixels, encoded.preview().pixels)))
    return found


def _quality(curves: dict[str, list[Point]]) -> list[Row]:
    tops = {name: curve[-1].psnr for name, curve in curves.items()}
    mean = float(np.mean(list(tops.values())))
    told = ", ".join(f"{name} {top:.1f}" for name, top in tops.items())
    found = [Row("compress", "PSNR at the top of the slider, dB", mean, ">= 40", mean >= 40, told)]
    for rate in (0.25, 0.5, 1.0):
        reached = [psnr_at(curve, rate) for curve in curves.values()]
        value = float(np.nanmean(reached))
        found.append(Row("compress", f"PSNR at {rate} bits a pixel, dB", value, "told, no target", met=True))
    return found


def _cost(setting: Setting, model: CodecModel) -> list[Row]:
    """Processor time of both sides at quality 50, and whether a picture is what its preview was."""
    strips = [pixels[:256] for pixels in setting.pictures().values() if len(pixels) >= 256]
    pixels = np.tile(np.concatenate(strips, axis=1), (4, 1, 1))
    picture = Picture(pixels)
    level = level_of(50, model.exact.top)
    began = time.process_time()
    encoded = Encoder(model, picture).at(level)
    written = time.process_time()
    back = decode(model, encoded.file)
    seconds = written - began, time.process_time() - written
    each = [spent / picture.megapixels for spent in seconds]
    same = float(np.array_equal(back.pixels, encoded.preview().pixels))
    return [
        Row("compress, cost", "encode, CPU-seconds a megapixel", each[0], "<= 1.5", each[0] <= 1.5),
        Row("compress, cost", "decode, CPU-seconds a megapixel", each[1], "<= 1.5", each[1] <= 1.5),
        Row("compress", "opened is the preview, byte for byte", same, "= 1", same == 1),
    ]


def archive_rows(setting: Setting) -> list[Row]:
    """MNIST's 10,000 test images through a run: ``--model compressor-20=FOLDER``, trained by the program."""
    from aestudio.data.door import open_data
    from aestudio.pictures.codec.archive import ArchiveEncoder, unpack_images
    from aestudio.pictures.codec.container import unseal
    from aestudio.pictures.own_runs import open_own_run
    from aestudio.spec.run import DataSpec

    run = open_own_run(Path(setting.model("compressor-20")))
    data = open_data(DataSpec())
    images = data.images.index_select(0, data.test)
    file = ArchiveEncoder(run, images).file(5)
    back = unpack_images(run, unseal(file, "it"), "it")
    each, gain = len(file) / len(images), psnr(images.numpy(), back)
    webp = np.mean([len(_webp(image)) for image in images.numpy()[:200, 0]])
    told = f"WebP at its lowest quality: {webp:.1f}"
    return [
        Row("archive", "bytes an MNIST image, header shared", each, "<= 32", each <= 32, told),
        Row("archive", "PSNR, dB", gain, ">= 23.1", gain >= 23.1),
    ]


def _webp(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "WEBP", quality=0, method=6)
    return file.getvalue()
