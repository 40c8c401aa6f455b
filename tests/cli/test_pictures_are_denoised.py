"""``aestudio denoise`` and ``train photo-denoiser``: files in, files out; one bad input leaves the rest."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from sklearn.datasets import load_sample_images

from aestudio.cli import main

SMALL = ["width=16", "middle=16", "deep=16", "depth=1", "batch=2", "crop=32", "warm_up=2"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights from a second of training by the command itself."""
    folder = tmp_path_factory.mktemp("photographs")
    for i, pixels in enumerate(load_sample_images().images):
        Image.fromarray(pixels).save(folder / f"{i}.png")
    out = folder.parent / "net"
    settings = [part for s in [*SMALL, "minutes=0.02"] for part in ("--set", s)]
    command = ["train", "photo-denoiser", "--data", str(folder), "--out", str(out), *settings]
    assert main([*command, "--threads", "1", "--device", "cpu"]) == 0
    return out / "photo-denoiser.safetensors"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small picture in a folder of its own."""
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(load_sample_images().images[0][:64, :96]).save(folder / "photo.jpg")
    return folder / "photo.jpg"


def _denoise(*arguments: str | Path, model: Path) -> int:
    return main(["denoise", *map(str, arguments), "--model", str(model), "--threads", "1"])


def test_training_leaves_weights_with_a_card(model: Path) -> None:
    card = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["kind"] == "photo-denoiser"
    assert card["recipe"]["width"] == 16
    assert card["steps"] > 0
    assert card["figures"]["psnr 25 (dB)"] > 5


def test_the_weights_on_disk_are_those_that_were_trained(model: Path) -> None:
    """The checkpoint holds them too, written another way."""
    kept, trained = load_file(model.parent / "checkpoint.safetensors"), load_file(model)
    assert all(torch.equal(kept[f"average.{name}"], weight) for name, weight in trained.items())


def test_training_goes_on_from_where_it_was(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = [part for s in [*SMALL, "minutes=0.03"] for part in ("--set", s)]
    folder = model.parent.parent / "photographs0"
    command = ["train", "photo-denoiser", "--data", str(folder), "--out", str(model.parent), *settings]
    before = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))["steps"]
    assert main([*command, "--threads", "1", "--device", "cpu", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["steps"] > before
    assert told["done"]


def test_training_begins_with_weights_that_were_trained(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a larger net, which is as good at once: a step at this rate moves nothing."""
    settings = [part for s in [*SMALL, "minutes=0.01", "fine=2", "lr=1e-7"] for part in ("--set", s)]
    folder, out = model.parent.parent / "photographs0", tmp_path / "grown"
    command = ["train", "photo-denoiser", "--start", str(model), "--data", str(folder), "--out", str(out)]
    assert main([*command, *settings, "--threads", "1", "--device", "cpu"]) == 0
    before, card = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (model.with_suffix(".json"), out / "photo-denoiser.json")
    )
    assert card["start"] == str(model)
    for name, figure in card["figures"].items():
        assert figure == pytest.approx(before["figures"][name], abs=0.05), name
    capsys.readouterr()
    wide = [*command[:-1], str(tmp_path / "wide"), *settings, "--set", "width=24"]
    assert main([*wide, "--threads", "1", "--device", "cpu"]) == 1
    assert "the weights to start with are of another net than the recipe's" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["photo-denoiser"], 2, "--data: photo-denoiser has no data of its own; give a folder of pictures"),
        (["photo-denoiser", "--data", "/absent"], 1, "/absent: is no folder"),
        (["photo-denoiser", "--data", ".", "--workspace", "w"], 2, "give a folder with --out"),
        (
            ["photo-denoiser", "--data", ".", "--epochs", "3"],
            2,
            "trains for minutes; use --set minutes=180",
        ),
    ],
)
def test_what_a_recipe_lacks_is_a_sentence(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == code
    assert sentence in capsys.readouterr().err


def test_a_run_has_another_way_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "linear", "--start", "photo-denoiser"]) == 2
    assert "--start: is for nets for pictures; resume a run with 'aestudio resume'" in capsys.readouterr().err


def test_results_keep_the_stem(model: Path, photo: Path, tmp_path: Path) -> None:
    assert _denoise(photo, "--out", tmp_path / "out", model=model) == 0
    with Image.open(tmp_path / "out" / "photo.png") as image:
        assert image.size == (96, 64)


def test_beside_the_original_the_name_says_what_was_done(model: Path, photo: Path) -> None:
    before = photo.read_bytes()
    assert _denoise(photo, model=model) == 0
    assert sorted(p.name for p in photo.parent.iterdir()) == ["photo-denoised.png", "photo.jpg"]
    assert photo.read_bytes() == before


def test_a_folder_is_not_named_like_a_picture(
    model: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "clean.PNG"
    command = ["denoise", str(photo), "--model", str(model), "--out", str(out)]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert f"is named like a file; give a folder, as {tmp_path / 'clean'}" in capsys.readouterr().err
    assert not out.exists()
    out.mkdir()
    assert main(command) == 0


def test_one_bad_input_does_not_stop_the_rest(
    model: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photo.parent / "a-broken.png").write_bytes(b"no picture")
    assert _denoise(photo.parent, "--out", tmp_path / "out", "--json", model=model) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)["pictures"]
    assert "is no picture in a format known here" in told[0]["error"]
    assert told[1]["out"] == str(tmp_path / "out" / "photo.png")
    assert told[1]["noise_sigma"] >= 0
    assert f"aestudio: {told[0]['error']}" in err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["photo.png"]


