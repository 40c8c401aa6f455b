"""What does not fit comfortably in memory is mapped, leaves nothing on the disk, and fails in a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from aestudio.data import room
from aestudio.data.door import open_data
from aestudio.data.resources import cache_folder
from aestudio.spec.faults import UserError
from aestudio.spec.run import DataSpec


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer without a byte to spare, and its cache folder."""
    monkeypatch.setattr(room, "available_memory", lambda: 0)
    monkeypatch.setenv("AESTUDIO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_memory_is_used_where_it_fits() -> None:
    assert not isinstance(room.room_for((10, 10), np.uint8), np.memmap)
    assert room.available_memory() > 1 << 20


def test_a_mapped_array_can_be_filled_and_leaves_no_file(no_memory: Path) -> None:
    array = room.room_for((1000, 7), np.float32)
    assert isinstance(array, np.memmap)
    array[:] = 3
    assert array.sum() == 21_000
    assert [p for p in no_memory.rglob("*") if p.is_file()] == []


def test_mapped_data_are_the_same_data(
    idx_folder: Path, monkeypatch: pytest.MonkeyPatch, no_memory: Path
) -> None:
    mapped = open_data(DataSpec(source=str(idx_folder))).images
    monkeypatch.undo()
    assert mapped.equal(open_data(DataSpec(source=str(idx_folder))).images)


def test_what_an_earlier_crash_left_is_swept(no_memory: Path) -> None:
    left = no_memory / "mapped" / "old.mapped"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    room.room_for((10,), np.uint8)
    assert not left.exists()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system sets blocks aside by writing")
def test_a_full_disk_is_told_before_anything_is_written(
    no_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(UserError, match="need 784 MB, which fit neither in memory nor on this disk"):
        room.room_for((1_000_000, 784), np.uint8)
    assert [p for p in no_memory.rglob("*") if p.is_file()] == []


def test_a_cache_that_cannot_be_made_is_told(no_memory: Path) -> None:
    no_memory.write_text("a file where the folder belongs")
    with pytest.raises(UserError, match="set AESTUDIO_CACHE to a folder on another disk"):
        room.room_for((10,), np.uint8)


def test_systems_without_fallocate_write_the_blocks(no_memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    array = room.room_for((3 << 20,), np.uint8)
    assert array.sum() == 0


def test_the_cache_is_below_the_home() -> None:
    assert cache_folder().name == "aestudio"
