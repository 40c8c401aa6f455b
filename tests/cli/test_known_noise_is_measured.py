"""``aestudio denoise --add-noise``: what was put on, what is left of it, and how the classics fare."""

from __future__ import annotations

import importlib.util
import io
import json
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from aestudio.cli import main
from aestudio.pictures.classics import run_classic
from aestudio.pictures.damage import Damage, damaged, true_sigma
from aestudio.pictures.picture import Picture
from aestudio.pictures.quality import psnr, ssim


@pytest.fixture
def clean() -> Picture:
    """A part of the temple, 128 by 96."""
    return Picture(np.ascontiguousarray(load_sample_images().images[0][100:196, 200:328]))


@pytest.fixture
def photo(clean: Picture, tmp_path: Path) -> Path:
    """The same as a file."""
    Image.fromarray(clean.pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def _row(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (row,) = json.loads(capsys.readouterr().out)["pictures"]
    return row


def test_before_and_after_are_told(
    photo: Path, clean: Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--add-noise", "white=30", "--measure", "--json", "--out", str(tmp_path / "out")]
    assert main(["denoise", str(photo), *options, "--threads", "1"]) == 0
    row, noisy = _row(capsys), damaged(clean, Damage("white", 30))
    written = np.asarray(Image.open(tmp_path / "out" / "photo.png"))
    assert row["added_noise"] == {
        "kind": "white",
        "amount": 30,
        "sigma": round(255 * true_sigma(clean.pixels, noisy.pixels, 255), 2),
    }
    for name, pixels in (("noisy", noisy.pixels), ("denoised", written)):
        assert row["measured"][name]["psnr_db"] == round(psnr(pixels, clean.pixels, 255), 4)
        assert row["measured"][name]["ssim"] == round(ssim(pixels, clean.pixels, 255), 4)
    assert row["measured"]["denoised"]["psnr_db"] > row["measured"]["noisy"]["psnr_db"] + 3
    assert row["noise_sigma"] == pytest.approx(row["added_noise"]["sigma"], rel=0.3)


def test_classics_are_told_the_true_sigma(
    photo: Path, clean: Picture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of salt and pepper, too, whose amount is none."""
    options = ["--add-noise", "salt-and-pepper=4", "--beside", "wavelets,nlm", "--strength", "0", "--json"]
    assert main(["denoise", str(photo), *options, "--threads", "1"]) == 0
    measured, noisy = _row(capsys)["measured"], damaged(clean, Damage("salt-and-pepper", 4))
    assert list(measured) == ["noisy", "denoised", "wavelets", "nlm"]
    assert measured["noisy"] == measured["denoised"]
    for name in ("wavelets", "nlm"):
        out = run_classic(
            name, noisy.pixels.astype(np.float32) / 255, true_sigma(clean.pixels, noisy.pixels, 255)
        )
        assert measured[name]["psnr_db"] == pytest.approx(
            psnr(np.rint(255 * out), clean.pixels, 255), abs=1e-3
        )


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")
def test_ctrl_c_ends_a_classic(
    photo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A terminal sends it to the classic's own process too, which is still starting then."""
    Image.fromarray(np.asarray(load_sample_images().images[0])).save(photo)
    begin, pressed = SpawnProcess.start, list[float]()

    def begin_and_press(process: SpawnProcess) -> None:
        begin(process)
        pressed.append(time.monotonic())
        for each in (process.pid, os.getpid()):
            assert each
            os.kill(each, signal.SIGINT)

    monkeypatch.setattr(SpawnProcess, "start", begin_and_press)
    options = ["--add-noise", "white=25", "--beside", "nlm", "--strength", "0", "--threads", "1"]
    assert main(["denoise", str(photo), *options]) == 130
    assert time.monotonic() - pressed[0] < 2
    assert not multiprocessing.active_children()
    assert "Traceback" not in capfd.readouterr().err


def test_sixteen_bits_are_measured_as_they_are(
    clean: Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grey = clean.pixels[..., 0].astype(np.uint16) * 257
    Image.fromarray(grey).save(tmp_path / "deep.png")
    options = ["--add-noise", "white=10", "--beside", "nlm", "--strength", "0", "--json"]
    assert main(["denoise", str(tmp_path / "deep.png"), *options, "--threads", "1"]) == 0
    row = _row(capsys)
    assert row["measured"]["noisy"]["psnr_db"] == pytest.approx(-20 * np.log10(10 / 255), abs=0.15)
    assert row["measured"]["nlm"]["psnr_db"] > row["measured"]["noisy"]["psnr_db"] + 1


def test_the_text_says_the_same(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["denoise", str(photo), "--add-noise", "speckle", "--beside", "nlm", "--threads", "1"]) == 0
    path, head, *lines = capsys.readouterr().out.splitlines()
    assert path == str(photo.with_name("photo-denoised.png"))
    assert head.startswith(f"{photo}: speckle 20, σ ")
    assert [line.split()[0] for line in lines] == ["noisy", "denoised", "nlm"]
    assert all(" dB   SSIM 0." in line for line in lines)


def test_unless_asked_nothing_is_measured(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--add-noise", "camera=1", "--strength", "0", "--json", "--threads", "1"]
    assert main(["denoise", str(photo), *options]) == 0
    row = _row(capsys)
    assert row["added_noise"]["amount"] == 1
    assert "measured" not in row
    assert np.asarray(Image.open(photo.with_name("photo-denoised.png"))).std() > 0


def test_through_a_pipe_the_figures_do_not_mix_with_the_picture(
    photo: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(photo.read_bytes())))
    assert main(["denoise", "-", "--add-noise", "jpeg=5", "--measure", "--threads", "1"]) == 0
    out, err = capsysbinary.readouterr()
    assert Image.open(io.BytesIO(out)).size == (128, 96)
    assert out.endswith(b"IEND\xaeB`\x82")
    assert b"  denoised  " in err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--add-noise", "grain"], "there is no kind 'grain'; use one of white, camera"),
        (["--add-noise", "grain=x"], "there is no kind 'grain'; use one of white, camera"),
        (["--add-noise", "white=much"], "--add-noise: 'much' is no number; use white=25"),
        (["--add-noise", "white=300"], "300 is out of range; use a number from 0 to 100 (σ of 255)"),
        (["--add-noise", "white", "--beside", "nlm,median"], "none called 'median'; use one of nlm"),
        (["--measure"], "--measure: needs pictures known without noise; give --add-noise, as white=25"),
        (["--beside", "nlm"], "--beside: needs pictures known without noise"),
    ],
)
def test_wrong_usage_is_code_2(
    given: list[str], told: str, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["denoise", str(photo), *given]) == 2
    assert told in capsys.readouterr().err
    assert not photo.with_name("photo-denoised.png").exists()


def test_a_classic_that_is_missing_is_said_before_the_work(
    photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "bm3d" else find(name))
    assert main(["denoise", str(photo), "--add-noise", "white", "--beside", "nlm,bm3d"]) == 1
    assert "BM3D needs bm3d, not installed here; pip install bm3d" in capsys.readouterr().err
    assert not photo.with_name("photo-denoised.png").exists()
