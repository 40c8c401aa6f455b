"""Known noise has the strength and the kind that it is asked for, and leaves all but the pixels as it was."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

from aestudio.pictures import damage as module
from aestudio.pictures.damage import KINDS, Damage, damaged, true_sigma
from aestudio.pictures.noise import READ, SHOT, to_linear
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr
from aestudio.spec.faults import SpecError


def _flat(value: int, channels: int = 1, side: int = 256) -> Picture:
    return Picture(np.full((side, side, channels), value, np.uint8))


def _added(picture: Picture, kind: str, amount: float, seed: int = 0) -> np.ndarray:
    """What was put on, where white is 255."""
    return damaged(picture, Damage(kind, amount, seed)).pixels.astype(float) - picture.pixels


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("depth", [8, 16])
def test_all_but_the_pixels_stays(kind: str, channels: int, depth: int, photograph: np.ndarray) -> None:
    pixels = photograph[..., :channels] if depth == 8 else photograph[..., :channels].astype(np.uint16) * 257
    alpha = np.full(pixels.shape[:2], 7, pixels.dtype)
    picture, before = Picture(pixels, alpha, b"profile", Path("there.png")), pixels.copy()
    spoilt = damaged(picture, Damage(kind, KINDS[kind].start))
    assert (spoilt.alpha is alpha, spoilt.icc, spoilt.source) == (True, b"profile", picture.source)
    assert (spoilt.pixels.dtype, spoilt.pixels.shape) == (pixels.dtype, pixels.shape)
    assert np.array_equal(picture.pixels, before), "the clean picture was written into"
    assert 15 < psnr(spoilt.pixels, pixels, picture.peak) < 35


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_give_equal_bytes(kind: str, photograph: np.ndarray) -> None:
    picture = Picture(photograph)
    a, b, c = (damaged(picture, Damage(kind, KINDS[kind].start, seed)).pixels for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert np.array_equal(a, c) == (kind == "jpeg"), "the seed is of no use, or of too much"


@pytest.mark.parametrize("kind", KINDS)
def test_strips_and_tiles_do_not_show(
    kind: str, photograph: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, asked = Picture(photograph), Damage(kind, KINDS[kind].start)
    whole = damaged(picture, asked).pixels
    monkeypatch.setattr(module, "_STRIP", 7 * 300)
    monkeypatch.setattr("aestudio.pictures.tiles.FIRST", 64)
    assert np.array_equal(damaged(picture, asked).pixels, whole)


@pytest.mark.parametrize("sigma", [0, 5, 40])
@pytest.mark.parametrize("depth", [8, 16])
def test_white_noise_has_its_level(sigma: float, depth: int) -> None:
    picture = _flat(128, 3) if depth == 8 else Picture(np.full((256, 256, 3), 32768, np.uint16))
    noisy = damaged(picture, Damage("white", sigma))
    assert 255 * _sigma(picture, noisy) == pytest.approx(sigma, rel=0.02, abs=0.01)
    if sigma:
        noise = noisy.pixels.astype(float) - picture.pixels
        assert abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]) < 0.01
        assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.02


def test_salt_and_pepper_hits_its_share_of_the_pixels() -> None:
    noisy = damaged(_flat(90, 3, 512), Damage("salt-and-pepper", 20)).pixels
    assert set(np.unique(noisy)) == {0, 90, 255}
    assert (noisy.min(axis=2) == noisy.max(axis=2)).all(), "a channel was hit by itself"
    assert np.mean(noisy == 0) == pytest.approx(0.1, rel=0.05)
    assert np.mean(noisy == 255) == pytest.approx(0.1, rel=0.05)


def test_speckle_grows_with_the_brightness() -> None:
    for value in (0, 40, 120):
        assert _added(_flat(value), "speckle", 20).std() == pytest.approx(0.2 * value, rel=0.03)


@pytest.mark.parametrize("amount", [0, 0.5, 1])
@pytest.mark.parametrize("value", [60, 180])
def test_a_cameras_noise_is_that_of_its_sensitivity(amount: float, value: int) -> None:
    """In linear light, in a grey picture; JPEG and the edges of the tone curve take a little of it."""
    clean = _flat(value)
    light = float(to_linear(torch.tensor(value / 255)))
    slope = (float(to_linear(torch.tensor((value + 1) / 255))) - light) * 255
    shot, read = (low * (high / low) ** amount for low, high in (SHOT, READ))
    expected = (shot * light + read**2) ** 0.5 / slope
    found = [_sigma(clean, damaged(clean, Damage("camera", amount, seed))) for seed in range(6)]
    assert np.median(found) == pytest.approx(expected, rel=0.2, abs=0.3 / 255)


def _sigma(clean: Picture, noisy: Picture) -> float:
    return true_sigma(clean.pixels, noisy.pixels, clean.peak)


def test_a_cameras_noise_is_correlated_and_coloured() -> None:
    beside, gains = [], []
    for seed in range(6):
        noise = _added(_flat(128, 3), "camera", 1, seed)
        beside.append(np.corrcoef(noise[:, 1:, 1].ravel(), noise[:, :-1, 1].ravel())[0, 1])
        gains.append(noise[..., [0, 2]].std() / noise[..., 1].std())
    assert np.median(beside) > 0.1
    assert max(gains) > 1.15


def test_jpeg_is_pillows_to_the_byte() -> None:
    """Although it goes by tiles: the picture is larger than one, and its sides are multiples of nothing."""
    china, flower = load_sample_images().images
    pixels = np.concatenate([np.concatenate([china, flower] * 2, axis=1)] * 2)[:803, :1411]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=30, subsampling="4:2:0")
    told: list[float] = []
    found = damaged(Picture(pixels), Damage("jpeg", 30), lambda share, _: told.append(share)).pixels
    assert np.array_equal(found, np.asarray(Image.open(buffer)))
    assert len(told) > 2, "it was one tile"


@pytest.mark.parametrize("kind", ["jpeg", "camera"])
def test_what_keeps_eight_bits_says_white_in_sixteen(kind: str, photograph: np.ndarray) -> None:
    amount = KINDS[kind].start
    eight = damaged(Picture(photograph), Damage(kind, amount)).pixels
    sixteen = damaged(Picture(photograph.astype(np.uint16) * 257), Damage(kind, amount)).pixels
    assert (sixteen % 257 == 0).all()
    assert np.abs(sixteen // 257 - eight.astype(int)).mean() < 0.5
    assert kind != "jpeg" or np.array_equal(sixteen // 257, eight)


def test_more_is_worse(photograph: np.ndarray) -> None:
    picture = Picture(photograph)
    for kind in KINDS.values():
        amounts = [kind.low, (kind.low + kind.high) / 2, kind.high]
        levels = [_sigma(picture, damaged(picture, Damage(kind.name, a))) for a in amounts]
        assert levels == sorted(levels, reverse=kind.name == "jpeg"), kind.name


class _Enough(Exception):
    pass


@pytest.mark.parametrize("kind", KINDS)
def test_progress_is_told_and_may_end_it(kind: str) -> None:
    picture = Picture(np.zeros((3000, 3000, 1), np.uint8))
    told: list[float] = []

    def tell(share: float, doing: str) -> None:
        assert doing
        told.append(share)
        if len(told) == 3:
            raise _Enough

    with pytest.raises(_Enough):
        damaged(picture, Damage(kind, KINDS[kind].start), tell)
    assert told[0] == 0
    assert told[2] <= 2 * 4 / 9, "it is told too seldom"
    shares: list[float] = []
    damaged(Picture(picture.pixels[:64]), Damage(kind, KINDS[kind].start), lambda s, _: shares.append(s))
    assert shares[-1] == 1
    assert shares == sorted(shares)


@pytest.mark.parametrize("kind", ["white", "salt-and-pepper", "jpeg"])
def test_a_large_picture_takes_little_memory(kind: str) -> None:
    picture = Picture(np.zeros((3000, 4000, 1), np.uint8))
    tracemalloc.start()
    try:
        damaged(picture, Damage(kind, KINDS[kind].start))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < picture.pixels.nbytes + 40e6


@pytest.mark.parametrize(
    ("kind", "amount", "seed", "told"),
    [
        ("grain", 1, 0, "noise: there is no kind 'grain'; use one of white, camera, salt-and-pepper"),
        ("white", 101, 0, r"noise white: 101 is out of range; use a number from 0 to 100 \(σ of 255\)"),
        ("jpeg", 0, 0, "noise jpeg: 0 is out of range"),
        ("camera", float("nan"), 0, "noise camera: nan is out of range"),
        ("white", 1, -1, "seed: -1 is out of range"),
    ],
)
def test_what_is_out_of_range_is_refused(kind: str, amount: float, seed: int, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        Damage(kind, amount, seed)


def test_every_kind_starts_within_its_bounds() -> None:
    for name, kind in KINDS.items():
        assert Damage(name, kind.start).kind == kind.name
        assert kind.low < kind.start < kind.high
        assert kind.label
        assert kind.help
        assert kind.unit


def test_a_form_of_it_needs_no_torch() -> None:
    code = "import sys, aestudio.pictures.damage; sys.exit('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode
        == 0
    )
