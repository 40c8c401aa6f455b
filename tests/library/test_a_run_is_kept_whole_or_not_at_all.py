"""A run's folder: open files that lead back to the same model; no half of one where the disk gives out."""

from __future__ import annotations

import csv
import errno
import json
import os
import stat
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from aestudio.evaluation.experiment import experiment
from aestudio.library import runs
from aestudio.library.runs import Record, check_free, save_run
from aestudio.models.autoencoder import build
from aestudio.spec.faults import UserError
from aestudio.spec.parts import BOTTLENECKS, LAYERS, PENALTIES
from aestudio.spec.run import ModelSpec, RunSpec
from aestudio.spec.toml import load_spec
from tests.small import small_mnist, small_run

RUN = small_run(
    model=ModelSpec(
        encoder=(LAYERS.make("conv", filters=3, stride=2), LAYERS.make("batch-norm")),
        bottleneck=BOTTLENECKS.make("variational", size=3),
    ),
    penalties=(PENALTIES.make("kl-prior"),),
)
FILES = {"spec.toml", "best.safetensors", "last.safetensors", "history.csv", "metrics.json"}


def _record(run: RunSpec) -> Record:
    record = Record()
    for event in experiment(run, small_mnist(), device=torch.device("cpu")):
        record.note(event)
    end = record.finished
    assert end
    # The last epoch may be the best; here the two sets of weights must differ.
    record.finished = replace(end, last={name: w + 1 for name, w in end.last.items()})
    return record


@pytest.fixture(scope="module")
def record() -> Record:
    return _record(RUN)


@pytest.fixture
def kept(record: Record, tmp_path: Path) -> Path:
    folder = tmp_path / "kept" / "run 1"
    save_run(folder, RUN, record)
    return folder


def test_the_folder_holds_open_files_and_nothing_else(kept: Path) -> None:
    assert {path.name for path in kept.iterdir()} == FILES
    assert [path.name for path in kept.parent.iterdir()] == ["run 1"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_others_may_read_it(kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o755


def test_the_spec_comes_back(kept: Path) -> None:
    assert load_spec(kept / "spec.toml") == RUN


def test_the_weights_come_back(kept: Path, record: Record) -> None:
    """Into a new model, built from the folder alone, that gives the figures that the folder tells."""
    spec = load_spec(kept / "spec.toml")
    model = build(spec.model, (1, 28, 28)).eval()
    model.load_state_dict(load_file(kept / "best.safetensors"))
    data = small_mnist()
    x = data.pixels(data.test)
    with torch.inference_mode():
        mse = float((model.decode(model.encode(x).mean) - x).square().mean())
    told = json.loads((kept / "metrics.json").read_text(encoding="utf-8"))
    assert mse == pytest.approx(told["metrics"]["test_mse"], rel=1e-4)
    assert record.finished is not None
    for file, weights in (("best", record.finished.best), ("last", record.finished.last)):
        with safe_open(kept / f"{file}.safetensors", "np") as stored:
            assert set(stored.keys()) == set(weights)
            for name, w in weights.items():
                np.testing.assert_array_equal(stored.get_tensor(name), w)


def test_the_weights_say_where_they_come_from(kept: Path) -> None:
    with safe_open(kept / "best.safetensors", "np") as stored:
        assert stored.metadata()["epoch"] in "12"
    with safe_open(kept / "last.safetensors", "np") as stored:
        assert stored.metadata()["step"] == "16"


def test_the_history_has_a_row_an_epoch(kept: Path, record: Record) -> None:
    with (kept / "history.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["validation_mse"]) for row in rows] == [e.validation_mse for e in record.epochs]
    assert {"validation bce", "validation penalty kl-prior", "seconds", "train_mse"} <= set(rows[0])


def test_the_metrics_tell_their_protocol_and_details(kept: Path) -> None:
    told = json.loads((kept / "metrics.json").read_text(encoding="utf-8"))
    assert "best epoch by validation" in told["protocol"]
    assert len(told["details"]["kl_nats_per_dimension"]) == 3
    assert told["metrics"]["largest_principal_angle_deg"] is None


def test_an_empty_folder_may_be_used(record: Record, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    save_run(folder, RUN, record)
    assert {path.name for path in folder.iterdir()} == FILES


def test_what_is_there_is_never_touched(record: Record, tmp_path: Path) -> None:
    folder, file = tmp_path / "full", tmp_path / "file"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    file.write_text("mine", encoding="utf-8")
    for place in (folder, file):
        with pytest.raises(UserError, match="is there already; give a new folder"):
            check_free(place)
        with pytest.raises(UserError, match="is there already"):
            save_run(place, RUN, record)
    assert (folder / "mine.txt").read_text(encoding="utf-8") == file.read_text(encoding="utf-8") == "mine"


def _no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _no_space_in_safetensors(*_: Any, **__: Any) -> None:
    raise SafetensorError(
        'Error while serializing: I/O error: Os { code: 28, message: "No space left on device" }'
    )


@pytest.mark.parametrize(
    ("name", "fault"),
    [("save_file", _no_space), ("save_file", _no_space_in_safetensors), ("_write_history", _no_space)],
)
def test_a_full_disk_leaves_no_half_of_a_run(
    name: str, fault: Any, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, name, fault)
    with pytest.raises(UserError) as caught:
        save_run(tmp_path / "run", RUN, record)
    assert str(tmp_path / "run") in str(caught.value)
    assert "no space left on device" in str(caught.value)
    assert "choose a folder with room" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_read_only_place_is_told_before_training(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(UserError, match=f"cannot be written .{os.strerror(code).lower()}"):
        check_free(tmp_path / "run")


def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        check_free(tmp_path / "file" / "run")


def test_nothing_learnt_nothing_kept(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to save yet"):
        save_run(tmp_path / "run", RUN, Record())
    assert list(tmp_path.iterdir()) == []
