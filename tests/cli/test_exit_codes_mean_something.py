"""The program as it is started: exit codes, the two streams, and Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "aestudio"]
SMALL = [
    "--set",
    "data.train_limit=500",
    "--set",
    "data.validation=0.002",
    "--device",
    "cpu",
    "--threads",
    "1",
]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["presets"], 0, ""),
        (["presets", "none"], 2, "is no preset"),
        (["train", "none.toml"], 1, "cannot be read"),
        (["nonsense"], 2, "invalid choice"),
        (["train", "linear", "--device", "gpu"], 2, "no device 'gpu'"),
    ],
)
def test_codes_without_training(arguments: list[str], code: int, told: str) -> None:
    done = _run(*arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)


def test_training_on_a_small_part_is_code_0_with_one_object_last() -> None:
    done = _run("train", "linear", "--epochs", "1", *SMALL, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["validation_mse"] > 0
    assert "parameters on cpu" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")
def test_ctrl_c_keeps_the_run_and_is_code_130(tmp_path: Path) -> None:
    command = ["train", "linear", "--epochs", "1000", *SMALL, "--json", "--out", str(tmp_path / "run")]
    pipe = subprocess.PIPE
    with subprocess.Popen([*PROGRAM, *command], cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stderr
        begun = any("parameters on cpu" in line for line in running.stderr)  # reads on until it trains
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert begun
    assert running.returncode == 130, err
    assert "Traceback" not in err
    told = json.loads(out)
    assert told["epochs"] < 1000
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {"best.safetensors", "spec.toml"}


@pytest.mark.skipif(os.name == "nt", reason="no such limit there")
def test_a_disk_without_room_is_code_1_and_keeps_the_figures(tmp_path: Path) -> None:
    """A real one: the process may write no file larger than the run's spec."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from aestudio.__main__ import main; sys.exit(main())"
    )
    command = ["train", "linear", "--epochs", "1", *SMALL, "--json", "--out", str(tmp_path / "run")]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert f"{tmp_path / 'run'}: cannot be written (" in done.stderr
    assert "choose a folder with room" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["out"] is None
    assert not list((tmp_path / "run").rglob(".*.part"))


def test_a_reader_that_leaves_is_no_fault() -> None:
    """``aestudio presets | head -1``"""
    command = f'"{sys.executable}" -m aestudio presets deep | head -1'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
