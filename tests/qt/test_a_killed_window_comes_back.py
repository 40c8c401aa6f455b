"""Recovery: a real process with a window and a run is killed, and the next window has it all again."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from aestudio.library import disk
from aestudio.library.journal import journal_folder, read_journal
from aestudio.qt.builder.document import Document
from aestudio.qt.desk import Asked, Desk, Told
from aestudio.qt.recovered import recovery_of
from aestudio.qt.recovery import Recovery
from aestudio.qt.window import Window
from tests.qt.fakes import FakeEngine
from tests.small import small_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]


class Place:
    """A small window with a recovery, and what it was told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window, self.document = QMainWindow(), Document(small_run())
        self.document.setParent(self.window)
        qtbot.addWidget(self.window)
        self.splitter = QSplitter(self.window)
        for _ in range(2):
            self.splitter.addWidget(QWidget())
        self.told: dict[str, Any] = {}
        self.trains = False
        asked = Asked(
            page=lambda: "train",
            workspace=Path,
            runs=tuple,
            ticks=tuple,
            queue=tuple,
            pictures=lambda: ((), None),
        )
        told = Told(
            page=lambda page: self.told.update(page=page),
            workspace=lambda folder: self.told.update(workspace=folder),
            ticks=lambda ticks: self.told.update(ticks=ticks),
            pictures=lambda *pictures: self.told.update(pictures=pictures),
        )
        desk = Desk(self.window, self.document, {"right": self.splitter}, asked, told)
        self.recovery = Recovery(desk, self.document.undo_stack, lambda: self.trains, self.window)
        self.bar = self.recovery.bar

    def written(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: not self.recovery.journaling.is_busy)


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    made = Place(qtbot)
    yield made
    made.recovery.close()


def _killed(workspace: Path) -> None:
    """A window in a process of its own, killed in the middle of its work."""
    workspace.mkdir()
    command = [sys.executable, "-m", "tests.qt.dying_window", str(workspace)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("ready")
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def _own_journals() -> list[Path]:
    return sorted(journal_folder().glob("*.json"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_window_comes_back(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    _killed(workspace)
    (dead,) = _own_journals()
    with qtbot.waitSignal(place.recovery._finder.found):
        place.recovery.begin()
    assert place.bar.ask.sentence.text().startswith("AE Studio ended unexpectedly with ")
    assert "1 run interrupted" in place.bar.ask.sentence.text()
    place.bar.restore.trigger()
    training = place.document.spec.training
    assert (training.lr, training.epochs) == (0.0123, 77)
    assert place.document.base.training.lr != 0.0123
    assert place.told == {
        "page": "runs",
        "workspace": workspace,
        "ticks": (workspace / "a", workspace / "b"),
        "pictures": ((workspace / "cat.png", workspace / "cup.jpg"), workspace / "cup.jpg"),
    }
    assert place.window.height() == 620  # the offscreen screen is narrower than the window was
    assert place.splitter.orientation() == Qt.Orientation.Vertical
    place.document.undo_stack.undo()
    assert place.document.spec == small_run()
    with qtbot.waitSignal(place.recovery.resume_wanted) as wanted:
        place.bar.lines[workspace / "live"].buttons[0].click()
    assert wanted.args == [workspace / "live"]
    qtbot.waitUntil(lambda: not dead.exists())  # once this window's own journal holds it
    assert len(_own_journals()) == 1


def test_pictures_come_back_as_they_were(qtbot: QtBot, tmp_path: Path) -> None:
    """Through the window's own desk and journal: in their order, the one that was looked at chosen."""
    files = [tmp_path / "cat.png", tmp_path / "cup.png", tmp_path / "dog.png"]
    for shade, path in enumerate(files):
        Image.new("RGB", (40 + shade, 30), (90 * shade,) * 3).save(path)
    windows = [Window(FakeEngine()) for _ in range(2)]
    for window in windows:
        qtbot.addWidget(window)
        window.chapters.make_ready()
    before, after = (window.chapters.pictures_page for window in windows)
    recovery = windows[0].chapters.recovery
    assert before
    assert after
    assert recovery
    before.add_files(files)
    qtbot.waitUntil(lambda: len(before.roll.entries) == 3)
    before.view.choose(before.roll.entries[1])
    qtbot.waitUntil(lambda: not recovery.journaling.is_busy)
    journals = [read_journal(path) for path in _own_journals()]
    (journal,) = (journal for journal in journals if journal.pictures)
    files[2].unlink()
    recovery_of(windows[1])._desk.bring_back(journal)
    assert [entry.source for entry in after.roll.entries] == files
    assert after.view.current is after.roll.entries[1]
    after.view.choose(after.roll.entries[2])
    qtbot.waitUntil(lambda: "cannot be read" in after.roll.entries[2].note)
    for window in windows:
        window.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_is_neither_taken_nor_discarded_is_offered_again(
    place: Place, qtbot: QtBot, tmp_path: Path
) -> None:
    _killed(tmp_path / "ws")
    for _ in range(2):
        other = Place(qtbot)
        with qtbot.waitSignal(other.recovery._finder.found):
            other.recovery.begin()
        other.recovery.close()
    with qtbot.waitSignal(place.recovery._finder.found):
        place.recovery.begin()
    place.bar.discard.trigger()
    assert not place.bar.isVisibleTo(place.window)
    assert [path.name for path in (journal_folder() / "discarded").iterdir()]


def test_each_undo_step_is_written(place: Place, qtbot: QtBot) -> None:
    place.recovery.begin()
    place.written(qtbot)
    (path,) = _own_journals()
    place.document.set_value("training.lr", 0.5)
    place.written(qtbot)
    assert read_journal(path).spec.training.lr == 0.5
    place.document.undo_stack.undo()
    place.written(qtbot)
    assert read_journal(path).spec == small_run()


def test_training_is_an_occasion_too(place: Place, qtbot: QtBot) -> None:
    place.recovery.begin()
    place.written(qtbot)
    (path,) = _own_journals()
    before = path.stat().st_ino
    place.recovery.journaling._timer.timeout.emit()
    assert not place.recovery.journaling.is_busy
    place.trains = True
    place.recovery.journaling._timer.timeout.emit()
    place.written(qtbot)
    assert path.stat().st_ino != before
    assert place.recovery.journaling._timer.interval() <= 10_000


def test_a_clean_close_offers_nothing(qtbot: QtBot) -> None:
    first = Place(qtbot)
    first.recovery.begin()
    first.written(qtbot)
    assert _own_journals()
    first.recovery.close()
    assert _own_journals() == []


def test_two_windows_have_a_journal_each(place: Place, qtbot: QtBot) -> None:
    other = Place(qtbot)
    for one in (place, other):
        one.recovery.begin()
        one.written(qtbot)
    assert len(_own_journals()) == 2
    other.recovery.close()
    assert len(_own_journals()) == 1


def test_a_full_disk_is_told_once(place: Place, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    troubles: list[str] = []
    place.recovery.trouble.connect(troubles.append)
    place.recovery.begin()
    place.written(qtbot)
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "fsync", full)
        for lr in (0.1, 0.2):
            place.document.set_value("training.lr", lr)
            place.written(qtbot)
            place.document.seal()
    assert len(troubles) == 1
    assert "no space left on device" in troubles[0]
    place.document.set_value("training.lr", 0.3)
    place.written(qtbot)
    assert read_journal(_own_journals()[0]).spec.training.lr == 0.3
