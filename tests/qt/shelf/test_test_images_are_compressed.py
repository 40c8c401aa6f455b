"""The test images of the open data through a run of one's own, as one file, from the window."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from aestudio.cli import main
from aestudio.evaluation.lane import drive, new_lane
from aestudio.pictures.codec.archive import unpack_images
from aestudio.pictures.codec.container import unseal
from aestudio.pictures.own_runs import open_own_run
from aestudio.qt.dialogs.archive_dialog import ArchiveDialog
from aestudio.qt.running.loader import Opened
from aestudio.spec.run import DataSpec
from tests.qt.fakes import FakeEngine
from tests.qt.windows import open_window_on
from tests.small import small_mnist, small_run

PATIENCE = 60_000


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run on real digits."""
    folder = tmp_path_factory.mktemp("ws") / "digits"
    spec = small_run(("training.epochs", 2))
    list(drive(new_lane(spec, folder, small_mnist()), small_mnist(), device=torch.device("cpu")))
    return folder


def opened(*, side: int = 28) -> Opened:
    data = small_mnist()
    images = data.images[data.test][:, :, :side, :side].numpy()
    return Opened(DataSpec(source="mnist"), data, images, None)


@pytest.fixture
def dialog(qtbot: QtBot, run: Path) -> Iterator[ArchiveDialog]:
    made = shown(qtbot, run, opened())
    qtbot.waitUntil(lambda: made.packed is not None, timeout=PATIENCE)
    yield made
    made.close()


def shown(qtbot: QtBot, run: Path, data: Opened) -> ArchiveDialog:
    made = ArchiveDialog(run, data)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_size_and_quality_follow_the_bits(qtbot: QtBot, dialog: ArchiveDialog) -> None:
    fine = dialog.packed
    assert fine is not None
    assert fine.bits == 5
    dialog.bits.setFocus()
    qtbot.keyClick(dialog.bits, Qt.Key.Key_Down)
    assert not dialog.save.isEnabled(), "what is shown is of other bits"
    qtbot.waitUntil(lambda: dialog.packed is not None, timeout=PATIENCE)
    coarse = dialog.packed
    assert coarse is not None
    assert coarse.bits == 4
    assert len(coarse.file) < len(fine.file)
    assert coarse.psnr < fine.psnr
    assert dialog.near.text() == f"PSNR {coarse.psnr:.2f} dB"
    assert dialog.each.text().startswith(f"{len(coarse.file) / 300:.1f} bytes, ")


def test_what_is_saved_comes_back(
    qtbot: QtBot, dialog: ArchiveDialog, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "digits"), ""))
    with qtbot.waitSignal(dialog.said, timeout=PATIENCE):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    file = tmp_path / "digits.aes"
    images = unpack_images(open_own_run(run), unseal(file.read_bytes(), "it"), "it")
    assert images.shape == (300, 1, 28, 28)
    assert dialog.packed is not None
    assert file.read_bytes() == dialog.packed.file


def test_the_command_says_the_same(
    qtbot: QtBot, dialog: ArchiveDialog, capsys: pytest.CaptureFixture[str]
) -> None:
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:2] == ["aestudio", "compress"]
    assert dialog.packed is not None
    assert main([*words[1:], "--json", "--out", str(dialog._folder.parent / "out")]) == 0
    assert '"images": 10000' in capsys.readouterr().out  # all of MNIST there, a part of it here


def test_no_command_is_offered_for_another_split(qtbot: QtBot, run: Path) -> None:
    usual = opened()
    dialog = shown(qtbot, run, dataclasses.replace(usual, spec=DataSpec(source="mnist", seed=3)))
    assert not dialog.copy.isEnabled()
    assert "split" in dialog.copy.toolTip()
    dialog.close()


def test_images_of_another_size_are_refused_with_what_would_do(qtbot: QtBot, run: Path) -> None:
    dialog = shown(qtbot, run, opened(side=14))
    qtbot.waitUntil(dialog.note.isVisible, timeout=PATIENCE)
    assert "takes images of 28 × 28 × 1" in dialog.note.text()
    assert "open the data that it was trained on" in dialog.note.text()
    assert not dialog.save.isEnabled()
    dialog.close()


def test_the_chosen_run_compresses_what_is_open(workspace: Path, qtbot: QtBot) -> None:
    window = open_window_on(qtbot, FakeEngine(), pages=True)
    window.chapters.use_workspace(workspace)
    page = window.chapters.runs_page
    assert page
    qtbot.waitUntil(lambda: len(page.table.runs.listing.rows) == 5, timeout=PATIENCE)
    page.table.choose([workspace / "beta"])
    page.actions_.pack.trigger()
    dialog = window.findChild(ArchiveDialog)
    assert dialog
    qtbot.waitUntil(lambda: dialog.packed is not None, timeout=PATIENCE)
    assert dialog.packed is not None
    assert str(workspace / "beta") in dialog.command
    assert dialog.each.text().startswith(f"{len(dialog.packed.file) / 10_000:.1f} bytes")
    dialog.close()
