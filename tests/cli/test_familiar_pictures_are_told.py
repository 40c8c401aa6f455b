"""``denoise`` and ``compress`` through a run of one's own say whether a picture is like its training data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from aestudio.cli import main
from aestudio.data.door import open_data
from aestudio.pictures import familiar
from aestudio.spec.run import DataSpec
from tests.library.kept_runs import kept
from tests.small import small_mnist, small_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has learnt 512 digits in a second."""
    return kept(tmp_path_factory.mktemp("runs") / "digits", small_run(("training.epochs", 20))).folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A picture of digits, and a photograph."""
    digits = small_mnist().images[small_mnist().test[:25]].reshape(5, 5, 28, 28).permute(0, 2, 1, 3)
    (tmp_path / "in").mkdir()
    Image.fromarray(np.ascontiguousarray(digits.reshape(140, 140).numpy())).save(
        tmp_path / "in" / "digits.png"
    )
    Image.fromarray(load_sample_images().images[0][:140, :140]).save(tmp_path / "in" / "photo.png")
    return tmp_path / "in"


def _command(command: str, run: Path, folder: Path) -> list[str]:
    inputs = [str(folder / "digits.png"), str(folder / "photo.png")]
    return [command, *inputs, "--model", str(run), "--out", str(folder / "out"), "--threads", "1", "--json"]


def _rows(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], str]:
    out, err = capsys.readouterr()
    told = json.loads(out)
    return told.get("pictures") or told["files"], err


@pytest.mark.parametrize("command", ["denoise", "compress"])
def test_each_picture_is_told(
    command: str, run: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_command(command, run, folder)) == 0
    (digits, photo), err = _rows(capsys)
    assert not digits["familiarity"]["is_unlike"]
    assert photo["familiarity"]["is_unlike"]
    assert photo["familiarity"]["percentile"] == 100
    assert f"digits.png: {digits['familiarity']['sentence']}\n" in err
    assert f"photo.png: {photo['familiarity']['sentence']}\n" in err
    assert "unlike my training data: reconstruction error 0." in err


@pytest.mark.parametrize("command", ["denoise", "compress"])
def test_data_that_are_gone_stop_nothing(
    command: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[DataSpec] = []
    monkeypatch.setattr(familiar, "open_data", lambda spec, **_: asked.append(spec) or open_data(spec))
    spec = small_run(("training.epochs", 1), ("data.source", "/absent/digits"))
    gone = kept(tmp_path / "gone", spec).folder
    assert main(_command(command, gone, folder)) == 0
    rows, err = _rows(capsys)
    assert [row["familiarity"] for row in rows] == [None, None]
    assert all("'/absent/digits'" in row["familiarity_unknown"] for row in rows)
    assert err.count("is not known: there is no data set, file or folder '/absent/digits'") == 1
    assert len(list((folder / "out").iterdir())) == 2
    assert len(asked) == 1, "each picture asked for the data anew"


def test_it_is_the_clean_picture_that_is_told(
    run: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*_command("denoise", run, folder), "--add-noise", "white=100"]) == 0
    (digits, _), _ = _rows(capsys)
    assert not digits["familiarity"]["is_unlike"]


def test_a_net_that_ships_tells_nothing_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["denoise", str(folder / "photo.png"), "--json", "--threads", "1"]) == 0
    (row,), err = _rows(capsys)
    assert "familiarity" not in row
    assert "training data" not in err
