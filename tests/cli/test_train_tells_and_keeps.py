"""``aestudio train``: progress on stderr, figures on stdout, the run in its folder."""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from aestudio.cli import main
from aestudio.data import door
from aestudio.data.dataset import Dataset
from aestudio.library import folder
from aestudio.library.presets import find_spec
from aestudio.training import train
from tests.small import small_mnist

NAMED = {
    *("preset", "parameters", "epochs", "seconds", "images_per_second", "train_mse", "validation_mse"),
    *("test_mse", "test_psnr_db", "pca_test_mse", "code_size", "bytes_per_code"),
    *("largest_principal_angle_deg", "noisy_psnr_db", "denoised_psnr_db", "mean_activation"),
    *("active_fraction", "mean_jacobian_norm", "elbo_nats", "kl_nats", "out"),
}
OPTIONAL = {
    *("largest_principal_angle_deg", "noisy_psnr_db", "denoised_psnr_db", "mean_activation"),
    *("active_fraction", "mean_jacobian_norm", "elbo_nats", "kl_nats", "out"),
}


@pytest.fixture(autouse=True)
def _small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command opens the small part of MNIST, and uses the one thread that tests have."""
    monkeypatch.setattr(door, "open_data", lambda *_, **__: small_mnist())
    monkeypatch.setattr("aestudio.training.device.available_cores", lambda: 1)


def _train(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main(["train", *arguments, "--device", "cpu", "--json"]) == code
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.parametrize(
    ("preset", "applies"),
    [
        ("linear", {"largest_principal_angle_deg"}),
        ("undercomplete", set()),
        ("sparse-l1", {"mean_activation", "active_fraction"}),
        ("denoising-mask", {"noisy_psnr_db", "denoised_psnr_db"}),
        ("contractive", {"mean_jacobian_norm"}),
        ("vae-20", {"elbo_nats", "kl_nats"}),
    ],
)
def test_the_figures_are_all_there(
    preset: str, applies: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = _train(capsys, preset, "--epochs", "1")
    assert set(told) >= NAMED
    assert {name for name in OPTIONAL if told[name] is not None} == applies
    assert all(told[name] is not None for name in NAMED - OPTIONAL)
    assert (told["preset"], told["epochs"]) == (preset, 1)
    assert told["bytes_per_code"] == 4 * told["code_size"]
    assert "test" in told["protocol"] or "split" in told["protocol"]


def test_without_json_a_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "linear", "--epochs", "1", "--device", "cpu"]) == 0
    out, err = capsys.readouterr()
    rows = dict(line.split(None, 1) for line in out.splitlines())
    assert rows["preset"] == "linear"
    assert float(rows["test_mse"]) > 0
    assert "elbo_nats" not in rows, "what does not apply is left out"
    assert "parameters on cpu in float32" in err


def test_options_change_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    settings = ["--set", "training.lr=0.002", "--set", "model.bottleneck.size=5"]
    told = _train(capsys, "linear", "--epochs", "2", "--seed", "9", *settings, "--out", str(out))
    assert told["out"] == str(out)
    assert (told["epochs"], told["code_size"]) == (2, 5)
    spec = find_spec(str(out / "spec.toml"))
    assert (spec.training.epochs, spec.training.seed, spec.training.lr) == (2, 9, 0.002)
    assert (
        json.loads((out / "metrics.json").read_text(encoding="utf-8"))["metrics"]["test_mse"]
        == told["test_mse"]
    )


def test_the_spec_of_a_run_trains_the_same_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _train(capsys, "linear", "--epochs", "1", "--out", str(tmp_path / "run"))
    again = _train(capsys, str(tmp_path / "run" / "spec.toml"))
    assert again["test_mse"] == first["test_mse"]


def test_the_source_is_the_one_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = []
    monkeypatch.setattr(door, "open_data", lambda spec, **_: opened.append(spec.source) or small_mnist())
    _train(capsys, "linear", "--epochs", "1", "--data", "digits")
    assert opened == ["digits"]


def test_ctrl_c_while_the_data_are_read_ends_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object, **__: object) -> Dataset:
        signal.raise_signal(signal.SIGINT)
        return small_mnist()

    monkeypatch.setattr(door, "open_data", pressed)
    assert main(["train", "linear", "--device", "cpu", "--json"]) == 130
    assert capsys.readouterr() == ("", "aestudio: interrupted\n")


def test_an_existing_folder_is_told_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert main(["train", "linear", "--out", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"aestudio: {tmp_path}: is there already; give a new folder for the run\n"


def test_a_full_disk_keeps_the_figures_on_stdout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_space(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder, "write_tensors", no_space)
    out = tmp_path / "run"
    command = ["train", "linear", "--epochs", "1", "--device", "cpu", "--json", "--out", str(out)]
    assert main(command) == 1
    told, err = capsys.readouterr()
    assert json.loads(told)["test_mse"] > 0
    assert f"{out}: cannot be written (no space left on device); choose" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_late_failure_keeps_what_was_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step, steps = train.take_step, []

    def failing(optimiser: torch.optim.Optimizer) -> None:
        steps.append(1)
        if len(steps) > 12:
            raise MemoryError
        step(optimiser)

    monkeypatch.setattr(train, "take_step", failing)
    settings = ["--set", "training.optimiser=adam", "--set", "training.batch=64", "--epochs", "3"]
    assert main(["train", "linear", *settings, "--device", "cpu", "--out", str(tmp_path / "run")]) == 1
    err = capsys.readouterr().err
    assert err.splitlines()[-1] == ("aestudio: memory ran out at batch 64; try batch 32 or a smaller model")
    assert (tmp_path / "run" / "best.safetensors").exists()
    assert (tmp_path / "run" / "history.csv").read_text(encoding="utf-8").count("\n") == 2


def test_a_rate_that_blows_up_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    settings = [
        "--set",
        "training.lr=10",
        "--set",
        "training.optimiser=sgd",
        "--set",
        "training.schedule=constant",
    ]
    assert main(["train", "linear", *settings, "--epochs", "3", "--device", "cpu"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "(learning rate 10); try 1" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_run_at_fault_is_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "undercomplete", "--set", "model.output=tanh", "--device", "cpu"]) == 2
    assert "tanh" in capsys.readouterr().err
