"""The journal: whole or the one before, one a process, and offered only once its process is gone."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aestudio.library import disk
from aestudio.library.journal import Journal, JournalFile, left_behind, read_journal
from aestudio.spec.faults import UserError
from tests.small import small_run

JOURNAL = Journal(
    spec=small_run(("training.lr", 0.02)),
    base=small_run(),
    page="runs",
    geometry="AAEC",
    splitters={"columns": "AwQ="},
    workspace="/somewhere",
    runs=("/somewhere/a",),
    ticks=("/somewhere/b", "/somewhere/c"),
    queue=("1", "2"),
    pictures=("/elsewhere/cat.png", "/elsewhere/cup.jpg"),
    picture="/elsewhere/cup.jpg",
)


def _died(file: JournalFile) -> None:
    """What the system does with a process's locks when it dies."""
    file._lock.release(force=True)


def test_everything_comes_back(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    assert file.path.name == f"{os.getpid()}.json"
    assert read_journal(file.path) == JOURNAL
    file.close()


def test_a_journal_from_before_there_were_pictures_is_read(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    plain = json.loads(file.path.read_text())
    del plain["pictures"], plain["picture"]
    file.path.write_text(json.dumps(plain))
    assert read_journal(file.path) == replace(JOURNAL, pictures=(), picture="")
    file.close()


def test_a_clean_close_leaves_nothing(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    file.close()
    assert list(tmp_path.iterdir()) == []
    assert left_behind(tmp_path) == ()


def test_the_living_are_not_offered(tmp_path: Path) -> None:
    files = [JournalFile(tmp_path) for _ in range(2)]
    assert files[0].path != files[1].path
    for file in files:
        file.write(JOURNAL)
    assert left_behind(tmp_path) == ()
    _died(files[0])
    left = left_behind(tmp_path)
    assert [one.path for one in left] == [files[0].path]
    left[0].discard()
    files[1].close()


def test_one_window_offers_it_and_not_two(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    _died(file)
    (left,) = left_behind(tmp_path)
    assert left_behind(tmp_path) == ()
    left.let_go()
    (again,) = left_behind(tmp_path)
    again.discard()
    assert left_behind(tmp_path) == ()
    assert [read_journal(path) for path in (tmp_path / "discarded").iterdir()] == [JOURNAL]


def test_a_dead_process_of_the_same_number_is_not_overwritten(tmp_path: Path) -> None:
    dead = JournalFile(tmp_path)
    dead.write(JOURNAL)
    _died(dead)
    mine = JournalFile(tmp_path)
    assert mine.path != dead.path
    assert read_journal(dead.path) == JOURNAL
    mine.close()


def test_a_full_disk_leaves_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "fsync", full)
        with pytest.raises(UserError, match="no space left on device"):
            file.write(Journal(spec=small_run(), base=small_run()))
    assert read_journal(file.path) == JOURNAL
    assert not list(tmp_path.glob("*.part"))
    file.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}', '{"format": "x"}'])
def test_what_is_no_journal_is_put_aside(text: str, tmp_path: Path) -> None:
    (tmp_path / "123.json").write_text(text, encoding="utf-8")
    assert left_behind(tmp_path) == ()
    assert (tmp_path / "discarded" / "123.json").read_text(encoding="utf-8") == text


def test_an_unknown_key_does_not_open_half(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    file.write(JOURNAL)
    plain = json.loads(file.path.read_text(encoding="utf-8"))
    file.path.write_text(json.dumps(plain | {"colour": "red"}), encoding="utf-8")
    with pytest.raises(UserError, match="is no journal"):
        read_journal(file.path)
    file.close()
