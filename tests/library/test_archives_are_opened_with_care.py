"""Runs as one zip file: out and in again, and nothing that an archive from a stranger could do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from aestudio.cli import main
from aestudio.library.archive import export_runs, import_runs
from aestudio.library.kept import KeptRun, open_run
from aestudio.library.lock import held
from aestudio.library.workspace import Workspace
from aestudio.spec.faults import UserError
from tests.library.kept_runs import kept


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    return kept(tmp_path_factory.mktemp("work") / "a run")


def test_out_and_in_again(run: KeptRun, tmp_path: Path) -> None:
    path = export_runs([run.folder], tmp_path / "runs.zip")
    (folder,) = import_runs(path, Workspace(tmp_path / "other"))
    again = open_run(folder)
    assert (again.run, again.id, again.problems, again.frames) == (run.run, run.id, (), run.frames)
    (second,) = import_runs(path, Workspace(tmp_path / "other"))
    assert open_run(second).id != run.id, "the same run twice is a copy"
    assert [p.name for p in (tmp_path / "other").iterdir() if p.name.startswith(".")] == []


def test_runs_of_one_name_stay_apart(run: KeptRun, tmp_path: Path) -> None:
    other = kept(tmp_path / "elsewhere" / run.folder.name)
    file = export_runs([run.folder, other.folder, run.folder], tmp_path / "runs.zip")
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
    come = import_runs(file, Workspace(tmp_path / "new"))
    assert {open_run(folder).id for folder in come} == {run.id, other.id}


def test_what_is_no_file_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none.zip: is no file; choose one that Export Runs wrote"):
        import_runs(tmp_path / "none.zip", Workspace(tmp_path / "new"))


def test_from_the_command_line(
    run: KeptRun, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(run.folder)]) == 0
    assert capsys.readouterr().out.strip() == "a run.zip"
    assert main(["export", str(run.folder)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["runs", "--workspace", str(tmp_path / "w"), "--import", "a run.zip"]) == 0
    assert " 3 epochs " in capsys.readouterr().out


def test_a_held_run_is_not_packed(run: KeptRun, tmp_path: Path) -> None:
    with held(run.folder, "training"), pytest.raises(UserError, match="is held by"):
        export_runs([run.folder], tmp_path / "runs.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../evil/card.json", "outside a run's folder"),
        ("/etc/card.json", "outside a run's folder"),
        ("a/../../card.json", "outside a run's folder"),
        ("C:\\a\\card.json", "outside a run's folder"),
        ("card.json", "outside a run's folder"),
        ("a/readme.txt", "holds no run"),
        ("a/card.json", "cannot be read"),
    ],
)
def test_a_foreign_archive(name: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "{")
    with pytest.raises(UserError, match=told):
        import_runs(path, Workspace(tmp_path / "w"))
    assert {p.name for p in tmp_path.rglob("*")} <= {"evil.zip", "w"}


def test_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/card.json", "{}")
        archive.writestr("a/zeros", b"\0" * 50_000_000)
    with pytest.raises(UserError, match=r"would unpack to 0\.1 GB"):
        import_runs(path, Workspace(tmp_path / "w"))


@pytest.mark.parametrize("damage", ["cut", "altered", "no zip"])
def test_a_damaged_archive(damage: str, run: KeptRun, tmp_path: Path) -> None:
    path = export_runs([run.folder], tmp_path / "runs.zip")
    data = bytearray(path.read_bytes())
    data[2_000] ^= 0xFF
    path.write_bytes({"cut": bytes(data[:5_000]), "altered": bytes(data), "no zip": b"hello"}[damage])
    with pytest.raises(
        UserError, match=r"damaged or no zip file|restore it from a copy|could not be unpacked"
    ):
        import_runs(path, Workspace(tmp_path / "w"))
    assert not list((tmp_path / "w").glob("*"))
