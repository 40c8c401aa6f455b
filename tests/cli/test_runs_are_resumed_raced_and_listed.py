"""``aestudio resume``, ``race`` and ``runs``: what was trained is found again and goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aestudio.cli import main
from aestudio.data import door
from aestudio.library.card import read_card
from aestudio.library.disk import read_tensors
from aestudio.library.kept import open_run
from aestudio.library.presets import load_preset
from aestudio.spec.edit import with_value
from aestudio.spec.toml import dump_spec
from tests.library.kept_runs import broken_off, kept
from tests.small import small_mnist, small_run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def _small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "open_data", lambda *_, **__: small_mnist())
    monkeypatch.setattr("aestudio.training.device.available_cores", lambda: 1)


def _told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("_small_data")
def test_a_run_is_resumed_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = kept(tmp_path / "whole")
    broken_off(tmp_path / "broken", 10)
    told = _told(capsys, "resume", str(tmp_path / "broken"))
    assert whole.measured
    assert told["test_mse"] == whole.measured.metrics["test_mse"]
    assert told["out"] == str(tmp_path / "broken")
    again = _told(capsys, "resume", "broken", "--workspace", str(tmp_path))
    assert again["test_mse"] == told["test_mse"], "a run at its end tells its figures"


@pytest.mark.usefixtures("_small_data")
def test_a_run_can_be_trained_for_longer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(tmp_path / "run")
    assert _told(capsys, "resume", str(tmp_path / "run"), "--epochs", "4")["epochs"] == 4
    assert main(["resume", str(tmp_path / "run"), "--epochs", "0"]) == 2
    assert main(["resume", str(tmp_path / "run"), "--epochs", "2"]) == 1
    assert "has 4 epochs behind it; give --epochs 5 or more" in capsys.readouterr().err


@pytest.mark.usefixtures("_small_data")
def test_a_run_that_the_clock_ended_can_be_trained_for_longer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limited = kept(tmp_path / "run", small_run(("training.seconds", 0.5), ("training.epochs", 10_000)))
    done = limited.card.epochs_done
    assert 0 < done < 10_000
    assert limited.card.limit == 0.5
    longer = _told(capsys, "resume", str(tmp_path / "run"), "--epochs", str(done + 2))
    assert longer["epochs"] == done + 2
    assert read_card(limited.folder).limit == 0


@pytest.mark.usefixtures("_small_data")
def test_what_cannot_be_resumed_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume", "none", "--workspace", str(tmp_path)]) == 1
    assert "there is no run 'none'" in capsys.readouterr().err
    run = broken_off(tmp_path / "run", 10)
    state = run.folder / "state.safetensors"
    state.write_bytes(state.read_bytes()[:-50])
    assert main(["resume", str(run.folder)]) == 1
    assert "restore it from a copy" in capsys.readouterr().err


@pytest.mark.usefixtures("_small_data")
def test_a_race_keeps_its_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = str(tmp_path / "work")
    command = ["race", "linear", "undercomplete", "--epochs", "1", "--seeds", "2", "--workspace", work]
    told = _told(capsys, *command)
    assert [one["preset"] for one in told["runs"]] == ["linear", "undercomplete"] * 2
    runs = [open_run(Path(one["out"])) for one in told["runs"]]
    assert [run.run.training.seed for run in runs] == [0, 0, 1, 1]
    assert runs[0].card.group == runs[2].card.group != runs[1].card.group
    listed = _told(capsys, "runs", "--workspace", work)
    assert {one["name"] for one in listed} == {"linear", "undercomplete"}
    assert len(listed) == 4
    assert {one["stage"] for one in listed} == {"done"}
    assert main(["runs", "--workspace", work]) == 0
    assert capsys.readouterr().out.count(" 1 epoch ") == 4


@pytest.mark.usefixtures("_small_data")
def test_a_race_against_the_clock_counts_the_epochs_that_there_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aestudio.cli.progress._EVERY_LOGGED", 0.0)
    work = ["--workspace", str(tmp_path)]
    assert main(["race", "linear", "undercomplete", "--budget", "seconds=0.5", *work]) == 0
    told = capsys.readouterr().err
    assert "100000" not in told
    assert ", 0 s left" in told
    assert main(["runs", *work]) == 0
    assert all(re.search(r" done +\d+ epochs? ", line) for line in capsys.readouterr().out.splitlines())


@pytest.mark.usefixtures("_small_data")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["linear"], "takes 2 to 6 variants, not 1"),
        (["linear", "none"], "is no preset"),
        (["linear", "deep", "--budget", "hours=2"], "is no budget"),
        (["linear", "deep", "--budget", "seconds=2", "--epochs", "1"], "give one of the two"),
        (["linear", "deep", "--seeds", "0"], "use 1 or more"),
        (["linear", "deep", "--epochs", "0"], "use 1 or more"),
        (["linear", "deep", "--budget", "epochs=1.9"], "a whole number above 0"),
        (["linear", "deep", "--budget", "epochs=inf"], "a whole number above 0"),
        (["linear", "deep", "--budget", "parameters=nan"], "a whole number above 0"),
        (["linear", "deep", "--budget", "seconds=inf"], "a number above 0"),
        (["linear", "deep", "--unfair", "--epochs", "1"], "give no budget with it"),
        (["linear", "MINE", "--unfair"], "give the data of all with --data"),
        (["linear", "deep", "--threads", "-1"], "threads: -1 is out of range"),
        (["linear", "deep", "--threads", "5000000"], "use 0 to 1024"),
    ],
)
def test_a_race_that_makes_no_sense(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    spec = with_value(load_preset("linear"), "data.source", "digits")
    mine.write_text(dump_spec(spec), encoding="utf-8-sig")  # as some editors do
    given = [str(mine) if argument == "MINE" else argument for argument in arguments]
    assert main(["race", *given, "--workspace", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("_small_data")
@pytest.mark.parametrize("place", ["file.txt", "file.txt/below"])
def test_a_run_that_cannot_be_kept_is_not_trained(
    place: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file.txt").touch()
    assert main(["train", "linear", "--workspace", str(tmp_path / place)]) == 1
    told = capsys.readouterr()
    assert "choose a folder" in told.err
    assert "parameters on" not in told.err
    assert not told.out


def test_runs_of_unlike_data_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept(tmp_path / "one"), kept(tmp_path / "other")
    facts = {**other.card.data, "content_hash": "sha256:0", "name": "leaves"}
    replace(other.card, data=facts).write(other.folder)
    assert main(["compare", str(one.folder), str(other.folder)]) == 1
    told = (
        f"one on {one.card.data['name']} and other on leaves: these are unlike data; compare runs of the same"
    )
    assert told in capsys.readouterr().err


def test_a_workspace_without_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["runs"]) == 0
    assert "holds no runs" in capsys.readouterr().err
    assert main(["runs", "--bin"]) == 0
    assert "has an empty bin" in capsys.readouterr().err
    assert main(["doctor", "gone"]) == 1
    assert capsys.readouterr().err.endswith("; none is there yet\n")
    assert main(["runs", "--workspace", str(tmp_path / "gone")]) == 1
    assert "choose a workspace that is there" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    """The real program, killed in the middle, then resumed: the same weights, bit for bit."""
    settings = ["--epochs", "12", "--set", "data.train_limit=4000", "--threads", "1", "--device", "cpu"]

    def command(name: str) -> list[str]:
        return [
            sys.executable,
            "-m",
            "aestudio",
            "train",
            "denoising-gaussian",
            *settings,
            "--out",
            str(tmp_path / name),
        ]

    quiet = subprocess.DEVNULL
    with subprocess.Popen(command("killed"), cwd=ROOT, stdout=quiet, stderr=quiet) as process:
        state = tmp_path / "killed" / "state.safetensors"
        end = time.monotonic() + 60
        while not state.exists() and time.monotonic() < end:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert open_run(tmp_path / "killed").problems == ()
    subprocess.run(command("whole"), cwd=ROOT, check=True, capture_output=True)
    resume = [sys.executable, "-m", "aestudio", "resume", str(tmp_path / "killed")]
    subprocess.run(resume, cwd=ROOT, check=True, capture_output=True)
    for name in ("best.safetensors", "last.safetensors"):
        one, other = (read_tensors(tmp_path / run / name)[0] for run in ("killed", "whole"))
        assert all(np.array_equal(one[key], other[key]) for key in one | other)
