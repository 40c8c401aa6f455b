"""A run's folder: open files that lead back to the same model, and to the same place in its training."""

from __future__ import annotations

import csv
import itertools
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from aestudio.evaluation.lane import drive, new_lane, resumed_lane
from aestudio.library import disk, folder, keeper
from aestudio.library.film import read_frame, read_moment
from aestudio.library.folder import LAST, check_free, make_folder
from aestudio.library.kept import KeptRun, open_run
from aestudio.library.lock import is_held
from aestudio.models.autoencoder import build
from aestudio.spec.edit import with_value
from aestudio.spec.faults import UserError
from aestudio.spec.toml import load_spec
from aestudio.training.events import Event, Finished, NotKept, Stepped, Wanted
from tests.library.kept_runs import CPU, RUN, broken_off, gone_on, kept
from tests.small import dataset, only, small_mnist

FILES = {
    *("spec.toml", "card.json", "best.safetensors", "last.safetensors", "state.safetensors"),
    *("curves.safetensors", "history.csv", "metrics.json", "thumbnail.png", "hashes.json"),
    *("frames", "moments"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    return kept(tmp_path_factory.mktemp("workspace") / "run 1")


def _last(run: KeptRun) -> dict[str, np.ndarray]:
    return run.weights("last")


def _same(one: KeptRun, other: KeptRun) -> bool:
    pairs = [(one.weights(kind), other.weights(kind)) for kind in ("best", "last")]
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a)


# ------------------------------------------------------------------------------------- what is there


def test_the_folder_holds_open_files_and_nothing_else(whole: KeptRun) -> None:
    assert {path.name for path in whole.folder.iterdir()} - {".lock"} == FILES
    assert [path.name for path in whole.folder.parent.iterdir()] == ["run 1"]
    assert whole.problems == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_others_may_read_it(whole: KeptRun) -> None:
    assert stat.S_IMODE(whole.folder.stat().st_mode) == 0o755
    files = [path for path in whole.folder.rglob("[!.]*.*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o644}


def test_the_spec_comes_back(whole: KeptRun) -> None:
    assert load_spec(whole.folder / "spec.toml") == whole.run == RUN


def test_the_weights_come_back(whole: KeptRun) -> None:
    """Into a new model, built from the folder alone, that gives the figures that the folder tells."""
    model = build(whole.run.model, (1, 28, 28)).eval()
    weights = {name: torch.from_numpy(array) for name, array in whole.weights().items()}
    model.load_state_dict(weights)
    data = small_mnist()
    x = data.pixels(data.test)
    with torch.inference_mode():
        mse = float((model.decode(model.encode(x).mean) - x).square().mean())
    assert whole.measured
    assert mse == pytest.approx(whole.measured.metrics["test_mse"], rel=1e-4)
    assert whole.card.figures["test_mse"] == whole.measured.metrics["test_mse"]


def test_the_history_has_a_row_an_epoch(whole: KeptRun) -> None:
    with (whole.folder / "history.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [float(row["validation_mse"]) for row in rows] == [e.validation_mse for e in whole.epochs]
    assert {"validation bce", "validation penalty kl-prior", "seconds", "train_mse"} <= set(rows[0])


def test_every_loss_is_kept(whole: KeptRun) -> None:
    assert whole.curves.steps.tolist() == list(range(1, 25))
    assert set(whole.curves.terms) == {"bce", "penalty kl-prior"}


def test_the_metrics_tell_their_protocol_and_details(whole: KeptRun) -> None:
    told = json.loads((whole.folder / "metrics.json").read_text(encoding="utf-8"))
    assert "best epoch by validation" in told["protocol"]
    assert len(told["details"]["kl_nats_per_dimension"]) == 3
    assert told["metrics"]["largest_principal_angle_deg"] is None


def test_the_card_says_what_made_it_and_of_which_data(whole: KeptRun) -> None:
    card = whole.card
    assert (card.stage, card.step, card.epochs_done, card.epochs) == ("done", 24, 3, 3)
    assert {"aestudio", "torch", "numpy", "python"} <= set(card.versions)
    assert str(card.data["content_hash"]).startswith("sha256:")
    assert (card.device, card.threads) == ("cpu", 1)
    assert whole.floors
    assert whole.floors.pca_mse == card.floors["pca_mse"]


def test_the_thumbnail_shows_images_and_what_becomes_of_them(whole: KeptRun) -> None:
    with Image.open(whole.folder / "thumbnail.png") as image:
        assert image.size == (6 * 28, 2 * 28)


def test_frames_lead_from_the_first_steps_to_the_last(whole: KeptRun) -> None:
    first = read_frame(whole.folder, whole.frames[0], whole.id)
    assert first.pictures
    assert first.pictures.clean.shape == (12, 1, 28, 28)
    assert first.pictures.samples is not None
    assert first.run_id == whole.id
    data = small_mnist()
    clean = data.pixels(data.test[torch.from_numpy(first.pictures.pins.copy())]).numpy()
    np.testing.assert_allclose(first.pictures.clean, clean, atol=1e-6)
    assert whole.frames[-1] == 24


def test_the_weights_of_moments_are_kept(whole: KeptRun) -> None:
    assert whole.moments[-1] == 24
    moment = read_moment(whole.folder, 24)
    assert all(np.array_equal(moment[name], w) for name, w in _last(whole).items())


# ------------------------------------------------------------------------------------------- going on


@pytest.mark.parametrize("events", [1, 2, 7, 13, 20])
def test_a_run_that_is_closed_goes_on_from_that_very_step(
    events: int, whole: KeptRun, tmp_path: Path
) -> None:
    closed = broken_off(tmp_path / "closed", events)
    assert closed.card.stage == "paused"
    assert not is_held(closed.folder)
    gone_on(closed)
    again = open_run(closed.folder)
    assert (again.card.stage, again.problems) == ("done", ())
    assert _same(whole, again)
    assert [e.validation_mse for e in again.epochs] == [e.validation_mse for e in whole.epochs]
    assert again.curves.steps.tolist() == whole.curves.steps.tolist()
    assert again.curves.mse.tolist() == whole.curves.mse.tolist()


def test_what_was_written_after_the_last_state_is_cut(
    whole: KeptRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed run: losses, epochs and frames are ahead of its state."""
    closed = broken_off(tmp_path / "killed", 12)
    state = (closed.folder / "state.safetensors").read_bytes()
    gone_on(closed)
    (closed.folder / "state.safetensors").write_bytes(state)
    folder.unseal(closed.folder)
    card = replace(open_run(closed.folder).card, stage="running")
    card.write(closed.folder)
    gone_on(open_run(closed.folder))
    again = open_run(closed.folder)
    assert _same(whole, again)
    assert again.curves.steps.tolist() == list(range(1, 25))
    assert [e.epoch for e in again.epochs] == [1, 2, 3]


def test_a_run_without_a_state_begins_anew(whole: KeptRun, tmp_path: Path) -> None:
    lane = new_lane(RUN, tmp_path / "run", small_mnist())
    list(drive(replace(lane, resume=True), small_mnist(), device=CPU))
    assert _same(whole, open_run(tmp_path / "run"))


def test_it_goes_on_for_more_epochs(tmp_path: Path) -> None:
    longer = with_value(RUN, "training.epochs", 5)
    straight = kept(tmp_path / "straight", longer)
    short = kept(tmp_path / "short")
    list(drive(resumed_lane(short, small_mnist(), longer), small_mnist(), device=CPU))
    assert _same(straight, open_run(short.folder))
    assert load_spec(short.folder / "spec.toml") == longer


def test_other_data_are_refused(whole: KeptRun) -> None:
    other = dataset(torch.zeros(20, 1, 28, 28, dtype=torch.uint8))
    with pytest.raises(UserError, match="not on the open made up; open those"):
        resumed_lane(whole, other)


def test_a_failure_is_on_the_card(tmp_path: Path) -> None:
    run = with_value(with_value(RUN, "training.lr", 10.0), "training.optimiser", "sgd")
    with pytest.raises(UserError, match="try"):
        kept(tmp_path / "failed", run)
    card = open_run(tmp_path / "failed").card
    assert card.stage == "failed"
    assert "at step" in card.sentence


# ----------------------------------------------------------------------------------------- bad weather


def test_a_full_disk_keeps_the_old_state_and_training_goes_on(
    whole: KeptRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, no half of a file; and when there is room again, it is written again."""
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    monkeypatch.setattr(keeper, "_FIRST", 0.0)
    full, write = False, disk.os.fsync

    def fsync(handle: int) -> None:
        if full:
            raise OSError(28, "No space left on device")
        write(handle)

    monkeypatch.setattr(disk.os, "fsync", fsync)
    lane = new_lane(RUN, tmp_path / "run", small_mnist())
    told: list[Event] = []
    for event in drive(lane, small_mnist(), device=CPU):
        told.append(event)
        full = 6 <= len(only(told, Stepped)) < 16
    (sentence,) = {event.sentence for event in only(told, NotKept)}
    assert "no space left on device" in sentence
    assert _same(whole, open_run(tmp_path / "run"))
    assert open_run(tmp_path / "run").problems == ()
    assert not list((tmp_path / "run").glob(".*.part"))


def test_what_is_slow_to_write_is_written_more_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill loses what was trained since the last state that is whole on disk."""
    now = 100.0

    def write() -> None:
        nonlocal now
        now += 0.1 if now < 130 else 2.0 if now < 160 else 4.0

    monkeypatch.setattr(keeper, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(keeper, "write_state", write)
    asked, whole = [], []
    lane = new_lane(RUN, tmp_path / "run", small_mnist())
    assert lane.folder
    with keeper.Keeper(lane.folder) as keeping:
        ask = keeping.asking(Wanted)
        while now < 190:
            now += 0.1
            if ask().checkpoint:
                asked.append(now)
                keeping._write(write)
                whole.append(now)
    gaps, lost = np.diff(asked), np.subtract(whole[1:], asked[:-1])
    assert keeper.EVERY - 0.5 < np.median(gaps[:4]) < keeper.EVERY + 0.5
    assert lost.max() < 10
    assert lost[-3:].max() < 9


def test_a_read_only_place_is_told_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr(folder.tempfile, "mkdtemp", refuse)
    with pytest.raises(UserError, match=f"cannot be written .{os.strerror(30).lower()}"):
        check_free(tmp_path / "run")


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    file.write_text("mine", encoding="utf-8")
    for place in (full, file):
        with pytest.raises(UserError, match="is there already; give a new folder"):
            new_lane(RUN, place, small_mnist())
    assert (full / "mine.txt").read_text(encoding="utf-8") == file.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert new_lane(RUN, tmp_path / "empty", small_mnist()).folder == tmp_path / "empty"


def test_a_folder_that_cannot_be_finished_does_not_appear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: KeptRun
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", refuse)
    with pytest.raises(UserError, match="no space left"):
        make_folder(tmp_path / "run", RUN, whole.card)
    assert list(tmp_path.iterdir()) == []


def test_two_writers(tmp_path: Path) -> None:
    """The second is told who holds it; a run that is held can be looked at."""
    lane = new_lane(RUN, tmp_path / "run", small_mnist())
    first = drive(lane, small_mnist(), device=CPU)
    next(first)
    with pytest.raises(UserError, match=rf"held by AE Studio .process {os.getpid()} on .*training since"):
        next(drive(lane, small_mnist(), device=CPU))
    assert open_run(tmp_path / "run").card.stage == "running"
    first.close()
    assert not is_held(tmp_path / "run")


@pytest.mark.parametrize("name", ["best.safetensors", "state.safetensors", "curves.safetensors"])
@pytest.mark.parametrize("damage", ["cut", "altered", "missing"])
def test_a_damaged_file_is_named_and_the_rest_opens(name: str, damage: str, tmp_path: Path) -> None:
    run = kept(tmp_path / "run")
    path = run.folder / name
    data = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    else:
        data[-9] ^= 1
        path.write_bytes(data[:-20] if damage == "cut" else data)
    again = open_run(run.folder)
    assert any(name in sentence for sentence in again.problems)
    assert again.measured
    assert len(again.epochs) == 3
    if name == "best.safetensors" and damage != "missing":
        with pytest.raises(UserError, match="restore it from a copy"):
            again.weights()


def test_a_damaged_table_or_figure_is_named(tmp_path: Path) -> None:
    run = kept(tmp_path / "run")
    (run.folder / "history.csv").write_text("epoch,step\n1,x\n", encoding="utf-8")
    (run.folder / "metrics.json").write_text("{", encoding="utf-8")
    again = open_run(run.folder)
    assert (again.epochs, again.measured) == ((), None)
    assert len(again.problems) == 4  # altered, and unreadable, each


def test_a_foreign_folder_and_a_newer_run_are_refused(tmp_path: Path, whole: KeptRun) -> None:
    with pytest.raises(UserError, match=r"is no run .it has no card.json"):
        open_run(tmp_path)
    plain = json.loads((whole.folder / "card.json").read_text(encoding="utf-8"))
    plain["format"], plain["versions"]["aestudio"] = 99, "9.9"
    (tmp_path / "card.json").write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(UserError, match=r"made by AE Studio 9.9; update this one"):
        open_run(tmp_path)
    (tmp_path / "card.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(UserError, match="lacks what a card needs"):
        open_run(tmp_path)


def test_looking_at_a_kept_run_needs_no_right_to_write(whole: KeptRun) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.folder.rglob("*")}
    open_run(whole.folder).weights()
    read_frame(whole.folder, whole.frames[0], whole.id)
    assert {path: path.stat().st_mtime_ns for path in whole.folder.rglob("*")} == before


def test_a_stopped_run_keeps_best_and_last(tmp_path: Path) -> None:
    asked = itertools.count()
    run = kept(tmp_path / "run", ask=lambda: Wanted(stop=next(asked) == 13))
    assert (run.card.stage, run.card.step) == ("stopped", 13)
    assert (run.folder / LAST).exists()
    assert isinstance(gone_on(run)[-2], Finished)
