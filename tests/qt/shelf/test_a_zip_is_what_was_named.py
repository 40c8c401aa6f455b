"""Runs are exported to the file that the dialog has asked about, and to no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog

from aestudio.qt.pages.runs import RunsPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(("given", "kept"), [("shared", True), ("shared.2026", False)])
def test_a_zip_that_nobody_named_is_not_replaced(
    given: str, kept: bool, page: RunsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared.zip").write_bytes(b"of long ago")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / given), ""))
    page.table.choose([page.workspace / "alpha"])
    with qtbot.waitSignal(page.trouble if kept else page.said):
        page.actions_.export.trigger()
    assert (tmp_path / "shared.zip").read_bytes() == b"of long ago"
    assert (tmp_path / "shared.2026.zip").exists() is not kept
