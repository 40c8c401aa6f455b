"""The queue: one file that several programs change, and that says what is wrong with it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from filelock import FileLock

from aestudio.library import queue
from aestudio.library.queue import Queued, RunQueue, repeats
from aestudio.spec.faults import UserError
from tests.small import small_run

RUN = small_run()


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in RunQueue(folder).read()]


def _filled(folder: Path) -> RunQueue:
    waiting = RunQueue(folder)
    waiting.add(Queued(run=RUN, name=name) for name in "abcde")
    return waiting


def test_without_a_file_nothing_waits(tmp_path: Path) -> None:
    assert RunQueue(tmp_path).read() == ()
    assert RunQueue(tmp_path).take() is None


def test_it_survives_a_restart(tmp_path: Path) -> None:
    entry = Queued(run=small_run(("training.seed", 7)), name="seven", group="g")
    RunQueue(tmp_path).add([entry])
    assert RunQueue(tmp_path).read() == (entry,)


@pytest.mark.parametrize(
    ("chosen", "to", "order"),
    [
        ("c", 0, "cabde"),
        ("c", 2, "abcde"),
        ("c", 3, "abcde"),
        ("a", 5, "bcdea"),
        ("bd", 0, "bdace"),
        ("ae", 3, "bcaed"),
    ],
)
def test_entries_move_before_a_place(chosen: str, to: int, order: str, tmp_path: Path) -> None:
    waiting = _filled(tmp_path)
    ids = [entry.id for entry in waiting.read() if entry.name in chosen]
    waiting.move(ids, to)
    assert "".join(_names(tmp_path)) == order


def test_what_was_taken_out_goes_back_to_its_place(tmp_path: Path) -> None:
    waiting = _filled(tmp_path)
    before = waiting.read()
    waiting.remove([before[1].id, before[3].id])
    assert _names(tmp_path) == ["a", "c", "e"]
    waiting.put_back([(3, before[3]), (1, before[1])])
    assert waiting.read() == before


def test_an_entry_is_trained_by_one_program_only(tmp_path: Path) -> None:
    waiting = _filled(tmp_path)
    first = waiting.read()[0]
    taken = [RunQueue(tmp_path).take(first.id) for _ in range(2)]
    assert taken == [first, None]
    assert waiting.take() is not None
    assert _names(tmp_path) == ["c", "d", "e"]


def test_two_programs_lose_nothing(tmp_path: Path) -> None:
    def fill(name: str) -> None:
        for i in range(8):
            RunQueue(tmp_path).add([Queued(run=RUN, name=f"{name}{i}")])

    threads = [threading.Thread(target=fill, args=(name,)) for name in "xy"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_names(tmp_path)) == sorted(f"{name}{i}" for name in "xy" for i in range(8))


def test_repeats_are_one_group_of_other_seeds(tmp_path: Path) -> None:
    entries = repeats(small_run(("training.seed", 3)), 3, "wide")
    assert [entry.run.training.seed for entry in entries] == [3, 4, 5]
    assert len({entry.group for entry in entries}) == 1
    assert entries[0].group
    assert repeats(RUN, 1)[0].group == ""
    with pytest.raises(UserError, match="0 seeds cannot be queued; use 1 to 100"):
        repeats(RUN, 0)


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    waiting = _filled(tmp_path)
    for text in ("entries = [", "[[entries]]\nid = 'x'\nname = 'y'\ngroup = ''\n", "entries = 5\n"):
        waiting.path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=r"queue\.toml"):
            waiting.read()
        with pytest.raises(UserError, match=r"queue\.toml"):
            waiting.add([Queued(run=RUN)])
        assert waiting.path.read_text(encoding="utf-8") == text


def test_who_holds_it_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_PATIENCE", 0.0)
    with FileLock(tmp_path / ".queue.lock"), pytest.raises(UserError, match="held by another program"):
        RunQueue(tmp_path).add([Queued(run=RUN)])


def test_a_workspace_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        RunQueue(tmp_path / "gone" / "ws").add([Queued(run=RUN)])
