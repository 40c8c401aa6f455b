"""``presets``, ``data`` and ``--help``: the answer on stdout, nothing else there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aestudio import __version__
from aestudio.cli import main
from aestudio.cli.commands import presets
from aestudio.data.resources import resource
from aestudio.library.presets import load_preset, preset_names, recipe_names
from aestudio.spec.toml import parse_spec, to_plain


def test_presets_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [*preset_names(), *recipe_names()]
    titles = [load_preset(name).lesson.title for name in preset_names()]
    assert all(line.endswith(title) for line, title in zip(lines, titles, strict=False))
    assert all("for pictures" in line for line in lines[len(titles) :])


def test_presets_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [*preset_names(), *recipe_names()]
    assert set(told["linear"]) == {"title", "shows", "formula", "source"}


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_printed_as_toml_to_start_from(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", name]) == 0
    assert parse_spec(capsys.readouterr().out) == load_preset(name)


def test_a_preset_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "linear", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == to_plain(load_preset("linear"))


def test_data_shows_a_card(capsys: pytest.CaptureFixture[str]) -> None:
    source = str(resource("datasets", "mnist") / "t10k-images-idx3-ubyte.gz")
    assert main(["data", source]) == 0
    told = capsys.readouterr().out
    assert "70,000 of 1 x 28 x 28" in told
    assert re.search(r"sha256:[0-9a-f]{64}", told)


def test_what_ships_is_shown_though_it_was_to_be_downloaded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "mnist", "--download"]) == 0
    assert "70,000 of 1 x 28 x 28" in capsys.readouterr().out


def test_data_is_shown_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "\n".join(f"{i},{i % 7},{i % 3}" for i in range(40))
    (tmp_path / "table.csv").write_text("a,b,c\n" + rows + "\n", encoding="utf-8")
    assert main(["data", str(tmp_path / "table.csv"), "--json", "--seed", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["count"] == 40
    assert told["shape"] == [3]
    assert sum(told["splits"].values()) == 40
    assert "seed 3" in told["split_rule"]


@pytest.mark.parametrize("command", [[], ["presets"], ["data"], ["train"]])
def test_help_is_everywhere(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr()
    assert told.out.startswith("usage: aestudio")
    assert told.err == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"aestudio {__version__}\n"


@pytest.mark.parametrize(
    "wrong",
    [["tarin"], ["train"], ["data"], ["train", "linear", "--epochs", "many"], ["train", "linear", "--fast"]],
)
def test_wrong_usage_is_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: aestudio")


WRONG = [
    (["presets", "linaer"], "is no preset; use one of linear"),
    (["train", "linaer"], "is no preset; use one of linear"),
    (["train", "photo-denoser"], "is no preset; did you mean photo-denoiser?"),
    (
        ["race", "photo-denoiser", "linear"],
        "is a net for pictures, no run; use aestudio train photo-denoiser",
    ),
    (["train", "linear", "--set", "training.lr"], "write it as training.lr=0.001"),
    (["train", "linear", "--set", "trainin.lr=1"], "trainin.lr: is no field here"),
    (["train", "linear", "--set", "training.lr=99"], "training.lr: 99 is out of range"),
    (["train", "linear", "--epochs", "0"], "training.epochs: 0 is out of range; use a whole number from 1"),
    (
        ["train", "linear", "--seed", "-1"],
        "-1 is out of range; use a whole number from 0 to 2147483647",
    ),
    (["data", "mnist", "--size", "9999"], "size: 9999 is out of range"),
]


@pytest.mark.parametrize(("command", "told"), WRONG)
def test_a_wrong_value_is_code_2(command: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    assert told in _sentence(capsys)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("encodr = []", 2, "did you mean 'encoder'?"),
        ('encoder = [{ kind = "konv" }]', 2, "model.encoder.0.kind: there is no layer 'konv'"),
        ("[[", 1, "no valid TOML"),
    ],
)
def test_a_file_at_fault_is_named(
    text: str, code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        f'loss = {{ kind = "mse" }}\n[model]\nbottleneck = {{ kind = "plain" }}\n{text}\n', "utf-8"
    )
    assert main(["train", str(path)]) == code
    sentence = _sentence(capsys)
    assert told in sentence
    assert str(path) in sentence


FAILING = [
    (["train", "no/such/file.toml"], "no/such/file.toml: cannot be read"),
    (["train", "linear", "--data", "no/such/place"], "there is no data set, file or folder 'no/such/place'"),
    (["data", "mnits"], "did you mean mnist?"),
    (["train", "linear", "--device", "cuda:99"], "device 'cuda:99' is not on this machine"),
]


@pytest.mark.parametrize(("command", "told"), FAILING)
def test_what_is_not_there_is_code_1(
    command: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 1
    assert told in _sentence(capsys)


def _sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """What stderr says: one line, and nothing on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    (line,) = err.splitlines()
    assert line.startswith("aestudio: ")
    return line


def test_a_stranger_fault_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(presets, "preset_names", fail)
    assert main(["presets"]) == 1
    assert "something went wrong (ZeroDivisionError: planted); AESTUDIO_DEBUG=1 shows where" in _sentence(
        capsys
    )
    monkeypatch.setenv("AESTUDIO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["presets"])
