"""The denoisers that a net is held against do their work, or say what is missing."""

from __future__ import annotations

import importlib.util
import multiprocessing
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aestudio.pictures.classics import CLASSICS, find_classic, is_here, run_classic, run_classic_apart
from aestudio.pictures.quality import psnr
from aestudio.spec.faults import SpecError, UserError

ROOT = Path(__file__).parents[2]
SHIPPED = ("nlm", "wavelets")  # with the extra that the tests have
GAINS = {"nlm": (2.2, 2.9), "wavelets": (1.65, 3.4), "bm3d": (3.4, 5.6)}
"""Least dB in grey and in colour, of noise of σ 25 in a small picture full of detail."""


def _noisy(clean: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma, clean.shape)
    return (clean + noise).astype(np.float32)


@pytest.fixture
def clean(photograph: np.ndarray) -> np.ndarray:
    """float32 (96, 112, 3) on [0, 1]."""
    return photograph[:96, :112].astype(np.float32) / 255


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_is_taken_off(name: str, channels: int, clean: np.ndarray) -> None:
    if not is_here(CLASSICS[name]):
        pytest.skip(f"{name} is not installed")
    x = clean[..., :channels]
    y = _noisy(x, 25 / 255)
    before = y.copy()
    out = run_classic(name, y, 25 / 255)
    assert (out.shape, out.dtype) == (y.shape, np.float32)
    assert out.min() >= 0
    assert out.max() <= 1
    assert psnr(out, x, 1) > psnr(np.clip(y, 0, 1), x, 1) + GAINS[name][channels // 2]
    assert np.array_equal(y, before), "it wrote into what it was given"


@pytest.mark.parametrize("name", SHIPPED)
def test_what_it_is_told_decides(name: str, clean: np.ndarray) -> None:
    y = _noisy(clean, 0.1)
    kept = [float(np.abs(run_classic(name, y, sigma) - np.clip(y, 0, 1)).mean()) for sigma in (0, 0.02, 0.1)]
    assert kept[0] == 0
    assert kept[1] < 0.6 * kept[2]


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (5, 40, 3), (40, 5, 3), (33, 31, 1)])
def test_any_size_is_taken(name: str, shape: tuple[int, int, int]) -> None:
    if not is_here(CLASSICS[name]):
        pytest.skip(f"{name} is not installed")
    out = run_classic(name, np.random.default_rng(0).random(shape, np.float32), 0.1)
    assert out.shape == shape
    assert np.isfinite(out).all()


def test_what_is_missing_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n in ("bm3d", "pywt") else find(n))
    assert [name for name, classic in CLASSICS.items() if is_here(classic)] == ["nlm"]
    with pytest.raises(UserError, match="BM3D needs bm3d, not installed here; pip install bm3d"):
        find_classic("bm3d")
    with pytest.raises(UserError, match=r"PyWavelets, not installed here; pip install 'aestudio\[science\]'"):
        run_classic("wavelets", np.zeros((8, 8, 1), np.float32), 0.1)


def test_wrong_usage_is_refused() -> None:
    with pytest.raises(SpecError, match="there is none called 'median'; use one of nlm, wavelets, bm3d"):
        find_classic("median")
    with pytest.raises(SpecError, match="sigma: 25 is out of range; use a number from 0 to 1"):
        run_classic("nlm", np.zeros((8, 8, 1), np.float32), 25)


def test_asking_what_is_here_imports_nothing() -> None:
    code = """if True:
        import sys
        from aestudio.pictures.classics import CLASSICS, is_here
        asked = [is_here(classic) for classic in CLASSICS.values()]
        sys.exit(bool({"skimage", "pywt", "bm3d", "torch"} & {*sys.modules}))
    """
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_apart_it_comes_to_the_same(clean: np.ndarray) -> None:
    y = _noisy(clean, 0.1)
    out = run_classic_apart("nlm", y, 0.1, lambda: None)
    assert np.array_equal(out, run_classic("nlm", y, 0.1))


def test_apart_it_is_broken_off() -> None:
    class NobodyWaits(Exception):
        pass

    def ask() -> None:
        raise NobodyWaits

    big = np.zeros((2000, 2000, 3), np.float32)
    with pytest.raises(NobodyWaits):
        run_classic_apart("nlm", big, 0.1, ask)
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_told_of() -> None:
    def ask() -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(UserError, match="Non-local means has ended without a result"):
        run_classic_apart("nlm", np.zeros((2000, 2000, 3), np.float32), 0.1, ask)


def test_a_process_that_was_stopped_first_is_no_fault() -> None:
    """Where a terminal's Ctrl+C reaches it too, as on Windows."""
    children = []

    def ask() -> None:
        if children:
            raise KeyboardInterrupt
        for child in multiprocessing.active_children():
            child.kill()
            children.append(child)
            child.join()

    with pytest.raises(KeyboardInterrupt):
        run_classic_apart("nlm", np.zeros((2000, 2000, 3), np.float32), 0.1, ask)