def test_an_original_is_not_overwritten_even_if_asked(
    model: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = photo.read_bytes()
    options = ["--out", photo.parent, "--format", "jpg", "--overwrite"]
    assert _denoise(photo, *options, model=model) == 1
    assert "is an original, which is never overwritten" in capsys.readouterr().err
    assert photo.read_bytes() == before


def test_an_earlier_result_stays_unless_asked(model: Path, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _denoise(photo, "--out", out, model=model) == 0
    assert _denoise(photo, "--out", out, model=model) == 1
    assert _denoise(photo, "--out", out, "--overwrite", model=model) == 0


def test_equal_stems_and_sub_folders_are_kept_apart(model: Path, photo: Path, tmp_path: Path) -> None:
    below = photo.parent / "below"
    below.mkdir()
    for path in (photo.with_suffix(".bmp"), below / "photo.png"):
        Image.open(photo).save(path)
    assert _denoise(photo.parent, "--out", tmp_path / "out", model=model) == 0
    found = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.png")}
    assert found == {"photo.png", "photo-2.png", str(Path("below") / "photo.png")}


def test_a_file_that_is_named_in_two_ways_is_worked_on_once(
    model: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    assert _denoise(photo.name, photo, f"../{photo.parent.name}/{photo.name}", "--out", tmp_path / "out", model=model) == 0  # fmt: skip  # noqa: E501
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["photo.png"]


def test_patterns_are_followed(model: Path, photo: Path, tmp_path: Path) -> None:
    assert _denoise(photo.parent / "ph*.jpg", "--out", tmp_path / "out", model=model) == 0
    assert (tmp_path / "out" / "photo.png").exists()


def test_of_a_file_of_several_pages_the_first_is_told(
    model: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = tmp_path / "scan.tif"
    with Image.open(photo) as page:
        page.save(scan, save_all=True, append_images=[page.copy(), page.copy()])
    assert _denoise(scan, "--out", tmp_path / "out", model=model) == 0
    assert f"{scan}: holds 3 pictures; the first is taken" in capsys.readouterr().err


def test_a_pipe_goes_through(model: Path, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, sink = io.BytesIO(photo.read_bytes()), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(source))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(sink, write_through=True))
    assert _denoise("-", "--strength", "0", model=model) == 0
    sent = np.asarray(Image.open(io.BytesIO(sink.getvalue())))
    assert np.array_equal(sent, np.asarray(Image.open(photo)))


def test_a_strength_out_of_range_is_a_sentence(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["denoise", str(photo), "--strength", "2"]) == 2
    assert "--strength: 2 is out of range; use a number from 0 to 1" in capsys.readouterr().err


def test_no_input_is_overwritten_by_the_result_of_another(
    model: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor taken for one: photo.jpg becomes photo.png, which is there and is an input as well."""
    other = photo.with_suffix(".png")
    Image.new("RGB", (40, 40), "red").save(other)
    before = other.read_bytes()
    command = [str(photo.parent), "--out", str(photo.parent), "--overwrite", "--json"]
    assert _denoise(*command, model=model) == 1
    assert other.read_bytes() == before
    assert "is an original, which is never overwritten" in capsys.readouterr().err


def test_what_cannot_be_done_does_not_stop_the_rest(
    model: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    wide = tmp_path / "wide.png"
    Image.new("L", (17_000, 8)).save(wide)
    long = tmp_path / f"{'a' * 250}.jpg"
    photo.rename(long)
    Image.new("RGB", (40, 40)).save(photo)
    inputs = [tmp_path / "empty", wide, long, photo]
    assert _denoise(*inputs, "--format", "webp", "--json", model=model) == 1
    rows = json.loads(capsys.readouterr().out)["pictures"]
    assert "holds nothing to take" in rows[0]["error"]
    assert "WEBP cannot hold" in rows[1]["error"]
    assert "too long" in rows[2]["error"]
    assert photo.with_name("photo-denoised.webp").is_file()


def test_words_keep_off_a_picture_that_goes_through_a_pipe(
    model: Path, photo: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    given = io.TextIOWrapper(io.BytesIO(photo.read_bytes()))
    monkeypatch.setattr(sys, "stdin", given)
    assert _denoise("-", photo, model=model) == 0
    told = capsysbinary.readouterr()
    assert Image.open(io.BytesIO(told.out)).size == (96, 64)
    assert told.out.endswith(b"IEND\xaeB`\x82")
    assert b"photo-denoised.png" in told.err


def test_a_strength_of_nothing_changes_nothing(model: Path, photo: Path, tmp_path: Path) -> None:
    assert _denoise(photo, "--out", tmp_path / "out", "--strength", "0", model=model) == 0
    after = np.asarray(Image.open(tmp_path / "out" / "photo.png"))
    assert np.array_equal(after, np.asarray(Image.open(photo)))
