"""``compress``, ``decompress`` and ``inspect`` on folders, pipes, bad inputs and archives."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile
from skimage import data

from aestudio.cli import main
from aestudio.data.door import open_data
from aestudio.pictures.picture import open_picture
from aestudio.pictures.quality import psnr
from aestudio.spec.parts import BOTTLENECKS, LAYERS
from aestudio.spec.run import ModelSpec
from tests.library.kept_runs import kept
from tests.pictures.codec.conftest import TINY, flower, model_file
from tests.small import small_mnist, small_run


@pytest.fixture
def model(tmp_path: Path) -> list[str]:
    """The option that names the tiny codec."""
    path = tmp_path / "tiny.safetensors"
    path.write_bytes(model_file())
    return ["--model", str(path), "--threads", "1"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a good picture, a bad one, and a good one further down."""
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    Image.fromarray(flower()[:96, :120]).save(folder / "a.png")
    Image.fromarray(flower()[96:160, :80, 0]).save(folder / "below" / "grey.tif")
    (folder / "bad.jpg").write_bytes(b"no picture")
    return folder


def _told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_folder_is_compressed_and_comes_back(
    photos: Path, model: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, back = tmp_path / "out", tmp_path / "back"
    command = ["compress", str(photos), "--out", str(out), "--quality", "80", "--json", "--measure", *model]
    assert main(command) == 1, "one input is bad"
    rows = {Path(row["in"]).name: row for row in _told(capsys)["files"]}
    assert "is no picture" in rows["bad.jpg"]["error"]
    assert rows["a.png"]["bytes"] == (out / "a.aes").stat().st_size
    assert rows["a.png"]["bytes_before"] == (photos / "a.png").stat().st_size
    assert 0.9 < rows["a.png"]["ssim"] < 1
    assert main(["decompress", str(out), "--out", str(back), *model]) == 0
    pixels = np.asarray(Image.open(back / "a.png"))
    assert round(psnr(flower()[:96, :120], pixels, 255), 4) == rows["a.png"]["psnr_db"]
    with Image.open(back / "below" / "grey.png") as grey:
        assert (grey.mode, grey.size) == ("L", (80, 64))


def test_a_file_stands_beside_its_picture_and_is_not_overwritten(
    photos: Path, model: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["compress", str(photos / "a.png"), "--target-bytes", "2500", *model]
    assert main(command) == 0
    file = photos / "a.aes"
    assert capsys.readouterr().out == f"{file}\n"
    assert 2000 < file.stat().st_size <= 2500
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err
    assert main([*command, "--overwrite"]) == 0
    assert main(["decompress", str(file), *model]) == 1, "it would go onto the original"
    before = (photos / "a.png").read_bytes()
    assert main(["decompress", str(file), *model, "--overwrite"]) == 1
    assert "is older than a.aes, which may have been made of it" in capsys.readouterr().err
    assert (photos / "a.png").read_bytes() == before
    out = ["--out", str(photos / "out")]
    assert main(["decompress", str(file), *model, *out]) == 0
    assert main(["decompress", str(file), *model, *out, "--overwrite"]) == 0, "a result of before is replaced"


def test_bytes_that_are_too_few_are_told_with_the_picture(
    photos: Path, model: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    good = [str(photos / "a.png"), str(photos / "below" / "grey.tif")]
    assert main(["compress", *good, "--target-bytes", "10", *model]) == 1
    told = capsys.readouterr().err
    for name in good:
        assert f"aestudio: {name}: 10 bytes are too few" in told


def test_a_pipe_goes_through(
    photos: Path,
    model: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    def piped(data: bytes, *command: str) -> bytes:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert main([*command, *model]) == 0
        out, err = capsysbinary.readouterr()
        assert (b" dB   SSIM 0." in err) == ("--measure" in command)
        return out

    file = piped((photos / "a.png").read_bytes(), "compress", "-")
    assert file.startswith(b"\x89AES")
    assert piped((photos / "a.png").read_bytes(), "compress", "-", "--measure") == file
    with Image.open(io.BytesIO(piped(file, "decompress", "-", "--format", "bmp"))) as image:
        assert (image.format, image.size) == ("BMP", (120, 96))


def test_inspection_tells_what_a_file_holds(
    photos: Path, model: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["compress", str(photos / "a.png"), *model])
    capsys.readouterr()
    assert main(["inspect", str(photos / "a.aes"), str(photos / "bad.jpg"), "--json"]) == 1
    good, bad = _told(capsys)["files"]
    assert (good["kind"], good["width"], good["height"]) == ("picture", 120, 96)
    assert "is no .aes file" in bad["error"]
    for same in (photos, photos / "*.aes"):
        assert main(["inspect", str(same), "--json"]) == 0
        assert _told(capsys)["files"] == [good]
    assert main(["inspect", str(photos / "a.aes")]) == 0
    assert "bits_per_pixel" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [(["--quality", "0"], "use a number from 1 to 100"), (["--target-bytes", "0"], "use at least 1")],
)
def test_wrong_usage_is_code_2(
    given: list[str], told: str, photos: Path, model: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compress", str(photos), *given, *model]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--quality", "90"], "--quality: is of photo-codec"),
        (["--bits", "9"], "--bits: 9 is out of range; use 1 to 8"),
    ],
)
def test_what_a_run_does_not_have_is_wrong_usage(
    given: list[str], told: str, photos: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compress", str(photos / "a.png"), *given, "--model", str(run)]) == 2
    assert told in capsys.readouterr().err


def test_the_codec_has_no_bits(photos: Path, model: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compress", str(photos / "a.png"), "--bits", "3", *model]) == 2
    assert "use --quality or --target-bytes" in capsys.readouterr().err


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one's own, kept."""
    spec = small_run(("data.train_limit", 512), ("training.epochs", 1))
    return kept(tmp_path_factory.mktemp("runs") / "run", spec).folder


def test_a_picture_goes_through_a_run_of_ones_own(
    photos: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--model", str(run)]
    assert main(["compress", str(photos / "a.png"), "--bits", "4", "--json", *own]) == 0
    (row,) = _told(capsys)["files"]
    assert row["bytes"] == (photos / "a.aes").stat().st_size
    assert main(["inspect", str(photos / "a.aes"), "--json"]) == 0
    assert _told(capsys)["files"][0]["bits"] == 4
    assert main(["decompress", str(photos / "a.aes"), "--out", str(tmp_path / "back"), *own]) == 0
    pixels = np.asarray(Image.open(tmp_path / "back" / "a.png"))
    assert round(psnr(flower()[:96, :120], pixels, 255), 3) == row["psnr_db"]


def test_a_run_keeps_transparency_profile_and_pixels_to_an_inch(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a flower, cut out along a horse."""
    alpha, profile = data.horse()[60:260, 80:320] * np.uint8(255), ImageCmsProfile(createProfile("sRGB"))
    cut = np.dstack([flower()[60:260, 80:320], alpha])
    Image.fromarray(cut).save(tmp_path / "cut.png", icc_profile=profile.tobytes(), dpi=(300, 150))
    own = ["--model", str(run), "--out", str(tmp_path / "out")]
    assert main(["compress", str(tmp_path / "cut.png"), *own]) == 0
    file = tmp_path / "out" / "cut.aes"
    capsys.readouterr()
    assert main(["inspect", str(file), "--json"]) == 0
    (row,) = _told(capsys)["files"]
    assert (row["kind"], row["transparency"], row["profile"]) == ("picture by a run", True, True)
    assert row["pixels_per_inch"] == pytest.approx([300, 150], abs=0.01)
    assert main(["decompress", str(file), *own]) == 0
    back = open_picture(tmp_path / "out" / "cut.png")
    assert back.alpha is not None
    assert 0 < alpha.mean() < 255
    assert np.array_equal(back.alpha, alpha)
    assert back.icc == profile.tobytes()
    assert back.density == pytest.approx((300, 150), abs=0.02)


def test_pictures_of_one_name_do_not_meet_in_one_file(
    photos: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (photos / name).mkdir()
        Image.fromarray(flower()[:28, : 28 if name == "one" else 56]).save(photos / name / "p.png")
    command = ["compress", str(photos / "*" / "p.png"), "--out", str(tmp_path / "o"), "--model", str(run)]
    assert main([*command, "--json", "--overwrite"]) == 0
    rows = _told(capsys)["files"]
    assert [Path(row["out"]).name for row in rows] == ["p.aes", "p-2.aes"]
    assert [row["width"] for row in rows] == [28, 56]


def test_a_picture_fits_into_bytes_through_a_run(
    photos: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["compress", str(photos / "a.png"), "--out", str(tmp_path), "--model", str(run), "--json"]
    assert main([*command, "--bits", "3"]) == 0
    three = _told(capsys)["files"][0]["bytes"]
    assert main([*command, "--target-bytes", str(three), "--overwrite"]) == 0
    assert _told(capsys)["files"][0]["bits"] == 3


def test_small_images_go_into_one_archive_and_come_back(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AESTUDIO_WORKSPACE", str(tmp_path / "workspace"))
    images = tmp_path / "digits.npy"
    np.save(images, small_mnist().images[:60].numpy())
    command = ["compress", str(images), "--model", str(run), "--out", str(tmp_path), "--bits", "6"]
    assert main([*command, "--json", "--measure"]) == 0
    (row,) = _told(capsys)["files"]
    assert row["images"] > 0
    assert row["bytes"] == (tmp_path / "digits.aes").stat().st_size
    unpack = ["decompress", str(tmp_path / "digits.aes"), "--out"]
    assert main([*unpack, str(tmp_path / "o"), "--model", str(run)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'o' / 'digits'}\n"
    files = sorted((tmp_path / "o" / "digits").iterdir())
    assert len(files) == row["images"]
    assert np.asarray(Image.open(files[0])).shape == (28, 28)
    again = [*unpack, str(tmp_path / "o"), "--model", str(run)]
    assert main(again) == 1
    assert "is there already; choose another folder" in capsys.readouterr().err
    assert main([*again, "--overwrite"]) == 0
    (tmp_path / "o" / "digits" / "mine.txt").touch()
    assert main([*again, "--overwrite"]) == 1, "what is not of this command is not taken away"
    assert main([*unpack, str(tmp_path / "p")]) == 1
    assert "give the folder of that run with --model" in capsys.readouterr().err
    shutil.copytree(run, tmp_path / "workspace" / "mine")
    assert main([*unpack, str(tmp_path / "p")]) == 0, "a run of the workspace is found by itself"
    assert len(list((tmp_path / "p" / "digits").iterdir())) == row["images"]
    shutil.copytree(run, tmp_path / "workspace" / "altered")
    with (tmp_path / "workspace" / "altered" / "best.safetensors").open("r+b") as weights:
        weights.seek(-9, 2)
        weights.write(b"?")
    assert main([*unpack, str(tmp_path / "q")]) == 0, "an altered run before it is passed over"
    assert main([*unpack, str(tmp_path / "r"), "--model", "typo"]) == 1
    assert "typo: is no folder of a run" in capsys.readouterr().err


def test_a_folder_in_sight_is_no_name_of_data(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leaves").mkdir()
    for i in range(20):
        Image.fromarray(flower()[i : i + 40, : 40 + i]).save(tmp_path / "leaves" / f"{i}.png")
    monkeypatch.chdir(tmp_path)
    assert main(["compress", "leaves", "--model", str(run), "--json"]) == 0
    (row,) = _told(capsys)["files"]
    assert (row["images"], row["out"]) == (3, "leaves.aes")


def test_pictures_come_back_in_the_side_that_a_run_of_convolutions_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its weights fit any side, and it was taken for one of 28 pixels that had never seen these data."""
    photos, run, out = tmp_path / "photos", tmp_path / "run", tmp_path / "out"
    photos.mkdir()
    for i in range(40):
        Image.fromarray(flower()[4 * i : 4 * i + 64, 100:164]).save(photos / f"{i}.png")
    model = ModelSpec(
        encoder=(LAYERS.make("conv", filters=4, stride=2),), bottleneck=BOTTLENECKS.make("conv", filters=2)
    )
    spec = small_run(("data.source", str(photos)), ("training.epochs", 1), model=model)
    kept(run, spec, data=open_data(spec.data))
    own = ["--model", str(run), "--out", str(out)]
    assert main(["compress", str(photos), *own]) == 0
    assert main(["decompress", str(out / "photos.aes"), *own]) == 0
    shapes = {np.asarray(Image.open(path)).shape for path in (out / "photos").iterdir()}
    assert shapes == {(64, 64, 3)}
    capsys.readouterr()
    assert main(["compress", str(photos / "0.png"), "--json", *own]) == 0
    (row,) = _told(capsys)["files"]
    assert row["familiarity"], row["familiarity_unknown"]


def test_measures_are_told_in_words(
    photos: Path, model: list[str], run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in (model, ["--model", str(run)]):
        command = ["compress", str(photos / "a.png"), "--measure", "--overwrite", *given]
        assert main([*command, "--json"]) == 0
        (row,) = _told(capsys)["files"]
        assert main(command) == 0
        assert capsys.readouterr().out == (
            f"{photos / 'a.aes'}\n{photos / 'a.png'}: {row['psnr_db']:6.2f} dB   "
            f"SSIM {row['ssim']:.4f}   MS-SSIM {row['ms_ssim']:.4f}\n"
        )
    assert main(["compress", str(photos), "--measure", "--overwrite", *model]) == 1, "one input is bad"
    assert capsys.readouterr().out.count(" dB   SSIM ") == 2


def test_what_is_trained_compresses(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (photos / "bad.jpg").unlink()
    for i in range(2):
        Image.fromarray(flower()[200 * i : 200 * i + 150, 100:400]).save(photos / f"{i}.png")
    out = tmp_path / "trained"
    sizes = ("latents", "fine", "middle", "coarse", "hidden", "hyper", "anchors", "batch")
    changes = [x for name in sizes for x in ("--set", f"{name}={getattr(TINY, name)}")]
    command = ["train", "photo-codec", "--data", str(photos), "--out", str(out), "--set", "minutes=0.02"]
    assert main([*command, *changes, "--set", "crop=64", "--threads", "1"]) == 0
    capsys.readouterr()
    own = ["--model", str(out / "photo-codec.safetensors"), "--threads", "1"]
    assert main(["compress", str(photos / "a.png"), "--json", *own]) == 0
    assert _told(capsys)["files"][0]["bits_per_pixel"] < 24
    assert main(["decompress", str(photos / "a.aes"), "--out", str(tmp_path / "back"), *own]) == 0
