"""What the builder shows is written as TOML under any name, and comes back from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog

from aestudio.qt.window import Window
from aestudio.spec.edit import with_value
from tests.qt.fakes import FakeEngine

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("name", "file"),
    [("plain", "plain.toml"), ("β 0.5", "β 0.5.toml"), ("מודל.toml", "מודל.toml"), ("A.TOML", "A.TOML")],
)
def test_it_comes_back(
    name: str, file: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(FakeEngine())
    qtbot.addWidget(window)
    document = window.session.document
    document.set_value("training.lr", 0.0321)
    kept = document.spec
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), ""))
    window.files.save_spec()
    assert [path.name for path in tmp_path.iterdir()] == [file]
    document.load(with_value(kept, "name", "another"))
    window.files.drop([str(tmp_path / file)])
    assert document.spec == kept
    assert not document.is_modified
