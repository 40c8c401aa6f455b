"""The data card in a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from aestudio.qt.dialogs.data_panel import DataPanel
from aestudio.qt.running.background import Background
from aestudio.qt.running.loader import Opened, opening
from aestudio.spec.run import DataSpec

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def _opened(source: str) -> Opened:
    return opening(DataSpec(source=source))(lambda share, doing: None)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def _texts(panel: DataPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def test_it_shows_the_card(parent: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "noise.npz"
    rng = np.random.default_rng(0)
    np.savez(path, images=rng.integers(0, 255, (40, 8, 8), np.uint8), labels=np.arange(40) % 2)
    panel = DataPanel(_opened(str(path)), parent)
    panel.show()
    qtbot.waitUntil(lambda: panel.card is not None)
    texts = _texts(panel)
    assert panel.card
    assert "40 of 8 × 8 × 1" in texts
    assert panel.card.split_rule in texts
    assert panel.card.content_hash in texts.replace(" ", "")
    panel.copy.click()
    assert panel.card.content_hash in QGuiApplication.clipboard().text()
    panel.close()


def test_vectors_have_a_report_and_no_pictures_to_fail_on(
    parent: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("\n".join(f"{i % 7},{i % 5},{i % 3}" for i in range(60)), encoding="utf-8")
    panel = DataPanel(_opened(str(table)), parent)
    panel.show()
    qtbot.waitUntil(lambda: panel.card is not None)
    (report,) = panel.findChildren(QPlainTextEdit)
    assert "columns scaled" in report.toPlainText()
    panel.close()


def test_closing_does_not_leave_the_look_behind(parent: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("\n".join(f"{i % 7},{i % 5}" for i in range(60)), encoding="utf-8")
    panel = DataPanel(_opened(str(table)), parent)
    panel.show()
    worker = panel.findChild(Background)
    panel.close()
    assert worker
    assert not worker.is_busy
