"""The catalogue: what it says is what lies on disk, and only cards that changed are opened again."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from aestudio.library import catalogue as module
from aestudio.library.card import CARD, new_card, read_card
from aestudio.library.catalogue import Catalogue
from aestudio.library.folder import make_folder
from aestudio.library.lock import held
from aestudio.library.workspace import Entry, Workspace
from aestudio.spec.faults import UserError
from tests.small import small_run


def _run(workspace: Workspace, name: str, day: int, stage: str = "done") -> Path:
    run = small_run(("name", name))
    card = replace(new_card(run, name=name), created=f"2026-01-{day:02}T10:00:00+00:00", stage=stage)  # type: ignore[arg-type]
    folder = workspace.new_folder(name)
    make_folder(folder, run, card)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "ws").open()
    for day, name in enumerate(("one", "two", "three"), 1):
        _run(made, name, day)
    return made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    before = module.read_entry

    def noting(folder: Path) -> Entry:
        names.append(folder.name)
        return before(folder)

    monkeypatch.setattr(module, "read_entry", noting)
    return names


def _names(catalogue: Catalogue) -> list[str]:
    return [entry.folder.name for entry in catalogue.read().entries]


def test_only_what_changed_is_opened_again(workspace: Workspace, opened: list[str]) -> None:
    catalogue = Catalogue(workspace)
    assert _names(catalogue) == ["three", "two", "one"]
    opened.clear()
    assert _names(catalogue) == ["three", "two", "one"]
    assert opened == []
    Workspace(workspace.folder).change(workspace.folder / "two", tags=("new",))  # as another program does
    entries = catalogue.read().entries
    assert opened == ["two"]
    assert [entry.card.tags for entry in entries if entry.card] == [(), ("new",), ()]


def test_what_comes_and_goes_is_noticed(workspace: Workspace) -> None:
    catalogue = Catalogue(workspace)
    catalogue.read()
    shutil.rmtree(workspace.folder / "one")
    _run(workspace, "four", 4)
    assert _names(catalogue) == ["four", "three", "two"]


def test_the_bin_is_listed_apart(workspace: Workspace) -> None:
    binned = Catalogue(workspace, binned=True)
    assert _names(binned) == []
    workspace.discard(workspace.folder / "one")
    assert [entry.card.name for entry in binned.read().entries if entry.card] == ["one"]
    assert _names(Catalogue(workspace)) == ["three", "two"]


def test_a_foreign_folder_says_why_until_it_is_a_run(workspace: Workspace) -> None:
    catalogue, foreign = Catalogue(workspace), workspace.folder / "foreign"
    foreign.mkdir()
    entry = catalogue.read().entries[-1]
    assert entry.card is None
    assert "is no run" in entry.problem
    shutil.copy(workspace.folder / "one" / CARD, foreign)
    assert all(entry.card for entry in catalogue.read().entries)


def test_a_run_of_a_newer_program_is_named(workspace: Workspace) -> None:
    path = workspace.folder / "two" / CARD
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}), encoding="utf-8")
    problems = [entry.problem for entry in Catalogue(workspace).read().entries if entry.card is None]
    assert len(problems) == 1
    assert "update this one" in problems[0]


def test_who_trains_is_told_from_who_was_killed(workspace: Workspace) -> None:
    live, dead = _run(workspace, "live", 5, "running"), _run(workspace, "dead", 6, "running")
    assert read_card(dead).stage == "running"
    with held(live, "training"):
        assert Catalogue(workspace).read().held == {live}
    assert Catalogue(workspace).read().held == frozenset()


def test_a_vanished_workspace_is_told(workspace: Workspace) -> None:
    catalogue = Catalogue(workspace)
    catalogue.read()
    workspace.folder.rename(workspace.folder.with_name("elsewhere"))
    with pytest.raises(UserError, match=r"cannot be read \(no such file or directory\); choose a workspace"):
        catalogue.read()
    workspace.folder.with_name("elsewhere").rename(workspace.folder)
    assert len(catalogue.read().entries) == 3


def test_a_read_only_workspace_is_known(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Catalogue(workspace).read().read_only
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    assert Catalogue(workspace).read().read_only


def test_a_deed_in_a_vanished_workspace_does_not_bring_half_of_it_back(workspace: Workspace) -> None:
    shutil.rmtree(workspace.folder)
    for deed in (workspace.discard, lambda folder: workspace.change(folder, note="x")):
        with pytest.raises(UserError):
            deed(workspace.folder / "one")
    assert not workspace.folder.exists()
