"""A workspace finds, renames, deletes and brings back; what cannot be read is listed with the reason."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from aestudio.library.card import CARD, read_card
from aestudio.library.copies import copy_run
from aestudio.library.lock import held
from aestudio.library.workspace import Workspace, default_workspace, folder_name
from aestudio.spec.faults import UserError
from tests.library.kept_runs import broken_off


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place = Workspace(tmp_path / "work").open()
    broken_off(place.new_folder("first run"), 3)
    broken_off(place.new_folder("first run"), 3)
    return place


def test_runs_of_one_name_get_folders_of_their_own(workspace: Workspace) -> None:
    assert {e.folder.name for e in workspace.entries()} == {"first-run", "first-run 2"}


def test_runs_are_found_by_folder_name_and_id(workspace: Workspace) -> None:
    folder = workspace.folder / "first-run"
    assert workspace.find("first-run") == workspace.find(str(folder)) == folder
    assert workspace.find(read_card(folder).id[:8]) == folder
    with pytest.raises(UserError, match=r"there is no run 'other' .* use one of .*first-run"):
        workspace.find("other")
    workspace.change(folder, tags=("a",))
    with pytest.raises(UserError, match="is the name of 2 runs; use a folder"):
        workspace.find("untitled")


def test_rename_takes_the_folder_along(workspace: Workspace) -> None:
    moved = workspace.rename(workspace.folder / "first-run", "Good one: β = 4")
    assert moved.name == "Good-one-β-4"
    assert read_card(moved).name == "Good one: β = 4"
    with pytest.raises(UserError, match="needs a name"):
        workspace.rename(moved, "  ")


def test_deleted_runs_can_be_brought_back(workspace: Workspace) -> None:
    before = {p.name: p.read_bytes() for p in (workspace.folder / "first-run").glob("*.toml")}
    binned = workspace.discard(workspace.folder / "first-run")
    assert [e.folder.name for e in workspace.entries()] == ["first-run 2"]
    assert [e.folder for e in workspace.binned()] == [binned]
    back = workspace.restore(binned)
    assert back.name == "first-run"
    assert {p.name: p.read_bytes() for p in back.glob("*.toml")} == before


def test_a_held_run_is_neither_changed_nor_deleted(workspace: Workspace) -> None:
    folder = workspace.folder / "first-run"
    with held(folder, "training"):
        for change in (
            lambda: workspace.rename(folder, "x"),
            lambda: workspace.discard(folder),
            lambda: workspace.change(folder, note="n"),
        ):
            with pytest.raises(UserError, match="is held by AE Studio"):
                change()
    assert workspace.change(folder, note="seen", tags=("a", "b")).note == "seen"
    assert read_card(folder).tags == ("a", "b")


def test_what_is_no_run_is_listed_with_the_reason(workspace: Workspace) -> None:
    (workspace.folder / "holiday").mkdir()
    (workspace.folder / "first-run" / CARD).write_text("{", encoding="utf-8")
    problems = {e.folder.name: e.problem for e in workspace.entries() if e.card is None}
    assert "is no run" in problems["holiday"]
    assert "cannot be read" in problems["first-run"]
    assert len(workspace.entries()) == 3


def test_a_vanished_workspace_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="choose a workspace that is there"):
        Workspace(tmp_path / "gone").entries()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="is a file; choose a folder"):
        Workspace(tmp_path / "file").open()


@pytest.mark.skipif(os.name == "nt", reason="another rule there")
def test_the_usual_workspace_is_among_the_documents(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_workspace() == home / "documents" / "AE Studio"
    monkeypatch.setenv("AESTUDIO_WORKSPACE", str(home / "mine"))
    assert default_workspace() == home / "mine"


@pytest.mark.parametrize(
    ("name", "folder"),
    [("vae-2", "vae-2"), ("a/b\\c:d", "a-b-c-d"), ("..", "run"), ("β = 4?", "β-4"), ("", "run")],
)
def test_names_become_folders_on_every_system(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_a_copy_waits_for_a_run_that_is_about_to_rest(tmp_path: Path) -> None:
    """Saved at the very end of the training, while its last files are being written."""
    folder = tmp_path / "run"
    broken_off(folder, 3)
    begun, ended = threading.Event(), threading.Event()

    def write() -> None:
        with held(folder, "training"):
            begun.set()
            ended.wait(0.3)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    assert copy_run(folder, tmp_path / "copy") == tmp_path / "copy"
    writer.join()
    assert read_card(tmp_path / "copy").id != read_card(tmp_path / "run").id
