"""``aestudio doctor``: findings as text, as JSON and as a mended spec."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aestudio.cli import main
from aestudio.spec.toml import parse_spec
from tests.library.kept_runs import broken_off, kept
from tests.small import small_run

FAST = small_run(("training.lr", 1.0), ("training.epochs", 2))
SOUND = small_run(("training.lr", 0.003), ("training.epochs", 12))


def test_a_finding_has_its_figures_and_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(tmp_path / "fast", FAST)
    assert main(["doctor", "fast", "--workspace", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Learning rate too high: ")
    assert "learning rate 1" in told
    assert "mend: Lower the learning rate to 0.001" in told


def test_json_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = kept(tmp_path / "fast", FAST)
    assert main(["doctor", str(run.folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["id"] == run.id
    worst = told["findings"][0]
    assert worst["kind"] == "rate-too-high"
    assert worst["evidence"]
    assert worst["mend"] == "Lower the learning rate to 0.001"


def test_the_mended_spec_can_be_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(tmp_path / "fast", FAST)
    assert main(["doctor", str(tmp_path / "fast"), "--mend"]) == 0
    mended = parse_spec(capsys.readouterr().out)
    assert (mended.training.lr, FAST.training.lr) == (0.001, 1.0)
    assert mended.model == FAST.model


def test_a_healthy_run_is_called_that(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(tmp_path / "sound", SOUND)
    assert main(["doctor", str(tmp_path / "sound")]) == 0
    assert capsys.readouterr().out == "untitled is healthy\n"


def test_a_run_that_has_not_begun_is_not_called_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = broken_off(tmp_path / "sound", 1, SOUND)
    assert run.card.step == 0
    assert main(["doctor", str(run.folder)]) == 0
    assert "untitled has learnt nothing yet" in capsys.readouterr().out


def test_a_run_that_failed_is_not_called_healthy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = kept(tmp_path / "sound", SOUND)
    replace(run.card, stage="failed", sentence="memory ran out at batch 256").write(run.folder)
    assert main(["doctor", str(run.folder)]) == 0
    assert capsys.readouterr().out == "untitled failed: memory ran out at batch 256\n"


def test_what_is_no_run_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ws").mkdir()
    assert main(["doctor", "nobody", "--workspace", str(tmp_path / "ws")]) == 1
    assert "nobody" in capsys.readouterr().err
    run = kept(tmp_path / "blank", FAST)
    card = json.loads((run.folder / "card.json").read_text(encoding="utf-8"))
    (run.folder / "card.json").write_text(json.dumps({**card, "data": {}}), encoding="utf-8")
    assert main(["doctor", str(run.folder)]) == 1
    assert "shape" in capsys.readouterr().err
